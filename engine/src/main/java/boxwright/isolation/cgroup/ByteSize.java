package boxwright.isolation.cgroup;

/** Numbers of bytes in words. */
public final class ByteSize {
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private ByteSize() {}

    /** {@code 64 MiB}, {@code 1.5 GiB}; {@code any amount} for a negative number. */
    public static String words(long bytes) {
        if (bytes < 0) {
            return "any amount";
        }
        int unit = 0;
        long whole = 1;
        while (unit < UNITS.length - 1 && bytes / whole >= 1024) {
            whole *= 1024;
            unit++;
        }
        long tenths = Math.round((double) bytes / whole * 10);
        return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " " + UNITS[unit];
    }
}
