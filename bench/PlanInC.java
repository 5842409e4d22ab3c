import boxwright.engine.ContainerRequest;
import boxwright.engine.Containers;
import boxwright.engine.Home;
import boxwright.kernel.Architecture;
import boxwright.kernel.Argument;
import boxwright.kernel.Call;
import boxwright.kernel.Errno;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a plan as a C program: the same system calls in the same order, without a library of ours and without a JVM. It
 * is what util-linux unshare(1) would be if it made all of that container, and the bench compares us with it. Since it is
 * made from the plan, it cannot fall behind it.
 *
 * <p>Where the plan waits for the JVM, the program finds the answer waiting: a byte in a pipe. Where the JVM would tidy up,
 * the program does.
 *
 * <pre>{@code
 * java -cp engine/target/boxwright.jar bench/PlanInC.java          # boxwright run host true
 * java -cp engine/target/boxwright.jar bench/PlanInC.java ROOTFS   # Bound
 * }</pre>
 */
final class PlanInC {
    private static final String HEAD = """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <ftw.h>
            #include <stdint.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <sys/wait.h>
            #include <unistd.h>

            static void fail(const char *call) {
                perror(call);
                _exit(125);
            }

            __attribute__((unused)) static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place) {
                return remove(path);
            }

            /* As a shell would tell it: a container that was killed has not done what is measured. */
            static int code(int status) {
                return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            }

            /* In place of the JVM: reports go nowhere, and the byte that a child waits for is already in the pipe. */
            static void without_jvm(void) {
                int control[2];
                if (pipe(control) || write(control[1], "\\1\\0\\0\\0", 4) != 4) {
                    fail("pipe");
                }
                int nothing = open("/dev/null", O_WRONLY);
                int reader = fcntl(control[0], F_DUPFD, 10), writer = fcntl(control[1], F_DUPFD, 10);
                dup2(nothing, 3), dup2(nothing, 4), dup2(reader, 5), dup2(writer, 6);
            }
            """;

    /** The types and names of all data: what points to one another can then come in any order. */
    private final StringBuilder declarations = new StringBuilder();
    private final StringBuilder data = new StringBuilder();
    private final StringBuilder code = new StringBuilder();
    private final Map<Argument, String> placed = new IdentityHashMap<>();
    /** Structs that slots live in: one that is in the plan twice is one. */
    private final Map<Argument, String> homes = new HashMap<>();
    private final Map<Slot, String> slots = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Optional<Path> directory;
    private boolean ended;

    private PlanInC(Optional<Path> directory) {
        this.directory = directory;
    }

    public static void main(String[] args) {
        System.out.print(args.length == 0 ? whole() : bound(Path.of(args[0])));
    }

    private static String bound(Path rootfs) {
        return new PlanInC(Optional.empty()).program(Bound.container(rootfs).plan());
    }

    private static String whole() {
        Containers.Prepared container =
                new Containers(Home.ofThisUser()).prepare(ContainerRequest.of("host", List.of("true")), true);
        Plan plan = container.plan(Containers.Layering.OVERLAY, Optional.empty()).plan();
        return new PlanInC(Optional.of(container.scratch().directory())).program(plan);
    }

    private String program(Plan plan) {
        // The slots inside structs first: whoever refers to one has to know where it is.
        for (Call call : plan.flat()) {
            call.arguments().forEach(this::findHomes);
        }
        list(plan.calls(), "    ");
        return HEAD + "\n" + declarations + data + "\nint main(void) {\n    long r;\n    without_jvm();\n" + code + "}\n";
    }

