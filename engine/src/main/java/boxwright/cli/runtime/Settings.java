package boxwright.cli.runtime;

import boxwright.isolation.Invoker;
import boxwright.kernel.Launcher;
import boxwright.runtime.oci.CgroupChoice;
import boxwright.runtime.oci.Creation;
import boxwright.runtime.oci.Deletion;
import boxwright.runtime.oci.Execution;
import boxwright.runtime.oci.Start;
import boxwright.runtime.oci.StateRoot;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the flags before the command say.
 *
 * @param root where the containers' state is
 * @param log where messages go
 * @param rootless whether errors of permission at cgroups are no errors
 * @param systemdCgroup whether {@code cgroupsPath} has systemd's form
 * @param out for results
 */
record Settings(StateRoot root, Log log, boolean rootless, boolean systemdCgroup, PrintStream out) {
    static final List<Option> OPTIONS = List.of(
            Option.flag("debug", "enable debug logging"),
            Option.value("log", "file", "set the log file to write logs to (default is '/dev/stderr')"),
            Option.value("log-format", "format", "set the log format ('text' (default), or 'json')"),
            Option.value(
                    "root",
                    "dir",
                    "root directory for storage of container state, which should be located in tmpfs (default: \""
                            + "/run/boxwright\", or \"$XDG_RUNTIME_DIR/boxwright\" for a plain user)"),
            Option.flag("systemd-cgroup", "expect cgroupsPath to be of form \"slice:prefix:name\""),
            Option.value("rootless", "value", "ignore cgroup permission errors ('true', 'false', or 'auto')"),
            Option.value("criu", "path", "taken for runc's sake: this runtime makes no checkpoints"),
            Help.OPTION,
            Option.flag("version, v", "print the version"));

    static Settings of(Words words, Log log) {
        Path root = words.value("root")
                .filter(text -> !text.isEmpty())
                .map(Path::of)
                .orElseGet(Settings::usualRoot);
        return new Settings(
                new StateRoot(root.toAbsolutePath().normalize()),
                log,
                rootless(words),
                words.has("systemd-cgroup"),
                System.out);
    }

    Creation creation() {
        return new Creation(root, launcher(), new CgroupChoice(rootless, systemdCgroup), log::warning);
    }

    Start start() {
        return new Start(root, launcher());
    }

    Execution execution() {
        return new Execution(root, launcher(), log::warning);
    }

    Deletion deletion() {
        return new Deletion(root, launcher(), log::warning);
    }

    Launcher launcher() {
        return new Launcher(root.directory());
    }

    private static boolean rootless(Words words) {
        return switch (words.value("rootless").orElse("auto")) {
            case "auto" -> userId() != 0 || !Invoker.here().isInFirstUserNamespace();
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new UsageException("invalid --rootless: it is one of true, false and auto");
        };
    }

    private static Path usualRoot() {
        String own = System.getenv("XDG_RUNTIME_DIR");
        return own == null || own.isEmpty() || isRootOfTheMachine()
                ? Path.of("/run/boxwright")
                : Path.of(own, "boxwright");
    }

    /** In the user namespace of rootless Podman we are root, and nobody to {@code /run}; as runc, we ask USER, too. */
    private static boolean isRootOfTheMachine() {
        return userId() == 0 && (Invoker.here().isInFirstUserNamespace() || "root".equals(System.getenv("USER")));
    }

    /** Who we are. */
    static int userId() {
        try {
            return (Integer) Optional.ofNullable(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /proc/self: is /proc mounted?", e);
        }
    }
}
