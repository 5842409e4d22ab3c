package boxwright.kernel;

import java.nio.file.Path;
import java.util.Map;

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
    /** The first number that the caller may use for a descriptor of its own. */
    public static final int FIRST_FREE = 6;

    private static final int SEALS = (int) (Constants.F_SEAL_SEAL
            | Constants.F_SEAL_SHRINK
            | Constants.F_SEAL_GROW
            | Constants.F_SEAL_WRITE);

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
     * @param descriptors further descriptors: the number in the launcher, and what it is a copy of
     * @throws KernelException when the launcher itself cannot be started; a call of the plan that fails is told by
     *     {@link Launch}
     */
    public Launch start(Plan plan, String name, Map<Integer, Descriptor> descriptors) {
        EncodedPlan encoded = new EncodedPlan(plan, Architecture.current());
        byte[] image = LauncherImage.of(encoded.bytes(), Architecture.current());
        Descriptor.Pipe report = Descriptor.pipe();
        Descriptor.Pipe monitor = Descriptor.pipe();
        Descriptor.Pipe control = Descriptor.pipe();
        try (Descriptor executable = executable(image)) {
            int[][] pairs = new int[3 + descriptors.size()][];
            pairs[0] = new int[] {report.in().number(), REPORT};
            pairs[1] = new int[] {monitor.in().number(), MONITOR};
            pairs[2] = new int[] {control.out().number(), CONTROL};
            int next = 3;
            for (Map.Entry<Integer, Descriptor> entry : descriptors.entrySet()) {
                pairs[next++] = new int[] {entry.getValue().number(), entry.getKey()};
            }
            String path = "/proc/self/fd/" + executable.number();
            int pid = Descriptor.check("posix_spawn(\"" + path + "\")", Libc.spawn(path, name, pairs));
            return new Launch(plan, encoded, pid, report.out(), monitor.out(), control.in());
        } catch (RuntimeException e) {
            report.out().close();
            monitor.out().close();
            control.in().close();
            throw e;
        } finally {
            report.in().close();
            monitor.in().close();
            control.out().close();
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
                Descriptor memfd = new Descriptor((int) number).raised();
                memfd.write(image);
                Descriptor.check(
                        "fcntl(memfd, F_ADD_SEALS)",
                        Libc.syscall(SystemCall.FCNTL, memfd.number(), Constants.F_ADD_SEALS, SEALS));
                return memfd;
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

    /** A file without a name (O_TMPFILE, open(2)), closed for writing: one that is open for writing gives ETXTBSY. */
    private Descriptor unnamedFile(byte[] image) {
        long temporary = Constants.O_TMPFILE_BIT | Architecture.current().openDirectory() | Constants.O_RDWR;
        try (Descriptor writable = Descriptor.open(fallbackDirectory, temporary, 0500)) {
            writable.write(image);
            return Descriptor.open(Path.of("/proc/self/fd/" + writable.number()), Constants.O_RDONLY, 0);
        }
    }
}
