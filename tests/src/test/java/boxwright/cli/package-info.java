/** The command line, driven through its frame as a shell drives it. */
@NullMarked
package boxwright.cli;

import org.jspecify.annotations.NullMarked;
