package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (BoxwrightCommand.isRoot()) {
            assertThat(boxwright.leftovers()).isEmpty();
            assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(shared.toString());
        }
    }

    @Test
    void aContainerIsProcessOneWithItsOwnNameRootAndProcesses() {
        Outcome outcome = boxwright.run("run", "host", "sh", "-c", "echo $$ $(hostname); ls /; ps");

        assertThat(outcome.err()).isEmpty();
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.getFirst()).matches("1 [0-9a-f]{12}");
        assertThat(lines).contains("bin", "proc", "sys", "dev").doesNotContain("boot");
        assertThat(lines.stream().filter(line -> line.contains("ps") || line.contains("sh -c")))
                .hasSizeBetween(1, 3);
        assertThat(outcome.out()).doesNotContain("java");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void theExitCodeIsTheCommandsOwn() {
        assertThat(boxwright.run("run", "host", "sh", "-c", "exit 42").exitCode())
                .isEqualTo(42);
    }

    @Test
    void aCommandKilledByASignalGives128AndTheSignal() {
        // The first process of a PID namespace is safe from its own SIGKILL, so a child takes it and the shell passes
        // on.
        assertThat(boxwright
                        .run("run", "host", "sh", "-c", "sh -c 'kill -9 $$'; exit $?")
                        .exitCode())
                .isEqualTo(137);
    }

    @Test
    void anUnknownCommandIs127AndSaysSo() {
        Outcome outcome = boxwright.run("run", "host", "no-such-program");
        assertThat(outcome.exitCode()).isEqualTo(127);
        assertThat(outcome.err()).contains("no-such-program", "ENOENT").doesNotContain("\tat ");
    }

    @Test
    void aFileThatIsNotExecutableIs126AndSaysSo() {
        Outcome outcome = boxwright.run("run", "host", "/etc/passwd");
        assertThat(outcome.exitCode()).isEqualTo(126);
        assertThat(outcome.err()).contains("/etc/passwd", "EACCES");
    }

    @Test
    void aDirectoryIsNoCommand() {
        assertThat(boxwright.run("run", "host", "/etc").exitCode()).isEqualTo(126);
    }

    @Test
    void variablesDirectoryAndNamesAreWhatWasAskedFor() {
        Outcome outcome = boxwright.run(
                "run",
                "--rm",
                "-e",
                "GREETING=hello world",
                "-w",
                "/made/for/this",
                "--hostname",
                "a-box",
                "--name",
                "named",
                "host",
                "sh",
                "-c",
                "echo $GREETING; pwd; hostname; echo $HOSTNAME; ls -a /made/for");
        assertThat(outcome.out()).isEqualTo("hello world\n/made/for/this\na-box\na-box\n.\n..\nthis\n");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void aNameIsTakenAsLongAsItsContainerLives() throws Exception {
        Process first = boxwright
                .builder("run", "-i", "--name", "only-one", "host", "cat")
                .start();
        try {
            first.getOutputStream().write("up\n".getBytes(StandardCharsets.UTF_8));
            first.getOutputStream().flush();
            assertThat(first.inputReader().readLine()).isEqualTo("up");

            Outcome second = boxwright.run("run", "--name", "only-one", "host", "true");

            assertThat(second.exitCode()).isEqualTo(125);
            assertThat(second.err()).contains("only-one", "EEXIST");
        } finally {
            first.getOutputStream().close();
            assertThat(first.waitFor()).isZero();
        }
        assertThat(boxwright.run("run", "--name", "only-one", "host", "true").exitCode())
                .isZero();
    }

    @Test
    void theImageStaysAsItIs() throws IOException {
        Path rootfs = busyboxRoot("untouched");
        Outcome outcome = boxwright.run("run", rootfs.toString(), "sh", "-c", "echo new > /new; rm /bin/ls; ls /");
        assertThat(outcome.out()).contains("new");
        try (Stream<Path> left = Files.list(rootfs)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("bin");
        }
        assertThat(rootfs.resolve("bin/ls")).exists();
    }

    @Test
    void aRelativeRootfsWorksFromWhereTheCommandIsTyped() throws IOException {
        busyboxRoot("relative");
        ProcessBuilder builder = boxwright.builder("run", "./relative", "sh", "-c", "echo here");
        builder.directory(shared.toFile());
        assertThat(BoxwrightCommand.outcome(builder, "").out()).isEqualTo("here\n");
    }

    @Test
    void explainPrintsThePlanAndThenWhatEachCallDid() {
        Outcome outcome = boxwright.run("run", "--explain", "host", "true");
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("clone3(", "pivot_root(\".\", \".\")", "CLONE_NEWPID", "µs");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void explainInJsonIsOneDocumentWithResults() {
        Outcome outcome = boxwright.run("run", "--explain=json", "host", "true");
        JsonObject document = JsonParser.parseString(outcome.err()).getAsJsonObject();
        assertThat(document.toString()).contains("pivot_root", "nanos");
    }

    @Test
    void aDryRunPrintsThePlanAndMakesNothing() {
        Outcome outcome = boxwright.run("run", "--dry-run", "host", "touch", "/ran");
        assertThat(outcome.out()).contains("pivot_root(\".\", \".\")", "\"touch\", \"/ran\"");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
    }

    /** A root file system with a busybox that finds its applets by their links. */
    static Path busyboxRoot(String name) throws IOException {
        Path root = shared.resolve(name);
        Path bin = Files.createDirectories(root.resolve("bin"));
        Path busybox = Stream.of("/bin/busybox", "/usr/bin/busybox")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("these tests need busybox-static; tests/run installs it"));
        Files.copy(busybox, bin.resolve("busybox"));
        for (String applet : List.of("sh", "ls", "rm", "true", "cat", "id")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        return root;
    }
}
