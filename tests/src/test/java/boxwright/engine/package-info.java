/** What the engine asks of a request before it makes anything. */
@NullMarked
package boxwright.engine;

import org.jspecify.annotations.NullMarked;
