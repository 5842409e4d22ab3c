/** The PDF and the EPUB. */
@NullMarked
package boxwright.book.paper;

import org.jspecify.annotations.NullMarked;
