/** The benchmarks are no tests, but they must compile against the engine as it is. */
@NullMarked
package boxwright.bench;

import org.jspecify.annotations.NullMarked;
