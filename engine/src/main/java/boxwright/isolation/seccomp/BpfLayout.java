package boxwright.isolation.seccomp;

import java.util.Arrays;

/**
 * Puts a {@link BpfGraph} into a row of instructions. BPF can only jump forwards, so the row is laid from its end: where a
 * branch is laid, both its ways are there already. A branch reaches 255 instructions; farther ways go through a jump laid
 * beside it, and an answer that is too far away is simply laid again.
 */
final class BpfLayout {
    private static final int REACH = 255;
    private static final int NOT_YET = -1;

    private final BpfGraph graph;
    /** For each node its place, counted from the end of the row. */
    private final int[] places;

    private long[] row = new long[512];
    private int length;

    private BpfLayout(BpfGraph graph) {
        this.graph = graph;
        this.places = new int[graph.size()];
        Arrays.fill(places, NOT_YET);
    }

    static Program of(BpfGraph graph, int root) {
        BpfLayout layout = new BpfLayout(graph);
        layout.lay(root);
        long[] instructions = new long[layout.length];
        for (int i = 0; i < layout.length; i++) {
            instructions[i] = layout.row[layout.length - 1 - i];
        }
        return new Program(instructions);
    }

    private void lay(int node) {
        if (places[node] != NOT_YET) {
            return;
        }
        int code = graph.code(node);
        if (code == Bpf.RETURN) {
            append(code, 0, 0, graph.k(node));
        } else if (graph.yes(node) == graph.no(node)) {
            lay(graph.yes(node));
            if (places[graph.yes(node)] != length - 1) {
                leadTo(graph.yes(node));
            }
            append(code, 0, 0, graph.k(node));
        } else {
            layBranch(node);
        }
        places[node] = length - 1;
    }

    private void layBranch(int node) {
        int yes = graph.yes(node);
        int no = graph.no(node);
        lay(no);
        lay(yes);
        // Room for one more in front: the other way may need a jump of its own.
        int yesPlace = length - places[yes] > REACH ? leadTo(yes) : places[yes];
        int noPlace = length - places[no] > REACH ? leadTo(no) : places[no];
        append(graph.code(node), length - yesPlace - 1, length - noPlace - 1, graph.k(node));
    }

    /** Lays what leads to a node that is far away, and tells where. */
    private int leadTo(int node) {
        if (graph.code(node) == Bpf.RETURN) {
            append(Bpf.RETURN, 0, 0, graph.k(node));
            places[node] = length - 1; // The ones that follow lie before it: this copy is the nearer one.
        } else {
            append(Bpf.JUMP, 0, 0, length - places[node] - 1);
        }
        return length - 1;
    }

    private void append(int code, int yes, int no, int k) {
        if (length == Program.MOST_INSTRUCTIONS) {
            throw BpfGraph.tooLong();
        }
        if (length == row.length) {
            row = Arrays.copyOf(row, 2 * length);
        }
        row[length++] = Program.instruction(code, yes, no, k);
    }
}
