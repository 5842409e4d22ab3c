package boxwright.doctor;

import boxwright.engine.doctor.Check;
import boxwright.engine.doctor.Doctor;
import boxwright.engine.doctor.Findings;
import boxwright.engine.doctor.Host;
import boxwright.engine.doctor.Kernel;
import boxwright.kernel.Call;
import boxwright.kernel.Errno;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A tree with the files of another machine that the doctor reads. It begins as a plain Linux, root, everything there;
 * each test says what is different.
 */
final class Machine {
    private static final String ALL_CAPABILITIES = "000001ffffffffff";

    private final Path root;
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "os.name",
            "Linux",
            "os.arch",
            "amd64",
            "java.version",
            "25.0.3",
            "java.vendor",
            "A Vendor",
            "java.home",
            "/jdk"));
    private Kernel kernel = AnsweringKernel.willing();

    Machine(Path root) {
        this.root = root;
        file("/proc/sys/kernel/osrelease", "6.1.0-31-amd64");
        user(0, ALL_CAPABILITIES, 0);
        for (String kind : List.of("pid", "uts", "mnt", "ipc", "net", "user", "cgroup", "time")) {
            link("/proc/self/ns/" + kind, kind + ":[" + firstNamespace(kind) + "]");
        }
        file(
                "/proc/filesystems",
                "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevpts\nnodev\tmqueue\nnodev\toverlay\n\text4");
        file(
                "/proc/sys/kernel/seccomp/actions_avail",
                "kill_process kill_thread trap errno user_notif trace log allow");
        file("/proc/sys/kernel/unprivileged_bpf_disabled", "2");
        file("/sys/kernel/security/lsm", "lockdown,capability,landlock,yama");
        file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh");
        program("/bin/sh");
        program("/bin/rm");
        directory("/var/lib");
        mounts("25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw", secondCgroup("rw"));
        cgroup("cpuset cpu io memory hugetlb pids rdma misc", "/");
    }

    static String secondCgroup(String options) {
        return "32 25 0:28 / /sys/fs/cgroup " + options + ",nosuid - cgroup2 cgroup2 rw,nsdelegate";
    }

    Machine user(int id, String capabilities, int seccomp) {
        return file("/proc/self/status", """
                Name:\tjava
                Uid:\t%1$d\t%1$d\t%1$d\t%1$d
                Gid:\t%1$d\t%1$d\t%1$d\t%1$d
                CapEff:\t%2$s
                NoNewPrivs:\t0
                Seccomp:\t%3$d
                """.formatted(id, capabilities, seccomp));
    }

    /** The second version of cgroups, and our place in it. */
    Machine cgroup(String controllers, String own) {
        file("/proc/self/cgroup", "0::" + own);
        file("/sys/fs/cgroup/cgroup.procs", "");
        return file("/sys/fs/cgroup/cgroup.controllers", controllers);
    }

    Machine mounts(String... lines) {
        return file("/proc/self/mountinfo", String.join("\n", lines));
    }

    Machine file(String path, String text) {
        try {
            Files.createDirectories(path(path).getParent());
            Files.writeString(path(path), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Machine without(String path) {
        try {
            Files.delete(path(path));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Machine link(String path, String target) {
        try {
            Files.createDirectories(path(path).getParent());
            Files.deleteIfExists(path(path));
            Files.createSymbolicLink(path(path), Path.of(target));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Machine program(String path) {
        file(path, "");
        if (!path(path).toFile().setExecutable(true)) {
            throw new IllegalStateException("cannot make executable: " + path);
        }
        return this;
    }

    Machine directory(String path) {
        return file(path + "/.keep", "");
    }

    Machine property(String name, String value) {
        properties.put(name, value);
        return this;
    }

    /** Calls that fail, in the order of the cases; others work. */
    Machine kernel(Kernel answers) {
        kernel = answers;
        return this;
    }

    /** A kernel that has no such call. */
    Machine lacks(SystemCall absent) {
        return kernel(new AnsweringKernel(call -> call.systemCall() == absent ? -Errno.ENOSYS : 1));
    }

    static boolean makes(Call call, String flag) {
        return call.systemCall() == SystemCall.CLONE3 && call.code().contains(flag);
    }

    static boolean mounts(Call call, String type) {
        return call.systemCall() == SystemCall.MOUNT && call.code().contains("\"" + type + "\"");
    }

    Findings examine() {
        return Doctor.examine(
                new Host(root, kernel, Path.of("/var/lib/boxwright"), properties, Map.of("PATH", "/usr/bin:/bin")));
    }

    /** The check of that group and name. */
    Check check(String group, String name) {
        return check(examine(), group, name);
    }

    static Check check(Findings findings, String group, String name) {
        return findings.groups().stream()
                .filter(each -> each.title().equals(group))
                .flatMap(each -> each.checks().stream())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + name + " among " + group));
    }

    private Path path(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    private static long firstNamespace(String kind) {
        return switch (kind) {
            case "pid" -> 4026531836L;
            case "user" -> 4026531837L;
            case "uts" -> 4026531838L;
            case "ipc" -> 4026531839L;
            default -> 4026531832L;
        };
    }
}
