package boxwright.explain;

import boxwright.kernel.Argument;
import boxwright.kernel.Call;
import java.util.List;
import java.util.Optional;

/** The arguments of a call, by what they are; an argument of another kind, or none, counts as empty or 0. */
record Arguments(Call call) {
    /** A string. */
    String text(int index) {
        return index < call.arguments().size() && call.arguments().get(index) instanceof Argument.Text text
                ? text.value()
                : "";
    }

    /** The name of a slot whose value the argument is. */
    Optional<String> slot(int index) {
        return index < call.arguments().size() && call.arguments().get(index) instanceof Argument.Value value
                ? Optional.of(value.slot().name())
                : Optional.empty();
    }

    /** An array of strings. */
    List<String> texts(int index) {
        return index < call.arguments().size() && call.arguments().get(index) instanceof Argument.Texts texts
                ? texts.values()
                : List.of();
    }

    /** A number. */
    long number(int index) {
        return index < call.arguments().size() ? number(call.arguments().get(index)) : 0;
    }

    /** The {@code CLONE_…} flags of a call that takes such. */
    long cloneFlags() {
        return switch (call.systemCall()) {
            case CLONE, UNSHARE -> number(0);
            case SETNS -> number(1);
            case CLONE3 ->
                call.arguments().getFirst() instanceof Argument.Struct struct
                        ? struct.fields().stream()
                                .filter(field -> field.name().equals("flags"))
                                .mapToLong(field -> number(field.value()))
                                .findFirst()
                                .orElse(0)
                        : 0;
            default -> 0;
        };
    }

    private static long number(Argument argument) {
        return argument instanceof Argument.Literal literal ? literal.value() : 0;
    }
}