    private void findHomes(Argument argument) {
        List<Argument.Field> fields = fields(argument);
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).value() instanceof Argument.Place place) {
                String struct = homes.computeIfAbsent(argument, any -> fresh("data"));
                slots.put(place.slot(), struct + ".m" + i);
            } else {
                findHomes(fields.get(i).value());
            }
        }
    }

    /** What lies one after the other in memory. */
    private static List<Argument.Field> fields(Argument argument) {
        return switch (argument) {
            case Argument.Struct struct -> struct.fields();
            case Argument.Array array ->
                array.elements().stream().flatMap(element -> element.fields().stream()).toList();
            case Argument.Word word -> List.of(new Argument.Field("", word.size(), word.literal()));
            default -> List.of();
        };
    }

    private void list(List<Call> calls, String indent) {
        for (Call call : calls) {
            if (ended && (call.isLast() || call.systemCall() == SystemCall.PPOLL && indent.length() == 4)) {
                // Not the JVM tidies up, nor rm in its place.
                if (call.isLast()) {
                    directory.ifPresent(scratch -> code.append(indent)
                            .append("nftw(")
                            .append(quoted(scratch.toString()))
                            .append(", remove_one, 16, FTW_DEPTH | FTW_PHYS);\n"));
                    code.append(indent).append("return code(").append(slot(Slot.of("status"))).append(");\n");
                    return;
                }
                continue;
            }
            line(call, indent);
            ended |= isStatusReport(call);
        }
    }

    /** After it the monitor would wait for the JVM. */
    private static boolean isStatusReport(Call call) {
        return call.systemCall() == SystemCall.WRITE
                && call.arguments().getFirst() instanceof Argument.Literal descriptor
                && descriptor.value() == Launcher.MONITOR;
    }

    private void line(Call call, String indent) {
        if (!call.because().isEmpty()) {
            code.append(indent).append("/* ").append(call.because().replace("*/", "* /")).append(" */\n");
        }
        code.append(indent).append("r = syscall(").append(number(call));
        for (Argument argument : call.arguments()) {
            code.append(", ").append(value(argument));
        }
        code.append(");\n");
        if (!call.child().isEmpty()) {
            code.append(indent).append("if (r == 0) {\n");
            list(call.child(), indent + "    ");
            code.append(indent).append("}\n");
        }
        List<String> tolerated = call.tolerated().stream()
                .map(errno -> "errno != " + Errno.name(errno))
                .toList();
        String failed = call.positive() ? "r <= 0" : "r < 0";
        code.append(indent).append("if (").append(failed);
        tolerated.forEach(condition -> code.append(" && ").append(condition));
        code.append(") {\n").append(indent).append("    fail(").append(quoted(call.systemCall().symbol())).append(");\n");
        code.append(indent).append("}\n");
        call.result().ifPresent(slot -> code.append(indent).append("if (r >= 0) {\n").append(indent)
                .append("    ").append(slot(slot)).append(" = r;\n").append(indent).append("}\n"));
        if (!call.otherwise().isEmpty()) {
            code.append(indent).append("if (r < 0) {\n");
            list(call.otherwise(), indent + "    ");
            code.append(indent).append("}\n");
        }
    }

    /** The number, and not SYS_name: a C library may be older than the call. */
    private static int number(Call call) {
        return call.systemCall().number(Architecture.current());
    }

    private String value(Argument argument) {
        return switch (argument) {
            case Argument.Literal literal -> literal.value() + "L";
            case Argument.Text text -> quoted(text.value());
            case Argument.Value value -> slot(value.slot());
            case Argument.Address address -> "&" + slot(address.slot());
            case Argument.Place place -> throw new IllegalStateException("not in a struct: " + place);
            case Argument other -> "&" + pointer(other);
        };
    }

    private String slot(Slot slot) {
        return slots.computeIfAbsent(slot, wanted -> {
            String name = fresh(wanted.name().replaceAll("[^A-Za-z0-9_]", "_"));
            String type = wanted.size() == 8 ? "int64_t " : "int ";
            String array = wanted.size() > 8 ? "[" + (wanted.size() + 3) / 4 + "]" : "";
            declarations.append("static ").append(type).append(name).append(array).append(";\n");
            return name + (array.isEmpty() ? "" : "[0]");
        });
    }

    private String fresh(String wanted) {
        String name = wanted;
        for (int i = 2; !names.add(name); i++) {
            name = wanted + i;
        }
        return name;
    }

    /** Declares what an argument points to, once, and returns its name. */
    private String pointer(Argument argument) {
        String already = placed.get(argument);
        if (already != null) {
            return already;
        }
        String home = homes.get(argument);
        String name = home == null ? fresh("data") : home;
        boolean isThere = placed.containsValue(name);
        placed.put(argument, name);
        switch (argument) {
            case Argument.Texts texts -> array("const char *", name, texts.values().stream().map(PlanInC::quoted), ", 0");
            case Argument.Words words ->
                array("uint64_t ", name, words.values().stream().map(word -> "0x" + Long.toHexString(word)), "");
            default -> {
                if (!isThere) {
                    struct(name, fields(argument));
                }
            }
        }
        return name;
    }

    private void array(String type, String name, Stream<String> values, String end) {
        declarations.append("static ").append(type).append(name).append("[] = {")
                .append(values.collect(Collectors.joining(", "))).append(end).append("};\n");
    }

    private void struct(String name, List<Argument.Field> fields) {
        List<String> types = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Argument.Field field : fields) {
            boolean isPointer = !(field.value() instanceof Argument.Place || field.value() instanceof Argument.Literal);
            types.add((isPointer ? "const void *m" : "int" + field.size() * 8 + "_t m") + types.size() + ";");
            values.add(
                    switch (field.value()) {
                        case Argument.Place place -> "0";
                        // C has no literal for the least of all numbers.
                        case Argument.Literal literal ->
                            literal.value() + (literal.value() == Long.MIN_VALUE ? "" : "L");
                        case Argument other -> value(other);
                    });
        }
        declarations.append("static struct ").append(name).append(" { ").append(String.join(" ", types)).append(" } ")
                .append(name).append(";\n");
        data.append("static struct ").append(name).append(' ').append(name)
                .append(" = {").append(String.join(", ", values)).append("};\n");
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                quoted.append('\\').append((char) b);
            } else if (b >= 32 && b < 127) {
                quoted.append((char) b);
            } else {
                quoted.append(String.format("\\%03o", b & 0xff));
            }
        }
        return quoted.append('"').toString();
    }
}
