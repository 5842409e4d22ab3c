/** Tests of the netlink messages, against their own bytes and against a kernel, with ip(8) as the other opinion. */
@NullMarked
package boxwright.kernel.netlink;

import org.jspecify.annotations.NullMarked;
