/**
 * Control groups of both versions behind one interface; cgroups(7). Which hierarchies this machine has, where we may make a
 * group in them, which files a limit is written to, and the list of devices.
 */
@NullMarked
package boxwright.isolation.cgroup;

import org.jspecify.annotations.NullMarked;
