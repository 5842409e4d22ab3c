/**
 * How Java configures the network: netlink(7) messages of the family {@code NETLINK_ROUTE}, rtnetlink(7). A request is
 * one message to the kernel, its answer some messages back; the real bytes of each are in the comments. What a container
 * does with the network from its inside is in its plan instead, by ioctl: see {@link boxwright.kernel.NetworkCalls}.
 */
@NullMarked
package boxwright.kernel.netlink;

import org.jspecify.annotations.NullMarked;
