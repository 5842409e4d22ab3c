@NullMarked
package boxwright.runtime.spec;

import org.jspecify.annotations.NullMarked;
