@NullMarked
package boxwright.isolation;

import org.jspecify.annotations.NullMarked;
