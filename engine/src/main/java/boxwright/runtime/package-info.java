/**
 * The low-level runtime, the role that runc has under Docker: puts the lines of the isolation together with the monitor
 * into one plan, runs it, and says how it ended. It knows nothing of images and names.
 */
@NullMarked
package boxwright.runtime;

import org.jspecify.annotations.NullMarked;
