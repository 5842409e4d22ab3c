package boxwright.cli.runtime;

import boxwright.runtime.oci.ConsoleTarget;
import boxwright.runtime.oci.CreateRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The flags that {@code create} and {@code run} share, and some of {@code exec}. */
final class CreateOptions {
    static final Option BUNDLE = Option.value(
            "bundle, b", "dir", "path to the root of the bundle directory (default: the current directory)");
    static final Option CONSOLE_SOCKET = Option.value(
            "console-socket", "path", "path to an AF_UNIX socket which will receive the terminal's master");
    static final Option PID_FILE = Option.value("pid-file", "file", "specify the file to write the process id to");
    static final Option PRESERVE_FDS =
            Option.value("preserve-fds", "N", "pass N additional file descriptors to the container (default: 0)");

    static final List<Option> OPTIONS = List.of(
            BUNDLE,
            CONSOLE_SOCKET,
            PID_FILE,
            Option.flag("no-pivot", "do not use pivot_root; for a root file system on top of a ramdisk"),
            Option.flag("no-new-keyring", "do not create a new session keyring for the container"),
            PRESERVE_FDS);

    private static final int MOST_DESCRIPTORS = 1024;

    private CreateOptions() {}

    static CreateRequest of(Words words) {
        return of(words, consoleSocket(words));
    }

    static CreateRequest of(Words words, Optional<ConsoleTarget> console) {
        return new CreateRequest(
                words.operands().getFirst(),
                bundle(words),
                pidFile(words),
                console,
                preserved(words),
                !words.has("no-pivot"),
                !words.has("no-new-keyring"));
    }

    static Path bundle(Words words) {
        return Path.of(words.value("bundle").orElse("")).toAbsolutePath().normalize();
    }

    static Optional<Path> pidFile(Words words) {
        return words.value("pid-file")
                .filter(text -> !text.isEmpty())
                .map(Path::of)
                .map(Path::toAbsolutePath);
    }

    static Optional<ConsoleTarget> consoleSocket(Words words) {
        return words.value("console-socket")
                .filter(text -> !text.isEmpty())
                .map(Path::of)
                .map(ConsoleTarget::listener);
    }

    /** Those that were asked for, and those that systemd passes: {@code LISTEN_FDS} in sd_listen_fds(3). */
    static int preserved(Words words) {
        String listening = System.getenv("LISTEN_FDS");
        int sockets = 0;
        if (listening != null && !listening.isEmpty()) {
            try {
                sockets = Integer.parseUnsignedInt(listening);
            } catch (NumberFormatException e) {
                throw new UsageException("LISTEN_FDS=" + listening + " is not a number");
            }
        }
        int all = words.count("preserve-fds") + sockets;
        if (all > MOST_DESCRIPTORS) {
            throw new UsageException("--preserve-fds " + all + ": more than " + MOST_DESCRIPTORS);
        }
        return all;
    }
}
