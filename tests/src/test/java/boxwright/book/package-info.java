/** The book: what its pages say is so, and they look and work as they should. */
@NullMarked
package boxwright.book;

import org.jspecify.annotations.NullMarked;
