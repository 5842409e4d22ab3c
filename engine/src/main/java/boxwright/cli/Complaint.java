package boxwright.cli;

import java.util.List;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Picocli's parse errors in Docker's words. */
final class Complaint {
    private Complaint() {}

    static String about(ParameterException failure, Syntax syntax) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return unknown(unmatched.getUnmatched().getFirst(), syntax);
        }
        if (failure instanceof MissingParameterException missing
                && missing.getMissing().getFirst() instanceof OptionSpec option) {
            return "flag needs an argument: " + names(option);
        }
        if (failure.getArgSpec() instanceof OptionSpec option
                && failure.getCause() instanceof TypeConversionException cause) {
            return invalid(failure.getValue(), names(option), String.valueOf(cause.getMessage()));
        }
        return String.valueOf(failure.getMessage());
    }

    /** What Docker says of a value that a flag refuses. */
    private static String invalid(String value, String flag, String reason) {
        return "invalid argument \"" + value + "\" for \"" + flag + "\" flag: " + reason;
    }

    /** The flag as the help shows it: {@code -e, --env}. */
    static String names(OptionSpec option) {
        return String.join(", ", option.names());
    }

    /** What Docker says of a flag that it does not have; here with what was probably meant. */
    static String unknown(String word, Syntax syntax) {
        if (!word.startsWith("--")) {
            return shorthand(word, syntax);
        }
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        List<String> known =
                syntax.options().stream().map(OptionSpec::longestName).toList();
        return "unknown flag: " + name + Nearest.hint(name, known);
    }

    /** In a bundle such as {@code -itZ} only one letter may be the unknown one. */
    private static String shorthand(String bundle, Syntax syntax) {
        for (int i = 1; i < bundle.length(); i++) {
            String letter = bundle.substring(i, i + 1);
            boolean known = syntax.options().stream()
                    .anyMatch(option -> option.shortestName().equals("-" + letter));
            if (!known) {
                return "unknown shorthand flag: '" + letter + "' in " + bundle;
            }
        }
        return "unknown flag: " + bundle;
    }
}
