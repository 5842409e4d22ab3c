package boxwright.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs plans: writes the machine code and the encoded plan into a sealed memfd, starts it with {@code posix_spawn}, and
 * reads what it reports. No JVM code runs in the new process.
 *
 * <p>The launcher has these descriptors beside the standard three, and the ones that the caller passes on:
 * {@link #REPORT}, {@link #MONITOR} and {@link #CONTROL}.
 *
 * @param fallbackDirectory where the launcher is written when the kernel does not run memfds
 *     ({@code vm.memfd_noexec = 2}, Documentation/userspace-api/mfd_noexec.rst); it must allow execution
 */
public record Launcher(Path fallbackDirectory) {
    /** The launcher's descriptor for its reports. */
    public static final int REPORT = 3;
    /** A second line for reports: a plan that goes on after its child has started copies it over {@link #REPORT}. */
    public static final int MONITOR = 4;
    /** Read end of a pipe from the JVM: a byte means go; when the JVM is gone it hangs up. */
    public static final int CONTROL = 5;
    /** The number that the launcher reports to; a plan that needs {@link #REPORT} for something else stores another one. */
    public static final Slot REPORT_LINE = Slot.of("report_line");
    /** The first number that the caller may use for a descriptor of its own. */
    public static final int FIRST_FREE = 6;

    private static final Descriptor NOTHING = new Descriptor(-1);

    private static final int SEALS =
            (int) (Constants.F_SEAL_SEAL | Constants.F_SEAL_SHRINK | Constants.F_SEAL_GROW | Constants.F_SEAL_WRITE);

    /**
     * Gets ready on another processor, for whoever will start a plan soon: it takes some milliseconds until the C library can
     * be called, in which there is something else to do.
     */
    public static void prepare() {
        Thread.ofPlatform().daemon().start(Libc::load);
    }

    /**
     * Starts a plan with this JVM's standard descriptors.
     *
     * @param name what {@code ps} shows for the launcher
     */
    public Launch start(Plan plan, String name) {
        return start(plan, name, Map.of());
    }

    /**
     * Starts a plan.
     *
     * @param name what {@code ps} shows for the launcher
     * @param descriptors further descriptors: the number in the launcher, and what it is a copy of; 0, 1 and 2 may be
     *     among them. Nothing else that this JVM has open reaches the launcher
     * @throws KernelException when the launcher itself cannot be started; a call of the plan that fails is told by
     *     {@link Launch}
     */
    public Launch start(Plan plan, String name, Map<Integer, Descriptor> descriptors) {
        int end = FIRST_FREE;
        for (int number : descriptors.keySet()) {
            end = Math.max(end, number + 1);
        }
        EncodedPlan encoded = new EncodedPlan(closingFrom(end, plan), Architecture.current());
        byte[] image = LauncherImage.of(encoded.bytes(), Architecture.current());
        List<Descriptor.Pipe> pipes = new ArrayList<>();
        try {
            for (int line = REPORT; line <= CONTROL; line++) {
                pipes.add(Descriptor.pipe());
            }
            Descriptor.Pipe report = pipes.get(0);
            Descriptor.Pipe monitor = pipes.get(1);
            Descriptor.Pipe control = pipes.get(2);
            Map<Integer, Descriptor> all =
                    new HashMap<>(Map.of(REPORT, report.in(), MONITOR, monitor.in(), CONTROL, control.out()));
            all.putAll(descriptors);
            int pid = spawn(image, name, pairs(all, end));
            report.in().close();
            monitor.in().close();
            control.out().close();
            return new Launch(plan, encoded, pid, report.out(), monitor.out(), control.in());
        } catch (RuntimeException e) {
            pipes.forEach(Descriptor.Pipe::close);
            throw e;
        }
    }

    /**
     * What becomes of each number in the new process; see {@link Libc#spawn}.
     *
     * @param end all numbers are below it
     */
    private static int[][] pairs(Map<Integer, Descriptor> all, int end) {
        List<int[]> pairs = new ArrayList<>();
        for (int number = REPORT; number < end; number++) {
            pairs.add(new int[] {all.getOrDefault(number, NOTHING).number(), number});
        }
        // The standard three come last: until then 0, 1 and 2 are still our own, and can be the source of others.
        for (int number = 0; number < REPORT; number++) {
            if (all.containsKey(number)) {
                pairs.add(new int[] {all.getOrDefault(number, NOTHING).number(), number});
            }
        }
        return pairs.toArray(new int[0][]);
    }

    /**
     * The plan, after a line that closes what the launcher would keep open for this JVM's sake: the JDK opens files and
     * sockets without {@code O_CLOEXEC}.
     */
    private static Plan closingFrom(int first, Plan plan) {
        List<Call> calls = new ArrayList<>(PlanBuilder.block(
                "",
                lines -> lines.closeFrom(first)
                        .tolerate(Errno.ENOSYS)
                        .because("what our JVM has open is not for the launcher")));
        calls.addAll(plan.calls());
        return new Plan(calls);
    }

    private int spawn(byte[] image, String name, int[][] pairs) {
        try (Descriptor executable = executable(image)) {
            String path = "/proc/self/fd/" + executable.number();
            long pid = Libc.spawn(path, name, pairs);
            // Another thread's child has the file open for writing, as a copy, until it has come to its own execve.
            for (int attempt = 0; pid == -Errno.ETXTBSY && attempt < 1000; attempt++) {
                LockSupport.parkNanos(1_000_000);
                pid = Libc.spawn(path, name, pairs);
            }
            return Descriptor.check("posix_spawn(\"" + path + "\")", pid);
        }
    }

    private Descriptor executable(byte[] image) {
        // Kernels before 6.3 do not know MFD_EXEC and make every memfd executable.
        for (long flags : new long[] {Constants.MFD_EXEC, 0}) {
            long number = Libc.syscall(
                    SystemCall.MEMFD_CREATE,
                    Descriptor.cString("boxwright"),
                    Constants.MFD_CLOEXEC | Constants.MFD_ALLOW_SEALING | flags);
            if (number >= 0) {
                return sealed(new Descriptor((int) number).raised(), image);
            }
            if (number == -Errno.EACCES) {
                break;
            }
            if (number != -Errno.EINVAL) {
                throw new KernelException("memfd_create(\"boxwright\")", (int) -number);
            }
        }
        return unnamedFile(image);
    }

    private static Descriptor sealed(Descriptor memfd, byte[] image) {
        try {
            memfd.write(image);
            Descriptor.check(
                    "fcntl(memfd, F_ADD_SEALS)",
                    Libc.syscall(SystemCall.FCNTL, memfd.number(), Constants.F_ADD_SEALS, SEALS));
            return memfd;
        } catch (KernelException e) {
            memfd.close();
            throw e;
        }
    }

    /** A file without a name (O_TMPFILE, open(2)), closed for writing: one that is open for writing gives ETXTBSY. */
    private Descriptor unnamedFile(byte[] image) {
        long temporary = Constants.O_TMPFILE_BIT | Architecture.current().openDirectory() | Constants.O_RDWR;
        try (Descriptor writable = Descriptor.open(fallbackDirectory, temporary, 0500)) {
            writable.write(image);
            return Descriptor.open(Path.of("/proc/self/fd/" + writable.number()), Constants.O_RDONLY, 0);
        }
    }
}
