package boxwright.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan as an ELF file on disk, which the shell, strace or qemu-user starts. Its report lines are files, its control
 * line is a pipe from the test. Nothing of {@link Launcher} and {@link Launch} takes part.
 */
record LauncherFile(EncodedPlan encoded, Path directory, Path executable) {
    /** A report: the index of the call, -1 for a status. */
    record Told(int index, long result, long before, long after) {}

    /** What was left when the launcher had ended. */
    record Outcome(int exitCode, List<Told> reports, List<Told> monitor) {}

    static LauncherFile of(Plan plan, Architecture architecture, Path directory) throws IOException {
        EncodedPlan encoded = new EncodedPlan(plan, architecture);
        return of(encoded, encoded.bytes(), architecture, directory);
    }

    /** The same with the plan's bytes changed. */
    static LauncherFile of(EncodedPlan encoded, byte[] bytes, Architecture architecture, Path directory)
            throws IOException {
        Path file = Files.write(directory.resolve("launcher"), LauncherImage.of(bytes, architecture));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new LauncherFile(encoded, directory, file);
    }

    /** The command that starts a program of that architecture here. */
    static List<String> emulator(Architecture architecture) {
        if (architecture == Architecture.current()) {
            return List.of();
        }
        return List.of(
                Machine.needs(architecture == Architecture.AARCH64 ? "qemu-aarch64-static" : "qemu-x86_64-static"));
    }

    /**
     * Starts the launcher.
     *
     * @param prefix a command that takes the launcher as its last argument; empty for none
     */
    Process start(List<String> prefix) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 3>report 4>monitor 5<&0 0</dev/null", "sh"));
        command.addAll(prefix);
        command.add(executable.toString());
        Files.write(directory.resolve("report"), new byte[0]);
        Files.write(directory.resolve("monitor"), new byte[0]);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        return builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
    }

    /**
     * Runs the launcher to its end.
     *
     * @param control the bytes that come through the control pipe, which is then closed
     */
    Outcome run(List<String> prefix, byte... control) throws IOException, InterruptedException {
        Process process = start(prefix);
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(control);
        }
        return outcome(process);
    }

    Outcome outcome(Process process) throws IOException, InterruptedException {
        return new Outcome(process.waitFor(), reports("report"), reports("monitor"));
    }

    /** The reports in a file. */
    List<Told> reports(String name) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(directory.resolve(name))).order(ByteOrder.LITTLE_ENDIAN);
        List<Told> all = new ArrayList<>();
        while (bytes.remaining() >= EncodedPlan.RECORD_SIZE) {
            long instruction = bytes.getLong();
            long result = bytes.getLong();
            long before = bytes.getLong() * 1_000_000_000 + bytes.getLong();
            long after = bytes.getLong() * 1_000_000_000 + bytes.getLong();
            int index = instruction == 0 ? -1 : (int) (instruction - EncodedPlan.BASE - 0x40) / 64;
            all.add(new Told(index, result, before, after));
        }
        return all;
    }
}
