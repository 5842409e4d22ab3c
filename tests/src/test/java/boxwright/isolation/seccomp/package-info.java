@NullMarked
package boxwright.isolation.seccomp;

import org.jspecify.annotations.NullMarked;
