/** {@code boxwright run} as a user meets it: the real command, the real kernel. */
@NullMarked
package boxwright.run;

import org.jspecify.annotations.NullMarked;
