package boxwright.kernel.netlink;

/**
 * A network device, as {@code ip link} shows it.
 *
 * @param index its number in its namespace, which it keeps for life
 * @param name at most 15 bytes, unique in its namespace
 * @param up whether somebody has switched it on
 * @param kind {@code veth}, {@code bridge}; empty for devices that are no software's, and for {@code lo}
 */
public record Link(int index, String name, boolean up, String kind) {
    /** {@code IFNAMSIZ} of netdevice(7) without the NUL. */
    public static final int LONGEST_NAME = 15;

    /**
     * The name, if it can be one. The kernel answers a name that is too long with ERANGE, and a bad one with EINVAL, which
     * say nothing.
     *
     * @throws IllegalArgumentException where it cannot
     */
    public static String checkName(String name) {
        boolean fits = !name.isEmpty() && name.length() <= LONGEST_NAME && !name.equals(".") && !name.equals("..");
        if (!fits || name.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '/' || c == ':')) {
            throw new IllegalArgumentException("not the name of a network device: \"" + name + "\"; netdevice(7)");
        }
        return name;
    }
}
