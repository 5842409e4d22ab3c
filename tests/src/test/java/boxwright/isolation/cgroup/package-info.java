@NullMarked
package boxwright.isolation.cgroup;

import org.jspecify.annotations.NullMarked;
