/**
 * What makes a process a container, one mechanism a file and a chapter: each adds its flags to the {@code clone3} and
 * its lines to the plan of the new process. Nothing here runs by itself: what somebody outside has to do is a
 * {@link boxwright.isolation.Preparation}.
 */
@NullMarked
package boxwright.isolation;

import org.jspecify.annotations.NullMarked;
