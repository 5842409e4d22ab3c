package boxwright.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import boxwright.kernel.Trace.Seen;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds a plan against what strace saw: walks through both at once, process by process, call by call, and fails at the
 * first argument that differs, at a call that the plan does not have, and at one that the kernel did not see. It knows
 * the plan's meaning from {@link Call} only, nothing of the encoding but the report record.
 */
final class PlanWalk {
    private final EncodedPlan encoded;
    private final Map<Integer, Trace> traces;
    private final TreeSet<Integer> walked = new TreeSet<>();
    private int compared;

    private PlanWalk(EncodedPlan encoded, Map<Integer, Trace> traces) {
        this.encoded = encoded;
        this.traces = traces;
    }

    /** Compares all processes, beginning with the launcher's. Returns how many calls were compared. */
    static int compare(Plan plan, EncodedPlan encoded, Map<Integer, Trace> traces) {
        PlanWalk walk = new PlanWalk(encoded, traces);
        int launcher = traces.entrySet().stream()
                .filter(entry -> entry.getValue()
                        .calls()
                        .getFirst()
                        .arguments()
                        .getFirst()
                        .endsWith("/launcher\""))
                .findFirst()
                .orElseThrow()
                .getKey();
        Walker process = walk.new Walker(launcher, new HashMap<>());
        process.next();
        process.run(plan.calls());
        assertThat(traces.keySet()).as("processes").isEqualTo(walk.walked);
        return walk.compared;
    }

    /** One process on its way through the plan. */
    private final class Walker {
        private final Trace trace;
        private final Map<Slot, Long> slots;
        private int at;

        Walker(int pid, Map<Slot, Long> slots) {
            assertThat(traces).as("processes").containsKey(pid);
            assertThat(walked.add(pid)).isTrue();
            this.trace = traces.getOrDefault(pid, new Trace(List.of(), ""));
            this.slots = slots;
        }

        Seen next() {
            assertThat(at)
                    .as("another call before " + trace.end())
                    .isLessThan(trace.calls().size());
            return trace.calls().get(at++);
        }

        /** Returns whether the process went on after the list. */
        boolean run(List<Call> calls) {
            for (Call call : calls) {
                if (!run(call)) {
                    return false;
                }
            }
            return true;
        }

        private boolean run(Call call) {
            if (at == trace.calls().size()) {
                assertThat(trace.end()).as("before " + call).isEqualTo("+++ killed by SIGKILL +++");
                return false;
            }
            if (call.reported()) {
                clock(call);
            }
            Seen seen = next();
            compare(call, seen);
            if (seen.isUnfinished()) {
                assertThat(at)
                        .as("the last call of the process")
                        .isEqualTo(trace.calls().size());
                return false;
            }
            long result = seen.result();
            boolean failed = result < 0 || call.positive() && result == 0;
            if (failed && !call.tolerated().contains((int) -result)) {
                clock(call);
                report(call, result);
                assertThat(next().line()).startsWith("exit_group(125)");
                return false;
            }
            if (call.systemCall() == SystemCall.EXECVE && !failed) {
                return false;
            }
            if (!call.child().isEmpty() && !failed) {
                Walker child = new Walker((int) result, new HashMap<>(slots));
                if (call.reported()) {
                    child.clock(call);
                    child.report(call, 0);
                }
                assertThat(child.run(call.child())).isFalse();
            }
            if (call.reported()) {
                clock(call);
                report(call, result);
            }
            if (failed) {
                return run(call.otherwise());
            }
            call.result().ifPresent(slot -> slots.put(slot, result));
            return true;
        }

        private void clock(Call call) {
            assertThat(next().line()).as("around " + call).startsWith("clock_gettime(CLOCK_MONOTONIC, ");
        }

        private void report(Call call, long result) {
            Seen seen = next();
            assertThat(seen.name()).as("report of " + call).isEqualTo("write");
            assertThat(seen.arguments().get(0)).isEqualTo("3");
            assertThat(seen.arguments().get(2)).isEqualTo("48");
            ByteBuffer record =
                    ByteBuffer.wrap(Trace.bytes(seen.arguments().get(1))).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(encoded.at(record.getLong(0))).isSameAs(call);
            assertThat(record.getLong(8)).isEqualTo(result);
        }

        private void compare(Call call, Seen seen) {
            String what = call.code() + "\nand the kernel saw\n" + seen.line();
            assertThat(seen.name()).as(what).isEqualTo(call.systemCall().symbol());
            List<String> arguments = seen.arguments();
            if (call.systemCall() == SystemCall.CLONE) {
                // strace writes clone(child_stack=NULL, flags=SIGCHLD): other names, and another order.
                Map<String, String> named = Trace.members("{" + String.join(", ", arguments) + "}");
                assertThat(tokens(named.getOrDefault("flags", "")))
                        .as(what)
                        .isEqualTo(tokens(call.arguments().getFirst().toString()));
                assertThat(named.get("child_stack")).as(what).isEqualTo("NULL");
            } else {
                assertThat(arguments)
                        .as(what)
                        .hasSizeLessThanOrEqualTo(call.arguments().size());
                for (int i = 0; i < call.arguments().size(); i++) {
                    String text = i < arguments.size() ? arguments.get(i) : "0";
                    compare(what, call.arguments().get(i), text);
                }
            }
            compared++;
        }

