/**
 * The high-level runtime, the role that containerd has under Docker: containers with names and images, from the request
 * to the end. It decides what to run; {@code boxwright.runtime} runs it.
 */
@NullMarked
package boxwright.engine;

import org.jspecify.annotations.NullMarked;
