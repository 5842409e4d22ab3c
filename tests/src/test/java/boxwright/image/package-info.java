@NullMarked
package boxwright.image;

import org.jspecify.annotations.NullMarked;
