package boxwright.engine.doctor;

import static boxwright.engine.doctor.Advice.IPC;
import static boxwright.engine.doctor.Advice.ROOT;
import static boxwright.kernel.Constants.CLONE_NEWIPC;
import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.CLONE_NEWPID;
import static boxwright.kernel.Constants.CLONE_NEWUSER;

import boxwright.kernel.Argument.Text;
import boxwright.kernel.Call;
import boxwright.kernel.Errno;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a container's root is made of: overlayfs, the kernel's file systems, and a root that can be exchanged. */
record FilesystemChecks() implements Checks {
    /**
     * A file system that the kernel itself fills.
     *
     * @param option of the kernel
     */
    private record Kind(String type, String why, String step, String option) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("tmpfs", "/dev and /dev/shm of a container", ROOT, "TMPFS"),
            new Kind("proc", "/proc, by which ps sees its processes", ROOT, "PROC_FS"),
            new Kind("sysfs", "/sys, to look at", ROOT, "SYSFS"),
            new Kind("devpts", "terminals of its own", ROOT, "UNIX98_PTYS"),
            new Kind("mqueue", "POSIX message queues of its own", IPC, "POSIX_MQUEUE"));

    /** Documentation/filesystems/overlayfs.rst, "Upper and lower": they lack whiteouts, xattrs or d_type. */
    private static final List<String> UNSUITABLE_UPPER = List.of(
            "overlay",
            "nfs",
            "nfs4",
            "vfat",
            "msdos",
            "exfat",
            "ntfs",
            "ntfs3",
            "9p",
            "cifs",
            "smb3",
            "ecryptfs",
            "ramfs");

    @Override
    public String title() {
        return "file systems";
    }

    @Override
    public List<Check> of(Host host) {
        boolean nested = host.userId() != 0;
        long flags = nested ? UserNamespaceChecks.unprivilegedFlags() : CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC;
        Answers answers = new Answers(host.ask(Questions.mounts(flags, host.userId(), host.groupId())));
        Mounts mounts = Mounts.of(host);
        List<Check> checks = new ArrayList<>();
        checks.add(overlay(host, answers, nested));
        checks.add(writableLayer(host, mounts, nested));
        KINDS.forEach(kind -> checks.add(kernelFilesystem(host, kind, answers, nested)));
        checks.add(devices(host, answers, nested));
        checks.add(root(mounts, answers));
        checks.add(propagation(mounts));
        return checks;
    }

    private static Check overlay(Host host, Answers answers, boolean nested) {
        String why = "a container writes to a layer above its image; without overlayfs each one gets a whole copy";
        boolean listed = isListed(host, "overlay");
        Optional<Report> report = answers.about(call -> mounts(call, "overlay"));
        if (report.isEmpty()) {
            return listed
                    ? Check.unknown("overlay", "in /proc/filesystems, not probed: " + answers.trouble(), why, ROOT, "")
                    : Check.limited("overlay", "not in /proc/filesystems", why, ROOT, "sudo modprobe overlay");
        }
        return switch (report.get().errno()) {
            case 0 -> Check.ok("overlay", "mount works" + where(nested));
            case Errno.ENODEV ->
                Check.limited(
                        "overlay",
                        Answers.told(report.get()),
                        why,
                        ROOT,
                        "sudo modprobe overlay, or " + Advice.kernelOption("OVERLAY_FS"));
            default ->
                Check.limited(
                        "overlay",
                        Answers.told(report.get()) + where(nested),
                        why,
                        ROOT,
                        nested ? "a kernel from 5.11 on mounts it for users too" : Advice.becomeRoot(host));
        };
    }

    /** Whether what a container writes can go where its directory is. */
    private static Check writableLayer(Host host, Mounts mounts, boolean nested) {
        String name = "upper layer";
        String why = "the upper layer of an overlay lies there; where it cannot, each container gets a whole copy";
        String fix = "export BOXWRIGHT_HOME=DIRECTORY, one on ext4, xfs, btrfs or tmpfs";
        String type = mounts.under(host.nearestToHome()).map(Mounts.Mount::type).orElse("unknown");
        String nearest = host.nearestToHome().toString();
        String directory = (nearest.equals("/") ? "" : nearest) + "/.boxwright-doctor-"
                + ProcessHandle.current().pid();
        long flags = nested ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS;
        Answers answers =
                new Answers(host.ask(Questions.writableLayer(directory, flags, host.userId(), host.groupId())));
        Optional<Report> report = answers.about(call -> mounts(call, "overlay"));
        if (report.isPresent() && report.get().errno() == 0) {
            return Check.ok(name, "works on the " + type + " of " + nearest + where(nested));
        }
        if (UNSUITABLE_UPPER.contains(type)) {
            return Check.limited(name, nearest + " is " + type + ", which cannot hold one", why, ROOT, fix);
        }
        if (report.isPresent()) {
            return Check.limited(
                    name,
                    Answers.told(report.get()) + " on the " + type + " of " + nearest + where(nested),
                    why,
                    ROOT,
                    fix);
        }
        return Check.unknown(name, "on " + type + ", not probed: " + lastTrouble(answers), why, ROOT, fix);
    }

    private static Check kernelFilesystem(Host host, Kind kind, Answers answers, boolean nested) {
        Optional<Report> report = answers.about(call -> mounts(call, kind.type()));
        if (report.isPresent() && report.get().errno() == 0) {
            return Check.ok(kind.type(), "mount works" + where(nested));
        }
        boolean absent = report.map(Report::errno).orElse(0) == Errno.ENODEV
                || (report.isEmpty() && !isListed(host, kind.type()));
        if (absent) {
            return Check.missing(
                            kind.type(),
                            "not in this kernel",
                            kind.why(),
                            kind.step(),
                            Advice.kernelOption(kind.option()))
                    .stoppingRun();
        }
        if (report.isEmpty()) {
            String found = "in /proc/filesystems, not probed: " + answers.trouble();
            return Check.unknown(kind.type(), found, kind.why(), kind.step(), "");
        }
        String found = Answers.told(report.get()) + where(nested);
        return Check.missing(
                        kind.type(),
                        found,
                        kind.why(),
                        kind.step(),
                        fixForMount(host, kind, report.get().errno()))
                .stoppingRun();
    }

    /**
     * The two reasons for EPERM of one who has CAP_SYS_ADMIN. A new /proc or /sys must not show what is masked in the old
     * one: {@code mount_too_revealing} in fs/namespace.c. And /sys belongs to who owns the network namespace.
     */
    private static String fixForMount(Host host, Kind kind, int errno) {
        if (errno != Errno.EPERM || !List.of("proc", "sysfs").contains(kind.type())) {
            return Advice.becomeRoot(host);
        }
        String unmask =
                "if parts of the old one are masked by a container engine, start that container with --privileged"
                        + " or --security-opt systempaths=unconfined";
        return kind.type().equals("sysfs")
                ? unmask + "; in a user namespace, make a network namespace with it (unshare --net)"
                : unmask;
    }

    /** mknod(2), EPERM: CAP_MKNOD counts in the first user namespace only. */
    private static Check devices(Host host, Answers answers, boolean nested) {
        String why = "/dev of a container has its own null, zero, random …";
        Optional<Report> report = answers.about(call -> call.systemCall() == SystemCall.MKNODAT);
        if (report.isEmpty()) {
            return Check.unknown("devices", "not probed: " + answers.trouble(), why, ROOT, "");
        }
        if (report.get().errno() == 0) {
            return Check.ok("devices", "mknod works");
        }
        String found = Answers.told(report.get()) + where(nested);
        boolean inUserNamespace = nested || !Surroundings.isInFirstUserNamespace(host);
        return inUserNamespace
                ? Check.ok("devices", Answers.told(report.get()) + ": in a user namespace, the host's are mounted")
                : Check.missing("devices", found, why, ROOT, Advice.becomeRoot(host))
                        .stoppingRun();
    }

    private static Check root(Mounts mounts, Answers answers) {
        String why = "pivot_root exchanges the mount at /, and the first file system of the kernel, or a directory that"
                + " we are chrooted into, is none that can be exchanged";
        Optional<Mounts.Mount> root = mounts.on("/");
        String found = root.map(mount -> mount.type() + " at /").orElse("/ is no mount point: a chroot");
        Optional<Report> report = answers.about(call -> call.systemCall() == SystemCall.PIVOT_ROOT);
        if (report.isPresent() && report.get().errno() == 0) {
            return Check.ok("root", found + ", pivot_root works");
        }
        if (report.isPresent()) {
            return Check.missing(
                            "root",
                            found + ", " + Answers.told(report.get()),
                            why,
                            ROOT,
                            "mount --bind the root"
                                    + " directory onto itself, move it over /, and chroot there; or boot with a root disk")
                    .stoppingRun();
        }
        return root.isEmpty() || root.get().type().equals("rootfs")
                ? Check.missing("root", found, why, ROOT, "boot with a root disk, or switch_root(8) to a mount")
                        .stoppingRun()
                : Check.unknown("root", found + ", not probed: " + answers.trouble(), why, ROOT, "");
    }

    /** mount_namespaces(7): both are right, as the first line of a plan makes its own copies private. */
    private static Check propagation(Mounts mounts) {
        String fields = mounts.on("/").map(Mounts.Mount::propagation).orElse("");
        return Check.ok(
                "propagation",
                fields.isEmpty()
                        ? "/ is private: no mount leaves its namespace"
                        : "/ is " + fields + ", as systemd makes it: plans make their own copy private first");
    }

    private static boolean isListed(Host host, String type) {
        return host.lines("/proc/filesystems").stream()
                .anyMatch(line -> line.strip().endsWith(type)
                        && List.of(line.trim().split("\\s+")).getLast().equals(type));
    }

    private static boolean mounts(Call call, String type) {
        return call.systemCall() == SystemCall.MOUNT
                && call.arguments().get(2) instanceof Text text
                && text.value().equals(type);
    }

    private static String where(boolean nested) {
        return nested ? ", inside a user namespace" : "";
    }

    private static String lastTrouble(Answers answers) {
        return answers.reports().stream()
                .filter(report -> report.errno() != 0)
                .findFirst()
                .map(Answers::told)
                .orElse(answers.trouble());
    }
}
