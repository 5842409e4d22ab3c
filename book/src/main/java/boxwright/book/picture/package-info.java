/** Drawings: prepared for a page, and drawn from what was seen. */
@NullMarked
package boxwright.book.picture;

import org.jspecify.annotations.NullMarked;
