package boxwright.isolation.cgroup;

/**
 * Devices that a container may use, as version 1 writes it: {@code c 1:3 rwm}; Documentation/admin-guide/cgroup-v1/devices.rst.
 *
 * @param type {@code c} for character devices, {@code b} for block devices, {@code a} for both
 * @param major -1 for all
 * @param minor -1 for all
 * @param access {@link #MAKE}, {@link #READ} and {@link #WRITE}
 */
public record DeviceRule(char type, int major, int minor, int access) {
    /** mknod(2); the values are the kernel's, {@code BPF_DEVCG_ACC_…}. */
    public static final int MAKE = 1;
    /** open(2) for reading. */
    public static final int READ = 2;
    /** open(2) for writing. */
    public static final int WRITE = 4;

    /** All three. */
    public static final int ALL = MAKE | READ | WRITE;

    /** Stands for every number. */
    public static final int ANY = -1;

    private static final int MOST_MAJOR = (1 << 12) - 1;
    private static final int MOST_MINOR = (1 << 20) - 1;

    public DeviceRule {
        if (type != 'a' && type != 'b' && type != 'c') {
            throw new IllegalArgumentException("the type of a device is c, b or a, and not " + type);
        }
        if (major > MOST_MAJOR || minor > MOST_MINOR) {
            throw new IllegalArgumentException("there is no device " + major + ":" + minor + ": the numbers go up to "
                    + MOST_MAJOR + ":" + MOST_MINOR);
        }
        if (access < 1 || access > ALL) {
            throw new IllegalArgumentException("nothing is allowed by it");
        }
    }

    /**
     * Reads {@code c 1:3 rwm}, with {@code *} for any number.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static DeviceRule of(String text) {
        int space = text.indexOf(' ');
        int colon = text.indexOf(':');
        int last = text.lastIndexOf(' ');
        if (space != 1 || colon < space || last < colon) {
            throw new IllegalArgumentException("invalid device cgroup format '" + text + "'");
        }
        return new DeviceRule(
                text.charAt(0),
                number(text, text.substring(2, colon)),
                number(text, text.substring(colon + 1, last)),
                access(text.substring(last + 1)));
    }

    private static int number(String rule, String text) {
        if (text.equals("*")) {
            return ANY;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                throw new IllegalArgumentException("invalid device cgroup format '" + rule + "'");
            }
        }
        if (text.isEmpty() || text.length() > 7) {
            throw new IllegalArgumentException("invalid device cgroup format '" + rule + "'");
        }
        return Integer.parseInt(text);
    }

    /**
     * Reads {@code rwm}, in any order.
     *
     * @throws IllegalArgumentException for another letter, for one that is there twice, and for none
     */
    public static int access(String letters) {
        int access = 0;
        for (int i = 0; i < letters.length(); i++) {
            int bit = switch (letters.charAt(i)) {
                case 'm' -> MAKE;
                case 'r' -> READ;
                case 'w' -> WRITE;
                default -> 0;
            };
            if (bit == 0 || (access & bit) != 0) {
                throw new IllegalArgumentException("bad mode specified: " + letters);
            }
            access |= bit;
        }
        if (access == 0) {
            throw new IllegalArgumentException("bad mode specified: " + letters);
        }
        return access;
    }

    /** Whether another rule is about the same devices. */
    boolean isAboutTheSame(DeviceRule other) {
        return type == other.type && major == other.major && minor == other.minor;
    }

    @Override
    public String toString() {
        return type + " " + number(major) + ":" + number(minor) + " "
                + ((access & READ) != 0 ? "r" : "")
                + ((access & WRITE) != 0 ? "w" : "")
                + ((access & MAKE) != 0 ? "m" : "");
    }

    private static String number(int number) {
        return number < 0 ? "*" : Integer.toString(number);
    }
}
