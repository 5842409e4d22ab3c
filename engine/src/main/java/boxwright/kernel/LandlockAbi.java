package boxwright.kernel;

/** Asks the kernel which Landlock it has; Documentation/userspace-api/landlock.rst. */
public final class LandlockAbi {
    private LandlockAbi() {}

    /** The version of its ABI, from 1 on; 0 where the kernel has none, or has it switched off. */
    public static int version() {
        long version =
                Libc.syscall(SystemCall.LANDLOCK_CREATE_RULESET, 0, 0, Constants.LANDLOCK_CREATE_RULESET_VERSION);
        return version < 0 ? 0 : (int) version;
    }
}
