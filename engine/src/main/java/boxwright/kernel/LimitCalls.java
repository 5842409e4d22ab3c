package boxwright.kernel;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The calls of a plan that limit what a process may use, beside those that write to the files of a cgroup. */
public interface LimitCalls {
    /** Any call, for those that have no method here. */
    Line call(SystemCall systemCall, Argument... arguments);

    /**
     * prlimit(2) on this process, whose children will have the same limit.
     *
     * @param resource {@code RLIMIT_…}
     * @param name its name in C
     * @param soft what the kernel holds the process to; {@code RLIM_INFINITY} for no limit
     * @param hard how far the process may raise it itself
     */
    default Line setrlimit(int resource, String name, long soft, long hard) {
        Argument.Struct limit =
                new Argument.Struct(List.of(limitField("rlim_cur", soft), limitField("rlim_max", hard)));
        return call(SystemCall.PRLIMIT64, number(0), number(resource, Notation.name(name)), limit, NULL);
    }

    /**
     * sched_setaffinity(2) on this process, whose children will be the same.
     *
     * @param processors by their numbers
     */
    default Line sched_setaffinity(BitSet processors) {
        List<Long> words = new ArrayList<>();
        for (long word : processors.toLongArray()) {
            words.add(word);
        }
        return call(
                SystemCall.SCHED_SETAFFINITY,
                number(0),
                number((long) words.size() * Long.BYTES),
                new Argument.Words(words, processors.toString()));
    }

    private static Argument.Field limitField(String name, long value) {
        return field(
                name,
                8,
                value == Constants.RLIM_INFINITY ? number(value, Notation.name("RLIM_INFINITY")) : number(value));
    }

    /**
     * bpf(2) {@code BPF_PROG_LOAD} of a program that the kernel asks before a device is opened or made; the result is its
     * descriptor.
     *
     * @param program its instructions, 8 bytes each
     */
    default Line loadDeviceProgram(Argument.Words program) {
        Argument.Struct attributes = new Argument.Struct(List.of(
                field(
                        "prog_type",
                        4,
                        number(Constants.BPF_PROG_TYPE_CGROUP_DEVICE, Notation.name("BPF_PROG_TYPE_CGROUP_DEVICE"))),
                field("insn_cnt", 4, program.values().size()),
                field("insns", 8, program),
                field("license", 8, text("Apache-2.0")),
                field("log_level", 4, 0),
                field("log_size", 4, 0),
                field("log_buf", 8, NULL),
                field("kern_version", 4, 0),
                field("prog_flags", 4, 0)));
        return bpf(Constants.BPF_PROG_LOAD, "BPF_PROG_LOAD", attributes);
    }

    /**
     * bpf(2) {@code BPF_PROG_ATTACH} of such a program to a cgroup of version 2. It stays there until the cgroup goes;
     * those of the groups above are asked too.
     *
     * @param cgroup a slot with a descriptor of the cgroup's directory, in no other struct
     * @param program a slot with the program's descriptor, in no other struct
     */
    default Line attachDeviceProgram(Slot cgroup, Slot program) {
        Argument.Struct attributes = new Argument.Struct(List.of(
                field("target_fd", 4, new Argument.Place(cgroup)),
                field("attach_bpf_fd", 4, new Argument.Place(program)),
                field("attach_type", 4, number(Constants.BPF_CGROUP_DEVICE, Notation.name("BPF_CGROUP_DEVICE"))),
                field("attach_flags", 4, number(Constants.BPF_F_ALLOW_MULTI, Notation.name("BPF_F_ALLOW_MULTI")))));
        return bpf(Constants.BPF_PROG_ATTACH, "BPF_PROG_ATTACH", attributes);
    }

    private Line bpf(int command, String name, Argument.Struct attributes) {
        return call(SystemCall.BPF, number(command, Notation.name(name)), attributes, number(attributes.size()));
    }
}
