package boxwright.explain;

import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EAGAIN;
import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOSPC;
import static boxwright.kernel.Errno.EOPNOTSUPP;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Argument;
import boxwright.kernel.Call;
import boxwright.kernel.Constants;
import boxwright.kernel.SystemCall;
import java.util.List;
import java.util.Optional;

/**
 * Control groups that refuse what is asked of them; cgroups(7). The container's own group is gone when we look, but what
 * it could have was up to the groups above it.
 */
final class CgroupRules {
    private CgroupRules() {}

    static List<Cause> of(Failure failure) {
        Optional<Cause> cause = switch (failure.systemCall()) {
            case WRITE -> opened(failure, failure.call().arguments().getFirst()).flatMap(path -> write(failure, path));
            case OPENAT -> inCgroups(failure, failure.arguments().text(1)).flatMap(path -> open(failure, path));
            case MKDIRAT -> inCgroups(failure, failure.arguments().text(1)).flatMap(path -> make(failure, path));
            case UNLINKAT -> inCgroups(failure, failure.arguments().text(1)).flatMap(path -> remove(failure, path));
            case CLONE3 -> birthplace(failure).flatMap(path -> birth(failure, path));
            case BPF -> program(failure);
            default -> Optional.empty();
        };
        return cause.stream().toList();
    }

