package boxwright.isolation.seccomp;

import boxwright.kernel.Architecture;
import boxwright.kernel.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compiles a profile to BPF. The program asks for the ABI, finds the number by binary search in segments of numbers that
 * get the same answer, and looks at arguments where a rule wants it.
 *
 * <p>Three things follow runc and libseccomp. Calls of an ABI that the profile does not name kill the process. Numbers
 * above all that the profile names for the ABI fail with ENOSYS and not with the default action, unless that one lets
 * calls through: they are newer than the profile, and a program that meets ENOSYS falls back to an older call. And on
 * i386 a rule about {@code socket} and the like, if it has no conditions, holds for {@code socketcall} and {@code ipc} too,
 * where the profile does not speak of these themselves.
 */
public final class SeccompCompiler {
    /** Changes with each change of what a profile compiles to; part of the key of {@link ProgramCache}. */
    static final int VERSION = 1;

    /** Above are the private calls of 32-bit ARM, which are as old as the port. */
    private static final int PRIVATE = 0x0f0000;

    private final Profile profile;
    private final Architecture architecture;
    private final BpfGraph graph = new BpfGraph();
    private final List<String> overruled = new ArrayList<>();

    private SeccompCompiler(Profile profile, Architecture architecture) {
        this.profile = profile;
        this.architecture = architecture;
    }

    /**
     * What came out.
     *
     * @param program for the kernel
     * @param unknownNames names of system calls that no ABI has that we know; their rules have no effect
     * @param overruled sentences about rules that another one leaves without effect
     */
    public record Compiled(Program program, List<String> unknownNames, List<String> overruled) {
        public Compiled {
            unknownNames = List.copyOf(unknownNames);
            overruled = List.copyOf(overruled);
        }
    }

    /**
     * Compiles a profile for an architecture.
     *
     * @throws SeccompException when two rules contradict each other, or the program is too long for the kernel
     */
    public static Compiled compile(Profile profile, Architecture architecture) {
        return new SeccompCompiler(profile, architecture).compile();
    }

    private Compiled compile() {
        // tag::abi[]
        int badAbi = graph.answer(Action.KILL_PROCESS);
        int node = badAbi;
        List<Abi> candidates = Abi.allOf(architecture);
        for (int i = candidates.size() - 1; i >= 0; i--) {
            Abi abi = candidates.get(i);
            if (abi != Abi.X32 && isFiltered(abi)) {
                node = graph.branch(Bpf.JUMP_EQ, abi.auditArch(), graph.load(Bpf.NUMBER, search(abi, badAbi)), node);
            }
        }
        Program program = BpfLayout.of(graph, graph.load(Bpf.ARCH, node));
        // end::abi[]
        return new Compiled(program, unknownNames(), overruled);
    }

    private boolean isFiltered(Abi abi) {
        return abi == Abi.nativeOf(architecture) || profile.abis().contains(abi);
    }

    private int search(Abi abi, int badAbi) {
        Segments segments = new Segments();
        int beyond = add(abi, segments);
        if (abi == Abi.X86_64 && isFiltered(Abi.X32)) {
            add(Abi.X32, segments);
        } else if (abi == Abi.X86_64) {
            segments.add(Abi.X32_BIT, badAbi);
            // -1 is no call: a tracer sets it to have the call skipped.
            segments.add(-1, beyond);
        }
        return graph.search(segments.starts, segments.nodes, segments.count);
    }

    /**
     * Adds the segments of an ABI: one number each where rules name it; equal neighbours are merged later. Returns what
     * the numbers get that are too large for everything.
     */
    private int add(Abi abi, Segments segments) {
        NumberRules rules = new NumberRules(profile.rules(), abi, overruled);
        int otherwise = graph.answer(profile.defaultAction());
        int last = rules.last(PRIVATE);
        boolean enosys = last >= 0 && !profile.defaultAction().isPermissive();
        int beyond = enosys ? graph.answer(Action.errno(Errno.ENOSYS)) : otherwise;
        int next = 0;
        for (int number = rules.next(0); number >= 0; number = rules.next(next)) {
            if (number != next) {
                segments.add(abi.base() + next, next > last ? beyond : otherwise);
            }
            segments.add(abi.base() + number, CallRules.compile(graph, rules.of(number), otherwise));
            next = number + 1;
        }
        segments.add(abi.base() + next, beyond);
        return beyond;
    }

    private List<String> unknownNames() {
        List<String> unknown = new ArrayList<>();
        for (Rule rule : profile.rules()) {
            for (String name : rule.names()) {
                if (!SystemCallTable.knows(name) && !unknown.contains(name)) {
                    unknown.add(name);
                }
            }
        }
        return unknown;
    }

    /** Ascending starts, and the node for each. */
    private static final class Segments {
        private int[] starts = new int[1024];
        private int[] nodes = new int[1024];
        private int count;

        void add(int start, int node) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, 2 * count);
                nodes = Arrays.copyOf(nodes, 2 * count);
            }
            starts[count] = start;
            nodes[count++] = node;
        }
    }
}
