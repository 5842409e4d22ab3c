package boxwright.runtime.oci;

import boxwright.isolation.AppArmor;
import boxwright.isolation.Capabilities;
import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.Credentials;
import boxwright.isolation.Isolation;
import boxwright.isolation.MemoryPolicy;
import boxwright.isolation.NoNewPrivileges;
import boxwright.isolation.ResourceLimits;
import boxwright.isolation.Scheduling;
import boxwright.isolation.SeLinux;
import boxwright.isolation.Seccomp;
import boxwright.isolation.SessionKeyring;
import boxwright.kernel.Capability;
import boxwright.kernel.PlanBuilder;
import boxwright.runtime.spec.Linux;
import boxwright.runtime.spec.ProcessSpec;
import boxwright.runtime.spec.ProcessSpec.CapabilityNames;
import boxwright.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What holds a program back, from {@code process} of config.json: for a container's first program, and for one that joins
 * it.
 *
 * @param process what was asked for
 * @param choice what can be given here
 * @param groupsMayChange whether the user namespace lets its processes change their groups
 * @param newKeyring whether it gets a session keyring of its own
 * @param warnings takes what is left out, a sentence each
 */
record ProcessIsolation(
        ProcessSpec process,
        CapabilityChoice choice,
        boolean groupsMayChange,
        boolean newKeyring,
        Consumer<String> warnings) {
    private static final long LINUX32 = 8;

    /**
     * In the one order in which it works: what needs privilege comes before what takes it away.
     *
     * @param filter the seccomp filter
     * @param linux has the personality and the memory policy
     * @throws SpecException where they are none
     */
    List<Isolation> all(Optional<Seccomp> filter, Linux linux) {
        List<Isolation> all = new ArrayList<>();
        if (!process.rlimits().isEmpty()) {
            all.add(limits());
        }
        all.add(scheduling(linux.personality().map(Linux.Personality::domain).orElse("")));
        linux.memoryPolicy().ifPresent(policy -> all.add(memory(policy)));
        if (!process.selinuxLabel().isEmpty()) {
            all.add(new SeLinux(process.selinuxLabel()));
        }
        if (!process.apparmorProfile().isEmpty()) {
            all.add(new AppArmor(process.apparmorProfile()));
        }
        if (newKeyring) {
            all.add(new SessionKeyring());
        }
        Capabilities capabilities = capabilities();
        if (process.noNewPrivileges()) {
            all.add(new NoNewPrivileges());
            all.add(capabilities);
            all.add(new Afterwards(umask()));
            filter.ifPresent(all::add);
        } else {
            filter.ifPresent(all::add);
            all.add(capabilities);
            all.add(new Afterwards(umask()));
        }
        return all;
    }

    private int umask() {
        return process.user().umask().orElse(022);
    }

    /** What a change of the user leaves to be done: the container is nobody's who would end it by dying. */
    private record Afterwards(int umask) implements Isolation {
        @Override
        public String chapter() {
            return "";
        }

        @Override
        public void addLast(PlanBuilder plan) {
            plan.noParentDeathSignal().because("the engine that called us may end, the container stays");
            plan.umask(umask).because("the program's own mask");
        }
    }

    private ResourceLimits limits() {
        List<ResourceLimits.Limit> limits = new ArrayList<>();
        for (ProcessSpec.Rlimit limit : process.rlimits()) {
            limits.add(new ResourceLimits.Limit(
                    ResourceLimits.Resource.ofSymbol(limit.type())
                            .orElseThrow(() -> new SpecException(
                                    "process.rlimits: \"" + limit.type() + "\" is no limit of setrlimit(2)")),
                    limit.soft(),
                    limit.hard()));
        }
        return new ResourceLimits(limits, OptionalInt.empty());
    }

    private static MemoryPolicy memory(Linux.MemoryPolicy policy) {
        try {
            return new MemoryPolicy(policy.mode(), policy.nodes(), policy.flags());
        } catch (IllegalArgumentException e) {
            throw new SpecException("linux.memoryPolicy." + e.getMessage());
        }
    }

    private Scheduling scheduling(String personality) {
        return new Scheduling(
                process.scheduler()
                        .map(scheduler -> List.of(attributes(scheduler)))
                        .orElse(List.of()),
                process.ioPriority().map(ProcessIsolation::ioPriority).orElse(OptionalInt.empty()),
                personality.equals("LINUX32")
                        ? OptionalLong.of(LINUX32)
                        : personality.isEmpty() ? OptionalLong.empty() : OptionalLong.of(0));
    }

    private static OptionalInt ioPriority(ProcessSpec.IoPriority priority) {
        int number = switch (priority.ioClass()) {
            case "IOPRIO_CLASS_RT" -> 1;
            case "IOPRIO_CLASS_BE" -> 2;
            case "IOPRIO_CLASS_IDLE" -> 3;
            default ->
                throw new SpecException("process.ioPriority.class: \"" + priority.ioClass()
                        + "\" is none of IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE");
        };
        return OptionalInt.of(number << 13 | priority.priority());
    }

    private static Scheduling.Attributes attributes(ProcessSpec.Scheduler scheduler) {
        int policy = switch (scheduler.policy()) {
            case "SCHED_OTHER" -> 0;
            case "SCHED_FIFO" -> 1;
            case "SCHED_RR" -> 2;
            case "SCHED_BATCH" -> 3;
            case "SCHED_ISO" -> 4;
            case "SCHED_IDLE" -> 5;
            case "SCHED_DEADLINE" -> 6;
            default ->
                throw new SpecException(
                        "process.scheduler.policy: \"" + scheduler.policy() + "\" is no policy of sched_setattr(2)");
        };
        long flags = 0;
        for (String flag : scheduler.flags()) {
            flags |= switch (flag) {
                case "SCHED_FLAG_RESET_ON_FORK" -> 0x01;
                case "SCHED_FLAG_RECLAIM" -> 0x02;
                case "SCHED_FLAG_DL_OVERRUN" -> 0x04;
                case "SCHED_FLAG_KEEP_POLICY" -> 0x08;
                case "SCHED_FLAG_KEEP_PARAMS" -> 0x10;
                case "SCHED_FLAG_UTIL_CLAMP_MIN" -> 0x20;
                case "SCHED_FLAG_UTIL_CLAMP_MAX" -> 0x40;
                default ->
                    throw new SpecException("process.scheduler.flags: \"" + flag + "\" is no flag of sched_setattr(2)");
            };
        }
        return new Scheduling.Attributes(
                scheduler.policy(),
                policy,
                flags,
                scheduler.nice(),
                scheduler.priority(),
                scheduler.runtime(),
                scheduler.deadline(),
                scheduler.period());
    }

    /** What cannot be given is left out, with a warning: config.md says so. */
    private Capabilities capabilities() {
        CapabilityNames names = process.capabilities()
                .orElse(new CapabilityNames(List.of(), List.of(), List.of(), List.of(), List.of()));
        Set<String> unknown = new TreeSet<>();
        Set<Capability> bounding = set(names.bounding(), unknown);
        Set<Capability> permitted = set(names.permitted(), unknown);
        Set<Capability> effective = set(names.effective(), unknown);
        Set<Capability> inheritable = set(names.inheritable(), unknown);
        Set<Capability> ambient = set(names.ambient(), unknown);
        if (!unknown.isEmpty()) {
            warnings.accept(
                    "process.capabilities: left out, since they cannot be had here: " + String.join(", ", unknown));
        }
        effective.retainAll(permitted);
        ambient.retainAll(permitted);
        ambient.retainAll(inheritable);
        ProcessSpec.User user = process.user();
        List<Integer> groups = new ArrayList<>();
        user.additionalGids().forEach(group -> groups.add(group.intValue()));
        Credentials credentials = new Credentials(
                (int) user.uid(),
                (int) user.gid(),
                groupsMayChange ? Optional.of(groups) : Optional.empty(),
                user.uid() == 0 ? List.of() : StandardDescriptors.givenTo(process));
        if (!groupsMayChange && !groups.isEmpty()) {
            throw new SpecException("process.user.additionalGids: the groups cannot be changed in this user namespace");
        }
        return new Capabilities(
                bounding, effective, permitted, inheritable, ambient, choice.last(), Optional.of(credentials));
    }

    private Set<Capability> set(List<String> names, Set<String> unknown) {
        Set<Capability> set = EnumSet.noneOf(Capability.class);
        for (String name : names) {
            Optional<Capability> capability = Capability.of(name);
            if (capability.isPresent() && choice.available().contains(capability.get())) {
                set.add(capability.get());
            } else {
                unknown.add(name);
            }
        }
        return set;
    }
}
