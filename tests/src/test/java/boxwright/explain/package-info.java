@NullMarked
package boxwright.explain;

import org.jspecify.annotations.NullMarked;
