package boxwright.engine.doctor;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.CLONE_NEWUSER;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.O_RDWR;
import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EBADF;
import static boxwright.kernel.Errno.ECHILD;
import static boxwright.kernel.Errno.EDQUOT;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENODEV;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOSPC;
import static boxwright.kernel.Errno.ENOSYS;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Notation;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.util.List;
import java.util.function.Consumer;

/**
 * Questions to the kernel, as plans. A call that matters is reported; where the answer would end the plan, it is
 * tolerated. Whatever a question makes, its processes take with them.
 */
final class Questions {
    private static final Slot PID = Slot.of("pid");
    private static final Slot PIDFD = Slot.of("pidfd");
    private static final Slot STATUS = Slot.of("status");

    private Questions() {}

    /** Whether plans can be run at all. */
    static Plan nothing() {
        return Plan.of(plan -> plan.exit_group(0).because("the launcher runs and answers"));
    }

    /** Whether new namespaces may be made. */
    static Plan namespaces(long flags) {
        return inNewProcess(flags, child -> child.exit_group(0));
    }

    /**
     * Whether a user namespace is of use: its first process should be root in it. Ubuntu's AppArmor lets everyone make
     * one, and gives a process in it no capability: then the mount fails with EACCES.
     */
    static Plan userNamespace() {
        return inNewProcess(CLONE_NEWUSER | CLONE_NEWNS, child -> {
            privateMounts(child);
            child.exit_group(0);
        });
    }

    /** Which of the calls that a plan needs the kernel has. Harmless arguments: EINVAL and EBADF mean that it is there. */
    static Plan systemCalls() {
        return Plan.of(plan -> {
            present(plan, SystemCall.PIDFD_OPEN, number(1), number(-1));
            present(plan, SystemCall.PIDFD_SEND_SIGNAL, fd(-1), number(0), NULL, number(0));
            present(plan, SystemCall.CLONE3, NULL, number(0));
            // 9 is above every descriptor of a launcher. The flag came with Linux 5.11, the call with 5.9.
            present(
                    plan,
                    SystemCall.CLOSE_RANGE,
                    number(9),
                    number(9),
                    number(Constants.CLOSE_RANGE_CLOEXEC, Notation.CLOSE_RANGE));
            present(plan, SystemCall.OPENAT2, fd(-1), text("."), NULL, number(0));
            present(plan, SystemCall.OPEN_TREE, fd(-1), text("."), number(0));
            present(plan, SystemCall.MOUNT_SETATTR, fd(-1), text("."), number(0), NULL, number(0));
            plan.exit_group(0);
        });
    }

    /** landlock_create_ruleset(2) with {@code LANDLOCK_CREATE_RULESET_VERSION}: the result is the version of the ABI. */
    static Plan landlockVersion() {
        return Plan.of(plan -> {
            plan.call(
                            SystemCall.LANDLOCK_CREATE_RULESET,
                            NULL,
                            number(0),
                            number(1, Notation.name("LANDLOCK_CREATE_RULESET_VERSION")))
                    .reported()
                    .because("which version of Landlock?");
            plan.exit_group(0);
        });
    }

    /**
     * Whether the file systems of a container can be mounted. They are mounted below a tmpfs on {@code /tmp} that only
     * the asking process sees; the last line makes that tmpfs the root.
     *
     * @param flags the namespaces to do it in; with {@code CLONE_NEWUSER} where that is the only way
     */
    static Plan mounts(long flags, int user, int group) {
        return inNewProcess(flags, child -> {
            if ((flags & CLONE_NEWUSER) != 0) {
                becomeRootInside(child, user, group);
            }
            privateMounts(child);
            child.mount("tmpfs", "/tmp", "tmpfs", 0).reported().because("does the kernel have tmpfs?");
            child.chdir("/tmp");
            child.mknod("null", 0600, 1, 3)
                    .tolerate(EPERM)
                    .reported()
                    .because("may we make devices? In a user namespace nobody may");
            for (String directory : List.of("proc", "sysfs", "devpts", "mqueue", "overlay", "one", "two")) {
                child.mkdir(directory, 0700);
            }
            for (String type : List.of("proc", "sysfs", "devpts", "mqueue", "overlay")) {
                child.mount(type, type, type, 0, type.equals("overlay") ? "lowerdir=one:two" : "")
                        .tolerate(EPERM, EACCES, ENODEV, EINVAL)
                        .reported()
                        .because("does the kernel have it, and may we mount it?");
            }
            child.pivot_root(".", ".").reported().because("can the root be exchanged?");
            child.exit_group(0);
        });
    }

    /**
     * Whether an overlay can have its writable layer in a directory. What the plan makes there it removes again, also
     * when the JVM is gone by then.
     *
     * @param directory a new one, {@code mkdir} must be able to make it
     */
    static Plan writableLayer(String directory, long flags, int user, int group) {
        return Plan.of(plan -> {
            plan.blockSignals().because("what is made here must be removed again");
            plan.mkdir(directory, 0700).reported();
            plan.chdir(directory);
            List<String> parts = List.of("lower", "upper", "work", "merged");
            parts.forEach(part -> plan.mkdir(part, 0700).tolerate(ENOSPC, EDQUOT));
            plan.clone3(flags, PIDFD, child -> {
                        if ((flags & CLONE_NEWUSER) != 0) {
                            becomeRootInside(child, user, group);
                        }
                        privateMounts(child);
                        child.mount("overlay", "merged", "overlay", 0, "lowerdir=lower,upperdir=upper,workdir=work")
                                .reported()
                                .because("can this disk hold what a container writes?");
                        child.exit_group(0);
                    })
                    .into(PID)
                    .tolerate(EPERM, EINVAL, ENOSYS)
                    .reported();
            plan.wait4(PID.value(), STATUS).tolerate(ECHILD).because("its mounts are gone when it is");
            remove(plan, "work/work");
            remove(plan, "work/index");
            parts.forEach(part -> remove(plan, part));
            remove(plan, directory);
            plan.exit_group(0);
        });
    }

    private static Plan inNewProcess(long flags, Consumer<PlanBuilder> child) {
        return Plan.of(plan -> {
            plan.clone3(flags, PIDFD, child).into(PID).reported().because("does the kernel make it, and for us?");
            plan.wait4(PID.value(), STATUS);
            plan.exit_group(0);
        });
    }

    private static void privateMounts(PlanBuilder plan) {
        plan.mount("none", "/", "", MS_REC | MS_PRIVATE).reported().because("nothing of this reaches the host");
    }

    /** user_namespaces(7): without privilege a process may map itself, after it has given up setgroups(2). */
    private static void becomeRootInside(PlanBuilder plan, int user, int group) {
        String[][] files = {{"setgroups", "deny"}, {"gid_map", "0 " + group + " 1"}, {"uid_map", "0 " + user + " 1"}};
        for (String[] file : files) {
            Slot descriptor = Slot.of(file[0]);
            plan.open("/proc/self/" + file[0], O_RDWR, 0).into(descriptor);
            plan.write(descriptor.value(), file[1]).reported();
        }
    }

    private static void present(PlanBuilder plan, SystemCall call, Argument... arguments) {
        plan.call(call, arguments).tolerate(EINVAL, EBADF, ENOSYS, EPERM).reported();
    }

    private static void remove(PlanBuilder plan, String directory) {
        plan.call(
                        SystemCall.UNLINKAT,
                        fd(Constants.AT_FDCWD),
                        text(directory),
                        number(Constants.AT_REMOVEDIR, Notation.name("AT_REMOVEDIR")))
                .tolerate(ENOENT, EACCES);
    }
}
