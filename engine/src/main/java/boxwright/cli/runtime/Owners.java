package boxwright.cli.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The names of users, passwd(5). */
final class Owners {
    private Owners() {}

    /** A user's name, or his number with a {@code #} where he has none. */
    static String name(int user) {
        if (user == 0) {
            return "root";
        }
        try {
            for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
                String[] fields = line.split(":", 4);
                if (fields.length > 2 && fields[2].equals(Integer.toString(user))) {
                    return fields[0];
                }
            }
        } catch (IOException e) {
            return "#" + user;
        }
        return "#" + user;
    }
}
