/** Console blocks: parsing, comparing, rewriting. */
@NullMarked
package boxwright.book.console;

import org.jspecify.annotations.NullMarked;
