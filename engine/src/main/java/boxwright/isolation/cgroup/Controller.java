package boxwright.isolation.cgroup;

import java.util.Locale;

/** What a cgroup can do; in cgroups(7), "Cgroups version 2 controllers". */
public enum Controller {
    MEMORY,
    PIDS,
    CPU,
    CPUSET,
    IO,
    DEVICES,
    FREEZER;

    /** Whether every group of version 2 has it, and no controller has to be switched on. */
    boolean isBuiltIn() {
        return this == DEVICES || this == FREEZER;
    }

    /** Its name in version 2. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its name in version 1. */
    String firstWord() {
        return this == IO ? "blkio" : word();
    }
}
