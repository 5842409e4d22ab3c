package boxwright.isolation.seccomp;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A compiled program for readers: an instruction a line, in the notation of Documentation/networking/filter.rst, with a
 * comment. The targets of jumps are line numbers.
 */
public final class BpfListing {
    private static final int COMMENT_COLUMN = 34;
    /** An instruction that is reached for calls of several ABIs, so that a number in it has no one name. */
    private static final int SEVERAL = -1;

    private final Program program;
    private final int[] loaded;
    private final int[] abis;
    private final Map<Integer, Map<Integer, String>> names = new HashMap<>();

    private BpfListing(Program program) {
        this.program = program;
        this.loaded = new int[program.length()];
        this.abis = new int[program.length()];
    }

    /** The listing. */
    public static String of(Program program) {
        return new BpfListing(program).text();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < program.length(); i++) {
            followWaysFrom(i);
            StringBuilder line = new StringBuilder();
            String number = Integer.toString(i);
            line.append(" ".repeat(4 - number.length())).append(number).append("  ");
            line.append(instruction(i));
            String comment = comment(i);
            if (!comment.isEmpty()) {
                line.append(" ".repeat(Math.max(1, COMMENT_COLUMN - line.length())))
                        .append("; ")
                        .append(comment);
            }
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /** Tells the instructions that follow what was loaded, and which ABI the call is of. */
    private void followWaysFrom(int i) {
        int code = program.code(i);
        if (code == Bpf.LOAD) {
            loaded[i] = program.k(i);
        }
        switch (code) {
            case Bpf.RETURN -> {}
            case Bpf.LOAD, Bpf.AND -> pass(i, i + 1, abis[i]);
            case Bpf.JUMP -> pass(i, i + 1 + program.k(i), abis[i]);
            default -> {
                boolean asksAbi = loaded[i] == Bpf.ARCH;
                pass(i, yes(i), asksAbi ? program.k(i) : abis[i]);
                pass(i, no(i), abis[i]);
            }
        }
    }

    private void pass(int from, int to, int abi) {
        loaded[to] = loaded[from];
        abis[to] = abis[to] == 0 || abis[to] == abi ? abi : SEVERAL;
    }

    private int yes(int i) {
        return i + 1 + program.yes(i);
    }

    private int no(int i) {
        return i + 1 + program.no(i);
    }

    private String instruction(int i) {
        int k = program.k(i);
        String constant =
                loaded[i] == Bpf.NUMBER && k >= 0 && k < Abi.X32_BIT ? "#" + k : "#0x" + Integer.toHexString(k);
        return switch (program.code(i)) {
            case Bpf.LOAD -> "ld [" + k + "]";
            case Bpf.AND -> "and #0x" + Integer.toHexString(k);
            case Bpf.JUMP -> "ja " + (i + 1 + k);
            case Bpf.JUMP_EQ -> "jeq " + constant + ", " + yes(i) + ", " + no(i);
            case Bpf.JUMP_GT -> "jgt " + constant + ", " + yes(i) + ", " + no(i);
            case Bpf.JUMP_GE -> "jge " + constant + ", " + yes(i) + ", " + no(i);
            case Bpf.RETURN -> "ret #0x" + Integer.toHexString(k);
            default -> throw new IllegalArgumentException("no instruction of ours: " + program.code(i));
        };
    }

    private String comment(int i) {
        int k = program.k(i);
        return switch (program.code(i)) {
            case Bpf.LOAD -> word(k);
            case Bpf.RETURN -> Action.ofReturnValue(k).toString();
            case Bpf.JUMP_EQ, Bpf.JUMP_GE ->
                switch (loaded[i]) {
                    case Bpf.ARCH -> abi(k).map(Abi::symbol).orElse("");
                    case Bpf.NUMBER -> name(i, k);
                    default -> "";
                };
            default -> "";
        };
    }

    private static String word(int offset) {
        return switch (offset) {
            case Bpf.NUMBER -> "the number of the call";
            case Bpf.ARCH -> "the ABI it is made by";
            default -> "argument " + (offset - 16) / 8 + (offset % 8 == 0 ? ", lower half" : ", upper half");
        };
    }

    private static Optional<Abi> abi(int auditArch) {
        for (Abi abi : Abi.values()) {
            if (abi.auditArch() == auditArch) {
                return Optional.of(abi);
            }
        }
        return Optional.empty();
    }

    private String name(int i, int number) {
        if (number == Abi.X32_BIT) {
            return "x32 begins here";
        }
        String name = names.computeIfAbsent(abis[i], BpfListing::names).getOrDefault(number, "");
        return name.isEmpty() || program.code(i) == Bpf.JUMP_EQ ? name : name + " or above";
    }

    private static Map<Integer, String> names(int auditArch) {
        Map<Integer, String> byNumber = new HashMap<>();
        for (Abi abi : Abi.values()) {
            if (abi.auditArch() == auditArch) {
                SystemCallTable.names().forEach(name -> byNumber.put(SystemCallTable.number(name, abi), name));
            }
        }
        byNumber.remove(-1);
        return byNumber;
    }
}
