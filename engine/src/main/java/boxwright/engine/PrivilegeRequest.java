package boxwright.engine;

import java.util.List;

/**
 * Who a container's program is, and what it may do.
 *
 * @param addedCapabilities names of capabilities(7), or {@code ALL}, beyond the usual ones
 * @param droppedCapabilities names, or {@code ALL}, of those that it does not get
 */
public record PrivilegeRequest(List<String> addedCapabilities, List<String> droppedCapabilities) {
    public PrivilegeRequest {
        addedCapabilities = List.copyOf(addedCapabilities);
        droppedCapabilities = List.copyOf(droppedCapabilities);
    }

    /** As {@code run} has them without flags. */
    public static PrivilegeRequest usual() {
        return new PrivilegeRequest(List.of(), List.of());
    }
}
