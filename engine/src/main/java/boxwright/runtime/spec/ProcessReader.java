package boxwright.runtime.spec;

import boxwright.runtime.spec.ProcessSpec.CapabilityNames;
import boxwright.runtime.spec.ProcessSpec.ConsoleSize;
import boxwright.runtime.spec.ProcessSpec.ExecCpuAffinity;
import boxwright.runtime.spec.ProcessSpec.IoPriority;
import boxwright.runtime.spec.ProcessSpec.Rlimit;
import boxwright.runtime.spec.ProcessSpec.Scheduler;
import boxwright.runtime.spec.ProcessSpec.User;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code process}. */
final class ProcessReader {
    private ProcessReader() {}

    static ProcessSpec process(Json json) throws IOException {
        boolean terminal = false;
        Optional<ConsoleSize> consoleSize = Optional.empty();
        User user = new User(0, 0, OptionalInt.empty(), List.of());
        List<String> args = List.of();
        List<String> env = List.of();
        String cwd = "";
        Optional<CapabilityNames> capabilities = Optional.empty();
        List<Rlimit> rlimits = List.of();
        boolean noNewPrivileges = false;
        OptionalInt oomScoreAdj = OptionalInt.empty();
        String apparmorProfile = "";
        String selinuxLabel = "";
        Optional<Scheduler> scheduler = Optional.empty();
        Optional<IoPriority> ioPriority = Optional.empty();
        Optional<ExecCpuAffinity> affinity = Optional.empty();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "terminal" -> terminal = json.bool();
                case "consoleSize" -> consoleSize = Optional.of(consoleSize(json));
                case "user" -> user = user(json);
                case "args" -> args = json.strings();
                case "env" -> env = json.strings();
                case "cwd" -> cwd = json.string();
                case "capabilities" -> capabilities = Optional.of(capabilities(json));
                case "rlimits" -> rlimits = json.list(ProcessReader::rlimit);
                case "noNewPrivileges" -> noNewPrivileges = json.bool();
                case "oomScoreAdj" -> oomScoreAdj = json.optionalInt32();
                case "apparmorProfile" -> apparmorProfile = json.string();
                case "selinuxLabel" -> selinuxLabel = json.string();
                case "scheduler" -> scheduler = Optional.of(scheduler(json));
                case "ioPriority" -> ioPriority = Optional.of(ioPriority(json));
                case "execCPUAffinity" -> affinity = Optional.of(affinity(json));
                default -> json.skip();
            }
        }
        return new ProcessSpec(
                terminal,
                consoleSize,
                user,
                args,
                env,
                cwd,
                capabilities,
                rlimits,
                noNewPrivileges,
                oomScoreAdj,
                apparmorProfile,
                selinuxLabel,
                scheduler,
                ioPriority,
                affinity);
    }

    private static ConsoleSize consoleSize(Json json) throws IOException {
        int height = 0;
        int width = 0;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "height" -> height = json.uint16();
                case "width" -> width = json.uint16();
                default -> json.skip();
            }
        }
        return new ConsoleSize(height, width);
    }

    private static User user(Json json) throws IOException {
        long uid = 0;
        long gid = 0;
        OptionalInt umask = OptionalInt.empty();
        List<Long> additionalGids = List.of();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "uid" -> uid = json.uint32();
                case "gid" -> gid = json.uint32();
                case "umask" -> umask = OptionalInt.of((int) json.within(0, 0777));
                case "additionalGids" -> additionalGids = json.list(Json::uint32);
                default -> json.skip();
            }
        }
        return new User(uid, gid, umask, additionalGids);
    }

    private static CapabilityNames capabilities(Json json) throws IOException {
        List<String> bounding = List.of();
        List<String> effective = List.of();
        List<String> permitted = List.of();
        List<String> inheritable = List.of();
        List<String> ambient = List.of();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "bounding" -> bounding = json.strings();
                case "effective" -> effective = json.strings();
                case "permitted" -> permitted = json.strings();
                case "inheritable" -> inheritable = json.strings();
                case "ambient" -> ambient = json.strings();
                default -> json.skip();
            }
        }
        return new CapabilityNames(bounding, effective, permitted, inheritable, ambient);
    }

    private static Rlimit rlimit(Json json) throws IOException {
        String type = "";
        long hard = 0;
        long soft = 0;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "type" -> type = json.string();
                case "hard" -> hard = json.uint64();
                case "soft" -> soft = json.uint64();
                default -> json.skip();
            }
        }
        return new Rlimit(type, hard, soft);
    }

    private static Scheduler scheduler(Json json) throws IOException {
        String policy = "";
        int nice = 0;
        int priority = 0;
        List<String> flags = List.of();
        long runtime = 0;
        long deadline = 0;
        long period = 0;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "policy" -> policy = json.string();
                case "nice" -> nice = json.int32();
                case "priority" -> priority = json.int32();
                case "flags" -> flags = json.strings();
                case "runtime" -> runtime = json.uint64();
                case "deadline" -> deadline = json.uint64();
                case "period" -> period = json.uint64();
                default -> json.skip();
            }
        }
        return new Scheduler(policy, nice, priority, flags, runtime, deadline, period);
    }

    private static IoPriority ioPriority(Json json) throws IOException {
        String ioClass = "";
        int priority = 0;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "class" -> ioClass = json.string();
                case "priority" -> priority = json.int32();
                default -> json.skip();
            }
        }
        return new IoPriority(ioClass, priority);
    }

    private static ExecCpuAffinity affinity(Json json) throws IOException {
        String initial = "";
        String last = "";
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "initial" -> initial = json.string();
                case "final" -> last = json.string();
                default -> json.skip();
            }
        }
        return new ExecCpuAffinity(initial, last);
    }
}
