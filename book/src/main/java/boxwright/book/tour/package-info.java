/** For learning at the terminal: a chapter's commands one by one, and a check of the reader's own program. */
@NullMarked
package boxwright.book.tour;

import org.jspecify.annotations.NullMarked;
