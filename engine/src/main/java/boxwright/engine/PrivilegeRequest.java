package boxwright.engine;

import java.util.List;

/**
 * Who a container's program is, and what it may do. It is made of words and nothing else, so that it can be kept for those
 * who join the container later.
 *
 * @param addedCapabilities names of capabilities(7), or {@code ALL}, beyond the usual ones
 * @param droppedCapabilities names, or {@code ALL}, of those that it does not get
 * @param user {@code NAME|UID[:GROUP|GID]}, looked up in the container's own {@code /etc/passwd}; empty for root
 * @param addedGroups names or numbers of groups that the user is in beyond its own
 * @param privileged all capabilities and devices, no filter, nothing masked: for a container that is trusted as the host is
 * @param securityOptions see {@link SecurityOptions}
 */
public record PrivilegeRequest(
        List<String> addedCapabilities,
        List<String> droppedCapabilities,
        String user,
        List<String> addedGroups,
        boolean privileged,
        List<String> securityOptions) {
    /** Checks the security options, by whose IllegalArgumentException it refuses them. */
    public PrivilegeRequest {
        addedCapabilities = List.copyOf(addedCapabilities);
        droppedCapabilities = List.copyOf(droppedCapabilities);
        addedGroups = List.copyOf(addedGroups);
        securityOptions = List.copyOf(securityOptions);
        SecurityOptions.of(securityOptions);
    }

    /** As {@code run} has them without flags. */
    public static PrivilegeRequest usual() {
        return new PrivilegeRequest(List.of(), List.of(), "", List.of(), false, List.of());
    }

    /** The security options, read. */
    public SecurityOptions security() {
        return SecurityOptions.of(securityOptions);
    }
}
