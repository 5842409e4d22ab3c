package boxwright.book.console;

import boxwright.kernel.Architecture;
import boxwright.kernel.LandlockAbi;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What console blocks need of a machine, and whether this one has it. */
final class Needs {
    private Needs() {}

    /** The first of the needs that this machine lacks, as a sentence. */
    static Optional<String> lacking(List<String> needs) {
        return needs.stream().flatMap(need -> lacking(need).stream()).findFirst();
    }

    private static Optional<String> lacking(String need) {
        return switch (need) {
            case "root" -> unless(uid() == 0, "it needs root");
            case "userns" ->
                unless(
                        read("/proc/sys/user/max_user_namespaces")
                                        .map(n -> !n.equals("0"))
                                        .orElse(false)
                                && read("/proc/sys/kernel/unprivileged_userns_clone")
                                        .map(n -> !n.equals("0"))
                                        .orElse(true),
                        "this kernel gives no user namespaces to a plain user");
            case "cgroup2" ->
                unless(
                        read("/sys/fs/cgroup/cgroup.controllers")
                                .map(list -> !list.isBlank())
                                .orElse(false),
                        "this machine has no controllers in cgroup version 2");
            case "cgroup1" ->
                unless(
                        read("/proc/mounts")
                                .map(mounts -> mounts.contains(" cgroup rw"))
                                .orElse(false),
                        "this machine has no controllers in cgroup version 1");
            case "apparmor" ->
                unless(
                        read("/sys/module/apparmor/parameters/enabled")
                                .map("Y"::equals)
                                .orElse(false),
                        "this kernel has no AppArmor");
            case "selinux" -> unless(Files.exists(Path.of("/sys/fs/selinux/enforce")), "this kernel has no SELinux");
            case "landlock" -> unless(LandlockAbi.version() > 0, "this kernel has no Landlock");
            case "landlock6" ->
                unless(LandlockAbi.version() >= 6, "the Landlock of this kernel knows no ports, or no signals");
            case "docker-daemon" ->
                unless(Files.exists(Path.of("/var/run/docker.sock")), "no Docker daemon runs on this machine");
            case "containerd-daemon" ->
                unless(Files.exists(Path.of("/run/containerd/containerd.sock")), "no containerd runs on this machine");
            case "anybody" -> unless(reachable(), "a plain user may not enter the directory that this checkout is in");
            case "x86-64" -> unless(Architecture.current() == Architecture.X86_64, "this machine is no x86-64");
            case "ia32" ->
                unless(
                        Architecture.current() == Architecture.X86_64 && Door32.isOpen(),
                        "this kernel takes no 32-bit system calls");
            default -> unless(onPath(need), "this machine has no program " + need);
        };
    }

    private static Optional<String> unless(boolean there, String reason) {
        return there ? Optional.empty() : Optional.of(reason);
    }

    private static boolean reachable() {
        try {
            for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
                if (!Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int uid() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid ? uid : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    private static Optional<String> read(String file) {
        try {
            return Optional.of(Files.readString(Path.of(file)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean onPath(String program) {
        return Arrays.stream(Shell.path().split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