    /** The path that an earlier call has opened as this descriptor, where it is in a hierarchy of cgroups. */
    private static Optional<String> opened(Failure failure, Argument descriptor) {
        if (descriptor instanceof Argument.Value value) {
            for (Call call : failure.before().reversed()) {
                if (call.systemCall() == SystemCall.OPENAT
                        && call.result().filter(value.slot()::equals).isPresent()) {
                    return inCgroups(failure, new Arguments(call).text(1));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> inCgroups(Failure failure, String path) {
        return failure.system().lines("/proc/self/mountinfo").stream()
                        .flatMap(line -> Mount.read(line).stream())
                        .anyMatch(mount -> mount.kind().startsWith("cgroup") && mount.covers(path))
                ? Optional.of(path)
                : Optional.empty();
    }

    private static String directory(String path) {
        return Paths.normal(path + "/..");
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Optional<Cause> write(Failure failure, String path) {
        String group = directory(path);
        String above = directory(group);
        String name = name(path);
        return switch (failure.errno()) {
            case EBUSY -> name.equals("cgroup.subtree_control") ? hasProcesses(failure, group) : Optional.empty();
            case ENOENT -> name.equals("cgroup.subtree_control") ? hasNoController(failure, group) : Optional.empty();
            case EINVAL, EACCES ->
                switch (name) {
                    case "cpu.cfs_quota_us", "cpu.cfs_period_us" -> moreThanAbove(failure, above + "/cpu.cfs_quota_us");
                    case "cpuset.cpus", "cpuset.mems" -> moreThanAbove(failure, above + "/" + name);
                    default -> Optional.empty();
                };
            case ENOSPC -> emptyCpuset(failure, above);
            case EPERM -> name.startsWith("devices.") ? devices(failure, above) : Optional.empty();
            case EOPNOTSUPP -> threaded(failure, above);
            default -> Optional.empty();
        };
    }

    private static Optional<Cause> hasProcesses(Failure failure, String group) {
        List<String> members = failure.system().lines(group + "/cgroup.procs");
        return members.isEmpty()
                ? Optional.empty()
                : Optional.of(new Cause(
                        "a group with processes in it gives its children no controllers",
                        group + "/cgroup.procs has " + members.size(),
                        "move them to a child of it, or choose another group with --cgroup-parent"));
    }

    private static Optional<Cause> hasNoController(Failure failure, String group) {
        return failure.system()
                .read(group + "/cgroup.controllers")
                .map(controllers -> new Cause(
                        "the group does not have the controller itself",
                        group + "/cgroup.controllers has " + (controllers.isEmpty() ? "none" : "only " + controllers),
                        "switch it on in the cgroup.subtree_control of the groups above, from the root on"));
    }

    private static Optional<Cause> moreThanAbove(Failure failure, String file) {
        return failure.system()
                .read(file)
                .filter(value -> !value.isEmpty() && !value.equals("-1"))
                .map(value -> new Cause(
                        "the group above has less than that itself",
                        file + " is " + value,
                        "ask for less, or for more above"));
    }

    private static Optional<Cause> emptyCpuset(Failure failure, String above) {
        for (String file : List.of("/cpuset.cpus", "/cpuset.mems")) {
            if (failure.system().read(above + file).filter(String::isEmpty).isPresent()) {
                return Optional.of(new Cause(
                        "nothing can run in a cpuset without processors or without memory nodes",
                        above + file + " is empty",
                        "write to it what the groups below it may have"));
            }
        }
        return Optional.empty();
    }

    private static Optional<Cause> devices(Failure failure, String above) {
        if (failure.system().lacks("CapEff", LiveSystem.CAP_SYS_ADMIN)) {
            return Optional.of(new Cause(
                    "only CAP_SYS_ADMIN may change the list of devices",
                    "/proc/self/status: CapEff is "
                            + failure.system().status("CapEff").orElse("")));
        }
        return failure.system()
                .read(above + "/devices.list")
                .filter(list -> !list.equals("a *:* rwm"))
                .map(list -> new Cause(
                        "the group above may not use that device itself",
                        above + "/devices.list has only " + list.replace("\n", ", ")));
    }

    private static Optional<Cause> threaded(Failure failure, String group) {
        return failure.system()
                .read(group + "/cgroup.type")
                .filter(type -> !type.equals("domain"))
                .map(type -> new Cause(
                        "groups below a threaded one take single threads only",
                        group + "/cgroup.type is " + type,
                        "choose another group with --cgroup-parent"));
    }

    private static Optional<Cause> open(Failure failure, String path) {
        String name = name(path);
        // The files that every group has are there when the group is.
        if (failure.errno() != ENOENT || !name.contains(".") || name.startsWith("cgroup.")) {
            return Optional.empty();
        }
        String remedy = name.contains("swap") || name.contains("memsw")
                ? "boot with swapaccount=1"
                : name.contains("weight") ? "load BFQ (sudo modprobe bfq), or use a kernel with io.cost" : "";
        return Optional.of(new Cause(
                "this kernel has no such setting for groups",
                "the group was made by the plan, and has no file " + name,
                remedy));
    }

    private static Optional<Cause> make(Failure failure, String path) {
        String above = directory(path);
        if (failure.errno() == EAGAIN) {
            for (String file : List.of("/cgroup.max.descendants", "/cgroup.max.depth")) {
                Optional<String> most = failure.system().read(above + file).filter(value -> !value.equals("max"));
                if (most.isPresent()) {
                    return Optional.of(new Cause(
                            "there may be no more groups below that one",
                            above + file + " is " + most.get(),
                            "remove some, or raise it"));
                }
            }
        }
        if (failure.errno() == ENOSPC && failure.system().exists(above + "/memory.stat")) {
            return Optional.of(new Cause(
                    "the kernel has room for 65535 groups of memory, and those that were removed count until their memory"
                            + " is used by nobody any more",
                    "the errno itself: ENOSPC is given for nothing else here",
                    "sync; echo 3 | sudo tee /proc/sys/vm/drop_caches"));
        }
        return Optional.empty();
    }

    private static Optional<Cause> remove(Failure failure, String path) {
        List<String> members = failure.system().lines(path + "/cgroup.procs");
        return failure.errno() != EBUSY || members.isEmpty()
                ? Optional.empty()
                : Optional.of(new Cause(
                        "there are processes in the group",
                        path + "/cgroup.procs has " + members.size() + ", the first is " + members.getFirst()));
    }

    /** The directory of the group that a process was to be born in. */
    private static Optional<String> birthplace(Failure failure) {
        if ((failure.arguments().cloneFlags() & Constants.CLONE_INTO_CGROUP) != 0
                && failure.call().arguments().getFirst() instanceof Argument.Struct struct
                && struct.fields().getLast().value() instanceof Argument.Place place) {
            return opened(failure, new Argument.Value(place.slot()));
        }
        return Optional.empty();
    }

    private static Optional<Cause> birth(Failure failure, String group) {
        String above = directory(group);
        return switch (failure.errno()) {
            case EOPNOTSUPP -> threaded(failure, above);
            case EACCES ->
                Optional.of(new Cause(
                        "to move a process one must be allowed to write to cgroup.procs of the group above both places",
                        "our group is "
                                + failure.system().lines("/proc/self/cgroup").stream()
                                        .filter(line -> line.startsWith("0::"))
                                        .map(line -> line.substring(3))
                                        .findFirst()
                                        .orElse("unknown")
                                + ", the new one " + group,
                        "start us in the part of the tree that was delegated to you: systemd-run --user --scope …"));
            case EAGAIN ->
                failure.system()
                        .read(above + "/pids.max")
                        .filter(most -> !most.equals("max"))
                        .map(most -> new Cause(
                                "the group above has as many processes as it may have",
                                above + "/pids.max is " + most,
                                "end some of them, or raise it"));
            default -> Optional.empty();
        };
    }

    private static Optional<Cause> program(Failure failure) {
        if (failure.errno() == EPERM && failure.system().lacks("CapEff", LiveSystem.CAP_SYS_ADMIN)) {
            return Optional.of(new Cause(
                    "only root of the machine may give the kernel such programs",
                    "/proc/self/status: CapEff is "
                            + failure.system().status("CapEff").orElse("")));
        }
        return failure.errno() == EINVAL && failure.arguments().number(0) == Constants.BPF_PROG_LOAD
                ? Optional.of(new Cause(
                        "this kernel was built without BPF for cgroups",
                        "/proc/sys/kernel/osrelease is " + failure.system().release(),
                        "use a kernel with CONFIG_CGROUP_BPF=y"))
                : Optional.empty();
    }
}
