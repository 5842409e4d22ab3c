package boxwright.vm;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How one test ended in the test machine: a line of JSON in the report that comes back.
 *
 * <pre>{@code
 * {"name":"PidNamespaceTest > itIsProcessOne()","outcome":"SKIPPED","reason":"needs root","millis":12}
 * }</pre>
 *
 * @param name the test's class and its own name
 * @param reason why it was skipped, or how it failed, the stack trace included; empty where it passed
 * @param millis how long it took, in the machine's time
 */
record GuestResult(String name, Outcome outcome, String reason, long millis) {
    /** The last line of a report that is whole; a machine that broke off has written none. */
    static final String END = "end of the report";

    enum Outcome {
        PASSED,
        SKIPPED,
        FAILED
    }

    String line() {
        return new Gson().toJson(this) + "\n";
    }

    /** All results of a report, without its last line. */
    static List<GuestResult> read(Path report) throws IOException {
        Gson gson = new Gson();
        return Files.readAllLines(report).stream()
                .filter(line -> !line.equals(END))
                .map(line -> gson.fromJson(line, GuestResult.class))
                .toList();
    }
}
