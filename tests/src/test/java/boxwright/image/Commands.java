package boxwright.image;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the programs that are the tests' oracles. */
final class Commands {
    private Commands() {}

    record Result(int exitCode, String output) {}

    static Result run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " did not end");
        }
        return new Result(process.exitValue(), output);
    }

    /** Deletes what is in a directory, and follows no link; not beyond a mount that a failed test left either. */
    static void removeContent(Path directory) throws IOException, InterruptedException {
        List<Path> content;
        try (Stream<Path> list = Files.list(directory)) {
            content = list.toList();
        }
        for (Path path : content) run("rm", "-rf", "--one-file-system", path.toString());
    }

    static void assumeRoot(String why) {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: " + why);
    }

    static Path assumeProgram(String name, String why) {
        for (String directory : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")) {
            Path path = Path.of(directory, name);
            if (Files.isExecutable(path)) return path;
        }
        assumeTrue(false, "needs " + name + ": " + why);
        throw new AssertionError();
    }
}
