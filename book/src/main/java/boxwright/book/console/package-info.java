/** The console blocks of a chapter: parsed, run, compared, rewritten, and written down as they were seen. */
@NullMarked
package boxwright.book.console;

import org.jspecify.annotations.NullMarked;
