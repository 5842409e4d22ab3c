/** The tour in the terminal. */
@NullMarked
package boxwright.book.tour;

import org.jspecify.annotations.NullMarked;
