/**
 * What makes a process a container, one mechanism a file and a chapter: each adds its flags to the {@code clone3} and
 * its lines to the plan of the new process. Nothing here runs anything.
 */
@NullMarked
package boxwright.isolation;

import org.jspecify.annotations.NullMarked;
