/** What is checked about the book's sources: that nothing of the code is missing, and nothing is there that is gone. */
@NullMarked
package boxwright.book.check;

import org.jspecify.annotations.NullMarked;