        private void compare(String what, Argument argument, String text) {
            switch (argument) {
                case Argument.Literal literal ->
                    assertThat(tokens(text)).as(what).isEqualTo(tokens(literal.toString()));
                case Argument.Words words -> assertThat(text).as(what).startsWith("0x"); // strace gives the address
                case Argument.Word word -> assertThat(text).as(what).isEqualTo(word.toString());
                case Argument.Text string ->
                    assertThat(Trace.bytes(text)).as(what).isEqualTo(utf8Bytes(string.toString()));
                case Argument.Texts strings -> {
                    List<String> elements = elements(text);
                    assertThat(elements).as(what).hasSameSizeAs(strings.values());
                    for (int i = 0; i < elements.size(); i++) {
                        compare(what, new Argument.Text(strings.values().get(i)), elements.get(i));
                    }
                }
                case Argument.Array array -> {
                    List<String> elements = elements(text);
                    assertThat(elements).as(what).hasSameSizeAs(array.elements());
                    for (int i = 0; i < elements.size(); i++) {
                        compare(what, array.elements().get(i), elements.get(i));
                    }
                }
                case Argument.Struct struct -> {
                    if (text.startsWith("\"")) {
                        assertThat(Trace.bytes(text)).as(what).isEqualTo(memory(struct));
                    } else {
                        members(what, struct, text);
                    }
                }
                case Argument.Value value ->
                    assertThat(Long.decode(text)).as(what).isEqualTo(slots.get(value.slot()));
                case Argument.Place place ->
                    assertThat(text).as(what).isIn("" + slots.get(place.slot()), "[" + slots.get(place.slot()) + "]");
                case Argument.Address address -> pointer(what, address.slot(), text);
            }
        }

        private void members(String what, Argument.Struct struct, String text) {
            // clone3({flags=…} => {pidfd=[6]}, 64): what the kernel took, and what it gave back.
            String[] inAndOut = text.split(" => ", 2);
            Map<String, String> in = new HashMap<>(Trace.members(inAndOut[0]));
            Map<String, String> out = inAndOut.length > 1 ? Trace.members(inAndOut[1]) : Map.of();
            for (Argument.Field field : struct.fields()) {
                String seen = in.remove(field.name());
                if (seen != null) {
                    compare(what, field.value(), seen);
                } else if (!field.name().equals("padding")) {
                    assertThat(zero(field.value()))
                            .as(field.name() + " of " + what)
                            .isTrue();
                }
                if (out.containsKey(field.name()) && field.value() instanceof Argument.Address address) {
                    pointer(what, address.slot(), out.get(field.name()));
                }
            }
            assertThat(in).as("members that the plan does not have: " + what).isEmpty();
        }

        /** A slot's address: strace shows what lies there after the call. */
        private void pointer(String what, Slot slot, String text) {
            if (text.startsWith("\"")) {
                byte[] bytes = Trace.bytes(text);
                ByteBuffer word =
                        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).put(Arrays.copyOf(bytes, 8));
                if (what.startsWith("write(")) {
                    assertThat((int) word.getLong(0))
                            .as(what)
                            .isEqualTo(slots.getOrDefault(slot, 0L).intValue());
                } else {
                    slots.put(slot, word.getLong(0));
                }
            } else if (text.matches("\\[\\d+(, \\d+)*]")) {
                slots.put(slot, Long.decode(elements(text).getFirst()));
            } else if (text.startsWith("[{WIFEXITED(s) && WEXITSTATUS(s) == ")) {
                slots.put(slot, Long.decode(text.replaceAll("\\D", "")) << 8);
            } else if (text.equals("[{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}]")) {
                slots.put(slot, 9L);
            } else if (!text.matches("0x[0-9a-f]+")) {
                fail("an address is expected in " + what);
            }
        }

        private byte[] memory(Argument.Struct struct) {
            ByteBuffer memory = ByteBuffer.allocate(struct.size()).order(ByteOrder.LITTLE_ENDIAN);
            for (Argument.Field field : struct.fields()) {
                long value = switch (field.value()) {
                    case Argument.Literal literal -> literal.value();
                    case Argument.Place place -> slots.getOrDefault(place.slot(), 0L);
                    default -> throw new AssertionError("no bytes known for " + field);
                };
                ByteBuffer bytes =
                        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
                memory.put(bytes.array(), 0, field.size());
            }
            return memory.array();
        }
    }

    private static boolean zero(Argument argument) {
        return argument instanceof Argument.Literal literal && literal.value() == 0;
    }

    private static List<String> elements(String list) {
        assertThat(list).startsWith("[").endsWith("]");
        return Trace.split(list.substring(1, list.length() - 1));
    }

    /** Flags and numbers, whatever their order and base. */
    private static Set<String> tokens(String text) {
        // What strace has no name for, it says so in a comment: 0 /* MS_??? */.
        String known = text.replaceAll(" /\\*.*\\*/", "");
        String plain =
                known.startsWith("makedev(") ? known.replaceAll("[()]", "|").replace(", ", "|") : known;
        return Arrays.stream(plain.split("\\|"))
                .filter(token -> !token.isEmpty())
                .map(token -> token.matches("-?(0x[0-9a-f]+|\\d+)") ? "" + Long.decode(token) : token)
                .map(token -> token.equals("NULL") ? "0" : token.equals("UINT_MAX") ? "4294967295" : token)
                .collect(Collectors.toSet());
    }

    private static byte[] utf8Bytes(String literal) {
        // Our notation shows what is text; the kernel saw its bytes.
        StringBuilder octal = new StringBuilder();
        for (byte unit : literal.getBytes(StandardCharsets.UTF_8)) {
            octal.append(unit < 0 ? String.format("\\%03o", unit & 0xff) : Character.toString(unit));
        }
        return Trace.bytes(octal.toString());
    }
}
