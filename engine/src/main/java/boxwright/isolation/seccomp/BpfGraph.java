package boxwright.isolation.seccomp;

import java.util.Arrays;

/**
 * A BPF program as a decision graph: each node does one thing and leads to one or two others. Equal nodes are the same
 * node, so that what two ways have in common is there once. {@link BpfLayout} makes a list of instructions of it.
 */
final class BpfGraph {
    /** Far more than a program can have; what needs more is refused before it costs time and memory. */
    private static final int MOST_NODES = 1 << 14;

    private int[] fields = new int[4 * 512];
    private int[] buckets = new int[2048];
    private int size;

    /** The end of a way: the answer. */
    int answer(Action action) {
        return node(Bpf.RETURN, action.returnValue(), 0, 0);
    }

    /** Loads a word of {@code struct seccomp_data}. */
    int load(int offset, int next) {
        return node(Bpf.LOAD, offset, next, next);
    }

    /** Keeps the bits of a mask. */
    int and(int mask, int next) {
        return mask == -1 ? next : node(Bpf.AND, mask, next, next);
    }

    /** A branch; none where both ways are the same. */
    int branch(int jump, int value, int yes, int no) {
        return yes == no ? yes : node(jump, value, yes, no);
    }

    /**
     * Finds the segment that the loaded word lies in.
     *
     * @param starts unsigned, ascending, the first is 0; a segment ends where the next one starts
     * @param nodes for each segment, where it leads
     */
    int search(int[] starts, int[] nodes, int count) {
        int[] mergedStarts = new int[count];
        int[] mergedNodes = new int[count];
        int merged = 0;
        for (int i = 0; i < count; i++) {
            if (merged == 0 || mergedNodes[merged - 1] != nodes[i]) {
                mergedStarts[merged] = starts[i];
                mergedNodes[merged++] = nodes[i];
            }
        }
        return search(mergedStarts, mergedNodes, 0, merged);
    }

    // tag::search[]
    private int search(int[] starts, int[] nodes, int from, int to) {
        if (to - from == 1) {
            return nodes[from];
        }
        // One number amid its neighbours: equality says it in one branch.
        if (to - from == 3 && nodes[from] == nodes[from + 2] && starts[from + 1] + 1 == starts[from + 2]) {
            return branch(Bpf.JUMP_EQ, starts[from + 1], nodes[from + 1], nodes[from]);
        }
        int middle = (from + to) >>> 1;
        return branch(
                Bpf.JUMP_GE, starts[middle], search(starts, nodes, middle, to), search(starts, nodes, from, middle));
    }
    // end::search[]

    private int node(int code, int k, int yes, int no) {
        int hash = ((code * 31 + k) * 31 + yes) * 31 + no;
        int bucket = (hash ^ hash >>> 15) * 0x9E3779B1 >>> 7;
        for (int i = bucket & buckets.length - 1; ; i = i + 1 & buckets.length - 1) {
            int node = buckets[i] - 1;
            if (node < 0) {
                buckets[i] = size + 1;
                return append(code, k, yes, no);
            }
            if (code(node) == code && k(node) == k && yes(node) == yes && no(node) == no) {
                return node;
            }
        }
    }

    private int append(int code, int k, int yes, int no) {
        if (size == MOST_NODES) {
            throw tooLong();
        }
        if (4 * size == fields.length) {
            fields = Arrays.copyOf(fields, 2 * fields.length);
        }
        int at = 4 * size;
        fields[at] = code;
        fields[at + 1] = k;
        fields[at + 2] = yes;
        fields[at + 3] = no;
        if (2 * ++size > buckets.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        int count = size;
        int[] old = fields;
        fields = new int[2 * old.length];
        buckets = new int[2 * buckets.length];
        size = 0;
        for (int at = 0; at < 4 * count; at += 4) {
            node(old[at], old[at + 1], old[at + 2], old[at + 3]);
        }
    }

    static SeccompException tooLong() {
        return new SeccompException("it compiles to more than the " + Program.MOST_INSTRUCTIONS
                + " instructions that the kernel takes (BPF_MAXINSNS); leave out conditions on arguments");
    }

    int size() {
        return size;
    }

    int code(int node) {
        return fields[4 * node];
    }

    int k(int node) {
        return fields[4 * node + 1];
    }

    int yes(int node) {
        return fields[4 * node + 2];
    }

    int no(int node) {
        return fields[4 * node + 3];
    }
}
