package boxwright.runtime.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The home directories of a container's users, passwd(5). */
final class Homes {
    private static final int LARGEST = 1 << 20;

    private Homes() {}

    /** An environment with {@code HOME}, without which many programs are hard to use. */
    static List<String> with(List<String> env, Path rootfs, long user) {
        for (String variable : env) {
            if (variable.startsWith("HOME=") && variable.length() > "HOME=".length()) {
                return env;
            }
        }
        List<String> all = new ArrayList<>(env);
        all.removeIf(variable -> variable.equals("HOME="));
        all.add("HOME=" + of(rootfs, user));
        return all;
    }

    /** The home of a user; {@code /} where the container does not know him. */
    static String of(Path rootfs, long user) {
        Path file = rootfs.resolve(new RootfsView(rootfs).resolve("/etc/passwd"));
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) < LARGEST) {
                for (String line : Files.readAllLines(file)) {
                    String[] fields = line.split(":", -1);
                    if (fields.length >= 6 && fields[2].equals(Long.toString(user)) && !fields[5].isEmpty()) {
                        return fields[5];
                    }
                }
            }
        } catch (IOException e) {
            return "/"; // It is not text, or cannot be read: then it names nobody.
        }
        return "/";
    }
}
