package boxwright.runtime.oci;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An OCI runtime as its callers run it: a program, with a directory of its own for its state.
 *
 * @param command its path
 * @param root its {@code --root}
 */
record OciRuntime(Path command, Path root) {
    private static final Path OURS = Path.of(System.getProperty("boxwright.checkout", ".."))
            .toAbsolutePath()
            .normalize()
            .resolve("bin/boxwright-runtime");

    private static final Pattern STATUS = Pattern.compile("\"status\": \"(\\w+)\"");

    /** Ours. */
    static OciRuntime ours(Path root) {
        return new OciRuntime(OURS, root);
    }

    /** The one that ours is held against. */
    static OciRuntime runc(Path root) {
        return new OciRuntime(Path.of(Machine.needs("runc")), root);
    }

    /** Runs a command to its end. */
    Finished run(String... words) {
        return Finished.of(Path.of(System.getProperty("java.io.tmpdir")), line(words));
    }

    /** Starts a command. */
    Process start(Path out, String... words) throws IOException {
        return Finished.start(Path.of(System.getProperty("java.io.tmpdir")), out, out, line(words));
    }

    /** The command line, for who runs it himself. */
    List<String> line(String... words) {
        List<String> line = new ArrayList<>(List.of(command.toString(), "--root", root.toString()));
        line.addAll(List.of(words));
        return line;
    }

    /** The status that {@code state} tells, or what it complains about. */
    String status(String id) {
        Finished outcome = run("state", id);
        Matcher status = STATUS.matcher(outcome.out());
        return outcome.exitCode() == 0 && status.find() ? status.group(1) : "none";
    }

    /**
     * Makes a bundle with busybox.
     *
     * @param program the last argument of {@code sh -c}
     */
    static Path bundle(Path directory, String program) throws IOException {
        Machine.busyboxRoot(Files.createDirectories(directory.resolve("rootfs")));
        Files.writeString(directory.resolve("config.json"), config(program));
        return directory;
    }

    /** A {@code config.json} as Docker would write it, in short. */
    static String config(String program) {
        return """
                {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "hostname": "box",
                 "process": {"args": ["sh", "-c", "PROGRAM"], "cwd": "/", "env": ["PATH=/bin"],
                  "user": {"uid": 0, "gid": 0},
                  "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"]}},
                 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
                 "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"},
                  {"type": "network"}]}}
                """.replace("PROGRAM", program);
    }
}
