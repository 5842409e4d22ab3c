/**
 * The kernel's side of Boxwright: system call numbers and constants, the {@link boxwright.kernel.Plan plan} (a list of
 * system calls), the {@link boxwright.kernel.Launcher launcher} that runs it, and errno. JNA lives here and nowhere
 * else; nothing here knows what a container is.
 */
@NullMarked
package boxwright.kernel;

import org.jspecify.annotations.NullMarked;
