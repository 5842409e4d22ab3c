package boxwright.cli.runtime;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Messages in the form of runc's: callers read the last line of level {@code error} from the file that they name.
 *
 * <pre>{@code
 * time="2026-11-25T01:59:26Z" level=error msg="container \"web\" does not exist"
 * {"level":"error","msg":"container \"web\" does not exist","time":"2026-11-25T01:59:26Z"}
 * }</pre>
 *
 * @param file where they go; standard error where there is none
 * @param json in which of the two forms
 * @param debug whether messages of level {@code debug} are written
 * @param err standard error
 */
record Log(Optional<Path> file, boolean json, boolean debug, PrintStream err) {
    private static final int LONGEST = 1000;
    private static final int HEAD = 700;

    static Log of(Words words) {
        String format = words.value("log-format").orElse("text");
        if (!format.equals("text") && !format.equals("json") && !format.isEmpty()) {
            throw new UsageException("invalid log-format: " + format);
        }
        Optional<Path> file = words.value("log")
                .filter(text -> !text.isEmpty() && !text.equals("/dev/stderr"))
                .map(Path::of);
        return new Log(file, format.equals("json"), words.has("debug"), System.err);
    }

    /** What stopped the command: in the log, and on standard error in any case. */
    void error(String message) {
        String text = shortened(message);
        write("error", text);
        if (file.isPresent()) {
            err.println(printable(text));
        }
    }

    void warning(String message) {
        write("warning", shortened(message));
    }

    void debug(String message) {
        if (debug) {
            write("debug", message);
        }
    }

    private void write(String level, String message) {
        String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String line = json
                ? "{\"level\":\"" + level + "\",\"msg\":" + quoted(message) + ",\"time\":\"" + time + "\"}"
                : "time=\"" + time + "\" level=" + level + " msg=" + quoted(message);
        if (file.isEmpty()) {
            err.println(line);
            return;
        }
        try {
            // Not writeString, which fails at a pair of surrogates that was cut in two.
            byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
            Files.write(file.get(), bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            err.println(line);
        }
    }

    /** A message quotes what a configuration has, and that may be as long as it likes. */
    private static String shortened(String message) {
        return message.length() <= LONGEST
                ? message
                : message.substring(0, HEAD) + " […] " + message.substring(message.length() - (LONGEST - HEAD));
    }

    private static String quoted(String text) {
        return '"' + printable(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }

    /** In one line, and without what a terminal would obey: some of it may be from a configuration, or from a hook. */
    private static String printable(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                case '\r' -> line.append("\\r");
                default -> {
                    if (Character.isISOControl(c)) {
                        line.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        return line.toString();
    }
}
