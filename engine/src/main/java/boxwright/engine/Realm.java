package boxwright.engine;

/** The user namespace that a container's privileges are of; user_namespaces(7). */
public enum Realm {
    /** Ours: what its root may do it may do to the host. */
    HOST,
    /** One of its own. */
    OWN,
    /** One of its own in which nobody may change his groups, because {@code /proc/self/setgroups} is {@code deny}. */
    OWN_WITHOUT_GROUPS
}
