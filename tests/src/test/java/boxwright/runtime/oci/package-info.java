@NullMarked
package boxwright.runtime.oci;

import org.jspecify.annotations.NullMarked;
