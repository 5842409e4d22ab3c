package boxwright.explain;

import static boxwright.kernel.Errno.EMFILE;
import static boxwright.kernel.Errno.ENFILE;
import static boxwright.kernel.Errno.ENOMEM;

import java.util.List;
import java.util.Optional;

/** What runs out: descriptors and memory. */
final class LimitRules {
    /** With less memory than this, in KiB, a system call may well find none. */
    private static final long LITTLE = 64 * 1024;

    private LimitRules() {}

    static List<Cause> of(Failure failure) {
        LiveSystem system = failure.system();
        Optional<Cause> cause = switch (failure.errno()) {
            case EMFILE -> descriptors(system);
            case ENFILE -> files(system);
            case ENOMEM -> memory(system);
            default -> Optional.empty();
        };
        return cause.stream().toList();
    }

    /** The launcher inherits our limit, and every number below it that we hold open close-on-exec is free for it. */
    private static Optional<Cause> descriptors(LiveSystem system) {
        return system.limit("Max open files")
                .map(limit -> new Cause(
                        "a process here may not have as many files open",
                        "/proc/self/limits: Max open files is " + limit,
                        "raise it with ulimit -n"));
    }

    /** proc_sys_fs(5): allocated, unused, most. */
    private static Optional<Cause> files(LiveSystem system) {
        return system.read("/proc/sys/fs/file-nr")
                .map(text -> text.split("\\s+"))
                .filter(numbers -> numbers.length == 3)
                .map(numbers -> new Cause(
                        "the whole system has as many files open as it allows",
                        "/proc/sys/fs/file-nr: " + numbers[0] + " of " + numbers[2],
                        "sudo sysctl fs.file-max=…"));
    }

    private static Optional<Cause> memory(LiveSystem system) {
        return system.lines("/proc/meminfo").stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .map(line -> line.split("\\s+")[1])
                .filter(number -> Long.parseLong(number) < LITTLE)
                .map(number ->
                        new Cause("the machine is out of memory", "/proc/meminfo: MemAvailable is " + number + " kB"))
                .findFirst();
    }
}
