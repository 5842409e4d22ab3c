package boxwright.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What strace(1) saw of one process: {@code strace -ff -v -s 9999 -o FILE} writes a file for each.
 *
 * @param calls in order
 * @param end the last line, {@code +++ exited with 0 +++}
 */
record Trace(List<Seen> calls, String end) {
    /** One call: its arguments and result as strace wrote them. */
    record Seen(String name, List<String> arguments, String outcome, String line) {
        /** Whether the process was killed in the middle of it. */
        boolean isUnfinished() {
            return outcome.equals("?");
        }

        /** The result; a negated errno for a failure. */
        long result() {
            if (outcome.startsWith("-1 ")) {
                String name = outcome.substring(3).replaceFirst(" .*", "");
                for (int errno = 1; errno < 134; errno++) {
                    if (Errno.name(errno).equals(name)) {
                        return -errno;
                    }
                }
                throw new AssertionError("strace knows an error that we do not: " + line);
            }
            return Long.decode(outcome.replaceFirst(" .*", ""));
        }
    }

    private static final Pattern CALL = Pattern.compile("(\\w+)\\((.*)\\)\\s+= (.+)");

    /** All processes by pid; the first one's is the smallest that starts with the execve of the launcher. */
    static Map<Integer, Trace> all(Path directory, String prefix) throws IOException {
        Map<Integer, Trace> all = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + ".*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                all.put(Integer.valueOf(name.substring(prefix.length() + 1)), parse(Files.readAllLines(file)));
            }
        }
        return all;
    }

    static Trace parse(List<String> lines) {
        List<Seen> calls = new ArrayList<>();
        String end = "";
        for (String line : lines) {
            Matcher call = CALL.matcher(line);
            if (line.startsWith("+++ ")) {
                end = line;
            } else if (!line.startsWith("--- ")) {
                assertThat(call.matches()).as("a line of strace: " + line).isTrue();
                calls.add(new Seen(call.group(1), split(call.group(2)), call.group(3), line));
            }
        }
        return new Trace(calls, end);
    }

    /** The parts of a list, at commas that are in no brackets and no string. */
    static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (quoted) {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '[' || c == '{' || c == '(') {
                depth++;
            } else if (c == ']' || c == '}' || c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(list.substring(start, i).strip());
                start = i + 1;
            }
        }
        if (!list.isBlank()) {
            parts.add(list.substring(start).strip());
        }
        return parts;
    }

    /** The members of {@code {a=1, b={c=2}}}. */
    static Map<String, String> members(String struct) {
        assertThat(struct).startsWith("{").endsWith("}");
        Map<String, String> members = new LinkedHashMap<>();
        for (String member : split(struct.substring(1, struct.length() - 1))) {
            int sign = member.indexOf('=');
            assertThat(sign).as(struct).isPositive();
            members.put(member.substring(0, sign), member.substring(sign + 1));
        }
        return members;
    }

    /** The bytes of a string in C's notation. */
    static byte[] bytes(String literal) {
        assertThat(literal).startsWith("\"").endsWith("\"");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String text = literal.substring(1, literal.length() - 1);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.ISO_8859_1));
                continue;
            }
            i++;
            int digits = 0;
            int octal = 0;
            while (digits < 3 && i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '7') {
                octal = octal * 8 + text.charAt(i++) - '0';
                digits++;
            }
            if (digits > 0) {
                i--;
                bytes.write(octal);
            } else {
                bytes.write(
                        switch (text.charAt(i)) {
                            case 'n' -> '\n';
                            case 't' -> '\t';
                            case 'r' -> '\r';
                            case 'f' -> '\f';
                            case 'v' -> 0x0b;
                            default -> text.charAt(i);
                        });
            }
        }
        return bytes.toByteArray();
    }
}
