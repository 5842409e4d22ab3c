package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.Comparison.Op;
import boxwright.isolation.seccomp.ConditionalProfile.Condition;
import boxwright.isolation.seccomp.ConditionalProfile.Conditional;
import boxwright.isolation.seccomp.ConditionalProfile.Family;
import boxwright.kernel.Constants;
import boxwright.kernel.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a container may call when nobody says otherwise: a list of what is allowed, with the effect of Docker's
 * ({@code seccomp/default.json} in moby/profiles). All else fails with EPERM, or with ENOSYS where it is newer than the
 * list. {@link PlainCalls} is what is allowed to all; here is what depends on a capability, an argument or the machine.
 *
 * <p>One thing is stricter than there: the x32 ABI, which most kernels are built without, is not allowed.
 */
public final class DefaultProfile {
    /** Changes with each change of the profile: programs that were compiled from it are kept on disk. */
    public static final int VERSION = 1;

    /** Namespaces: what a process without CAP_SYS_ADMIN would need a user namespace for, the way in to much of the kernel. */
    private static final long NAMESPACES = Constants.CLONE_NEWNS
            | Constants.CLONE_NEWUTS
            | Constants.CLONE_NEWIPC
            | Constants.CLONE_NEWUSER
            | Constants.CLONE_NEWPID
            | Constants.CLONE_NEWNET
            | Constants.CLONE_NEWCGROUP;

    private static final String SYS_ADMIN = "CAP_SYS_ADMIN";

    /**
     * Address families of socket(2) that stay closed. AF_VSOCK talks to the hypervisor whatever the network namespace is;
     * AF_ALG is the kernel's cryptography, a large surface that next to nothing needs; the others are gone from the
     * kernel: AF_DECnet, AF_ECONET, AF_ATMSVC, AF_IRDA, AF_WANPIPE, AF_ISDN, AF_CAIF.
     */
    private static final List<Integer> CLOSED_FAMILIES = List.of(12, 19, 20, 23, 25, 34, 37, 38, 40);
    /** AF_MCTP, the last family that is let in. */
    private static final int LAST_FAMILY = 45;

    private DefaultProfile() {}

    /** The profile, with its conditions. */
    public static ConditionalProfile conditional() {
        Profile empty = new Profile(Action.errno(Errno.EPERM), List.of(), 0, "", "", List.of());
        List<Family> families = List.of(
                new Family(Optional.of(Abi.X86_64), List.of(Abi.X86)),
                new Family(Optional.of(Abi.AARCH64), List.of(Abi.ARM)));
        List<Conditional> rules = new ArrayList<>();
        rules.add(always(PlainCalls.names()));
        byArgument(rules);
        byMachine(rules);
        byCapability(rules);
        return new ConditionalProfile(empty, families, rules);
    }

    private static void byArgument(List<Conditional> rules) {
        rules.add(when("socket", Comparison.of(0, Op.LT, CLOSED_FAMILIES.getFirst())));
        for (int family = CLOSED_FAMILIES.getFirst(); family <= LAST_FAMILY; family++) {
            if (!CLOSED_FAMILIES.contains(family)) {
                rules.add(when("socket", Comparison.of(0, Op.EQ, family)));
            }
        }
        // PER_LINUX and PER_LINUX32, each with and without UNAME26, and the question which one it is: personality(2).
        for (long persona : new long[] {0, 8, 0x20000, 0x20008, 0xffffffffL}) {
            rules.add(when("personality", Comparison.of(0, Op.EQ, persona)));
        }
        // tag::namespaces[]
        Condition admin = capability(SYS_ADMIN);
        Rule noNamespaces = new Rule(List.of("clone"), Action.ALLOW, List.of(Comparison.masked(0, NAMESPACES, 0)));
        rules.add(new Conditional(noNamespaces, Condition.NONE, admin));
        // clone3 has its flags behind a pointer, where a filter cannot look. ENOSYS sends the C library back to clone.
        Rule noClone3 = Rule.of(Action.errno(Errno.ENOSYS), List.of("clone3"));
        rules.add(new Conditional(noClone3, Condition.NONE, admin));
        // end::namespaces[]
    }

    private static void byMachine(List<Conditional> rules) {
        // Before 4.8 a tracer could change the number of a call after the filter had seen it.
        Condition traceIsSafe = new Condition(List.of(), List.of(), Optional.of(new KernelVersion(4, 8)));
        rules.add(includes(traceIsSafe, "ptrace", "process_vm_readv", "process_vm_writev"));
        rules.add(includes(architectures("amd64"), "arch_prctl", "modify_ldt"));
        rules.add(includes(
                architectures("arm64"),
                "arm_fadvise64_64",
                "arm_sync_file_range",
                "sync_file_range2",
                "breakpoint",
                "cacheflush",
                "set_tls"));
    }

    private static void byCapability(List<Conditional> rules) {
        rules.add(with(
                SYS_ADMIN,
                "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr"
                        + " lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open"
                        + " quotactl quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare"));
        rules.add(with("CAP_DAC_READ_SEARCH", "open_by_handle_at"));
        rules.add(with("CAP_SYS_BOOT", "reboot"));
        rules.add(with("CAP_SYS_CHROOT", "chroot"));
        rules.add(with("CAP_SYS_MODULE", "delete_module init_module finit_module"));
        rules.add(with("CAP_SYS_PACCT", "acct"));
        rules.add(with("CAP_SYS_PTRACE", "kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace"));
        rules.add(with("CAP_SYS_RAWIO", "iopl ioperm"));
        rules.add(with("CAP_SYS_TIME", "settimeofday stime clock_settime clock_settime64"));
        rules.add(with("CAP_SYS_TTY_CONFIG", "vhangup"));
        rules.add(with("CAP_SYS_NICE", "get_mempolicy mbind set_mempolicy set_mempolicy_home_node"));
        rules.add(with("CAP_SYSLOG", "syslog"));
        rules.add(with("CAP_BPF", "bpf"));
        rules.add(with("CAP_PERFMON", "perf_event_open"));
    }

    private static Conditional always(List<String> names) {
        return Conditional.always(Rule.of(Action.ALLOW, names));
    }

    private static Conditional when(String name, Comparison comparison) {
        return Conditional.always(new Rule(List.of(name), Action.ALLOW, List.of(comparison)));
    }

    private static Conditional includes(Condition condition, String... names) {
        return new Conditional(Rule.of(Action.ALLOW, List.of(names)), condition, Condition.NONE);
    }

    private static Conditional with(String capability, String names) {
        return includes(capability(capability), PlainCalls.split(names).toArray(new String[0]));
    }

    private static Condition capability(String name) {
        return new Condition(List.of(name), List.of(), Optional.empty());
    }

    private static Condition architectures(String... names) {
        return new Condition(List.of(), List.of(names), Optional.empty());
    }
}
