package boxwright.explain;

import boxwright.kernel.Argument;
import boxwright.kernel.Call;
import java.util.ArrayList;
import java.util.List;

/** A call as C would write it, in limited room: the longest argument is cut first, and an ellipsis says where. */
final class ShortCode {
    /** What is left of an argument at least. */
    private static final int LEAST = 5;

    private ShortCode() {}

    /** The code in at most {@code width} characters where that is possible at all. */
    static String of(Call call, int width) {
        String whole = call.code();
        if (whole.length() <= width) {
            return whole;
        }
        List<String> arguments = new ArrayList<>();
        for (Argument argument : call.arguments()) {
            arguments.add(argument.toString());
        }
        int excess = whole.length() - width;
        // What a program gets is longer than what the call is about: environment first, then argv.
        for (int i = arguments.size() - 1; i >= 0 && excess > 0; i--) {
            if (call.arguments().get(i) instanceof Argument.Texts
                    && arguments.get(i).length() > LEAST) {
                String cut =
                        cut(arguments.get(i), Math.max(LEAST, arguments.get(i).length() - excess));
                excess -= arguments.get(i).length() - cut.length();
                arguments.set(i, cut);
            }
        }
        for (int longest = longest(arguments);
                excess > 0 && arguments.get(longest).length() > LEAST; ) {
            String argument = arguments.get(longest);
            // Down to the next longest only, so that one long argument does not lose all to spare another.
            int target = Math.max(LEAST, argument.length() - excess);
            int second = second(arguments, longest);
            String cut = cut(argument, Math.max(target, Math.min(second - 1, argument.length() - 1)));
            arguments.set(longest, cut);
            excess -= argument.length() - cut.length();
            longest = longest(arguments);
        }
        return call.systemCall().symbol() + "(" + String.join(", ", arguments) + ")";
    }

    /** The text in {@code length} characters, with the quote or bracket that closes it. */
    private static String cut(String text, int length) {
        char end = text.charAt(text.length() - 1);
        boolean closed = end == '"' || end == ']' || end == '}';
        return text.substring(0, length - (closed ? 2 : 1)) + "…" + (closed ? end : "");
    }

    private static int longest(List<String> texts) {
        int longest = 0;
        for (int i = 1; i < texts.size(); i++) {
            longest = texts.get(i).length() > texts.get(longest).length() ? i : longest;
        }
        return longest;
    }

    private static int second(List<String> texts, int longest) {
        int second = 0;
        for (int i = 0; i < texts.size(); i++) {
            second = i == longest ? second : Math.max(second, texts.get(i).length());
        }
        return second;
    }
}
