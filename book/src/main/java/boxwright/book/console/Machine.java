package boxwright.book.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/**
 * Where and when a chapter was verified.
 *
 * @param kernel {@code Linux 6.18.44}
 * @param distribution its own name for itself
 * @param architecture {@code x86-64}
 * @param jdk version and vendor
 * @param date of ISO 8601
 */
public record Machine(String kernel, String distribution, String architecture, String jdk, String date) {
    static Machine here() {
        return new Machine(
                "Linux " + first("/proc/sys/kernel/osrelease", "").replaceFirst("-.*", ""),
                first("/etc/os-release", "PRETTY_NAME=").replace("\"", ""),
                boxwright.kernel.Architecture.current().toString(),
                Runtime.version().feature() + " (" + System.getProperty("java.vendor") + " " + Runtime.version() + ")",
                LocalDate.now(java.time.ZoneOffset.UTC).toString());
    }

    private static String first(String file, String start) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(start.length()).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
