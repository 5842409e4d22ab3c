package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run -it} in a real terminal: tmux types and reads the screen. */
class TerminalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Another run of these tests may be on this machine at the same time. */
    private static final String NAME = "tty-" + ProcessHandle.current().pid();

    @TempDir
    Path directory;

    private Path socket = Path.of("/nonexistent");

    @BeforeEach
    void openTerminal() throws Exception {
        BoxwrightCommand.needsRoot();
        assumeTrue(onPath("tmux"), "needs tmux, which tests/run installs");
        socket = directory.resolve("tmux");
        tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "env PS1='outside> ' sh");
        type("BOXWRIGHT_HOME=" + directory.resolve("home") + "; export BOXWRIGHT_HOME");
        type("stty -a > " + directory.resolve("before"));
    }

    @AfterEach
    void closeTerminal() throws Exception {
        if (!socket.equals(Path.of("/nonexistent"))) {
            tmux("kill-server");
        }
    }

    @Test
    void itIsATerminalOfItsOwnWithTheSizeOfOurs() throws Exception {
        enter();
        type("tty; stty size; test -t 0 && test -c /dev/console && echo is-a-terminal");
        await("/dev/pts/0\n30 100\nis-a-terminal");
        tmux("resize-window", "-x", "90", "-y", "25");
        type("stty size");
        await("25 90");
        leave(3);
    }

    @Test
    void ctrlZStopsAJobInsideAndCtrlCEndsIt() throws Exception {
        enter();
        type("sleep 100");
        Thread.sleep(500);
        tmux("send-keys", "C-z");
        await("Stopped");
        type("jobs; fg");
        Thread.sleep(500);
        tmux("send-keys", "C-c");
        type("echo still $$");
        await("still 1");
        leave(0);
    }

    @Test
    void behindAnInitCtrlCIsForTheProgramAlone() throws Exception {
        enter("--init ");
        type("sleep 100");
        Thread.sleep(500);
        tmux("send-keys", "C-z");
        await("Stopped");
        type("kill %1; echo still $$");
        await("still 2");
        type("exec sleep 100");
        Thread.sleep(500);
        tmux("send-keys", "C-c");
        await("code 130");
        isRestored();
    }

    @Test
    void theTerminalIsRestoredWhenTheCommandIsKilled() throws Exception {
        enter();
        // The container's name is in the monitor's and the JVM's command lines only.
        ProcessHandle jvm = ProcessHandle.allProcesses()
                .filter(process ->
                        process.info().commandLine().orElse("").contains("boxwright.cli.Main run -it --name " + NAME))
                .findFirst()
                .orElseThrow();
        jvm.destroyForcibly();
        await("Killed");
        Thread.sleep(300);
        isRestored();
        assertThat(new BoxwrightCommand(directory.resolve("home")).leftovers()).isEmpty();
    }

    @Test
    void theTerminalIsRestoredWhenTheCommandIsTerminated() throws Exception {
        enter();
        type("trap 'exit 7' TERM");
        ProcessHandle jvm = ProcessHandle.allProcesses()
                .filter(process ->
                        process.info().commandLine().orElse("").contains("boxwright.cli.Main run -it --name " + NAME))
                .findFirst()
                .orElseThrow();
        jvm.destroy();
        tmux("send-keys", "Enter");
        await("code 7");
        isRestored();
    }

    @Test
    void aClosedWindowEndsTheContainer() throws Exception {
        enter();
        BoxwrightCommand boxwright = new BoxwrightCommand(directory.resolve("home"));
        assertThat(boxwright.leftovers()).isNotEmpty();

        tmux("kill-server");

        Instant deadline = Instant.now().plus(PATIENCE);
        while (!boxwright.leftovers().isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.sleep(50);
        }
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @Test
    void outputThatNobodyTakesEndsTheContainer() throws Exception {
        type(BoxwrightCommand.CHECKOUT.resolve("boxwright") + " run -t host yes | head -n 1; echo over");
        await("y\nover");
        Instant deadline = Instant.now().plus(PATIENCE);
        BoxwrightCommand boxwright = new BoxwrightCommand(directory.resolve("home"));
        while (!boxwright.leftovers().isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.sleep(50);
        }
        assertThat(boxwright.leftovers()).isEmpty();
        assertThat(screen()).doesNotContain("Exception");
    }

    private void enter() throws Exception {
        enter("");
    }

    private void enter(String flags) throws Exception {
        type(BoxwrightCommand.CHECKOUT.resolve("boxwright") + " run -it --name " + NAME + " " + flags
                + "host sh; echo code $?");
        await(":/# ");
    }

    private void leave(int code) throws Exception {
        type("exit " + code);
        await("code " + code);
        isRestored();
    }

    private void isRestored() throws Exception {
        type("stty -a > " + directory.resolve("after") + "; echo writ''ten");
        await("written");
        assertThat(settings("after")).isEqualTo(settings("before"));
    }

    /** What stty prints, without the size. */
    private List<String> settings(String file) throws IOException {
        return Files.readAllLines(directory.resolve(file)).stream()
                .map(line -> line.replaceAll("rows \\d+; columns \\d+;", ""))
                .toList();
    }

    private void type(String line) throws Exception {
        tmux("send-keys", "-l", line);
        tmux("send-keys", "Enter");
    }

    private void await(String text) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        String screen = screen();
        while (!screen.contains(text)) {
            assertThat(Instant.now())
                    .as("waiting for «%s»; the screen is\n%s", text, screen)
                    .isBefore(deadline);
            Thread.sleep(50);
            screen = screen();
        }
    }

    private String screen() throws Exception {
        return tmux("capture-pane", "-p", "-J");
    }

    private String tmux(String... words) throws Exception {
        List<String> command = Stream.concat(Stream.of("tmux", "-S", socket.toString()), Stream.of(words))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }
}
