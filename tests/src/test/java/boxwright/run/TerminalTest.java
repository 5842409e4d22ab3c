package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.kernel.Tmux;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run -it} in a real terminal: tmux types and reads the screen. */
class TerminalTest {
    /** Another run of these tests may be on this machine at the same time. */
    private static final String NAME = "tty-" + ProcessHandle.current().pid();

    @TempDir
    Path directory;

    private Tmux terminal;

    @BeforeEach
    void openTerminal() {
        BoxwrightCommand.needsRoot();
        terminal = new Tmux(directory, Map.of("BOXWRIGHT_HOME", home().toString()));
    }

    @AfterEach
    void closeTerminal() {
        if (terminal != null) { // not skipped
            terminal.close();
        }
    }

    private Path home() {
        return directory.resolve("home");
    }

    @Test
    void itIsATerminalOfItsOwnWithTheSizeOfOurs() throws Exception {
        enter();
        terminal.type("tty; stty size; test -t 0 && test -c /dev/console && echo is-a-terminal");
        terminal.await("/dev/pts/0\n30 100\nis-a-terminal");
        terminal.resize(90, 25);
        terminal.type("stty size");
        terminal.await("25 90");
        leave(3);
    }

    /** A job that says when it is in the foreground, and when it is again. */
    private static final String JOB =
            "sh -c 'trap \"echo a\"gain CONT; echo it r\"\"uns; while :; do sleep 0.05; done'";

    @Test
    void ctrlZStopsAJobInsideAndCtrlCEndsIt() throws Exception {
        enter();
        terminal.type(JOB);
        terminal.await("it runs");
        terminal.press("C-z");
        terminal.await("Stopped");
        terminal.type("jobs; fg");
        terminal.await("again");
        terminal.press("C-c");
        terminal.type("echo still $$");
        terminal.await("still 1");
        leave(0);
    }

    @Test
    void behindAnInitCtrlCIsForTheProgramAlone() throws Exception {
        enter("--init ");
        terminal.type(JOB);
        terminal.await("it runs");
        terminal.press("C-z");
        terminal.await("Stopped");
        terminal.type("kill %1; echo still $$");
        terminal.await("still 2");
        terminal.type("clear; exec " + JOB);
        terminal.await("it runs");
        terminal.press("C-c");
        terminal.await("code 130");
        terminal.isRestored();
    }

    @Test
    void theTerminalIsRestoredWhenTheCommandIsKilled() throws Exception {
        enter();
        jvm().destroyForcibly();
        terminal.await("Killed");
        Machine.eventuallyNone("directories and names", new BoxwrightCommand(home())::leftovers);
        terminal.isRestored();
    }

    @Test
    void theTerminalIsRestoredWhenTheCommandIsTerminated() throws Exception {
        enter();
        terminal.type("exec sh -c 'trap \"exit 7\" TERM; echo s\"\"et; while :; do sleep 0.05; done'");
        terminal.await("set");
        jvm().destroy();
        terminal.await("code 7");
        terminal.isRestored();
    }

    /** The monitor's command line has the container's name too. */
    private static ProcessHandle jvm() {
        return Machine.commandLines().entrySet().stream()
                .filter(process -> process.getValue().contains("boxwright.cli.Main run -it --name " + NAME))
                .findFirst()
                .flatMap(process -> ProcessHandle.of(process.getKey()))
                .orElseThrow();
    }

    @Test
    void aClosedWindowEndsTheContainer() throws Exception {
        enter();
        BoxwrightCommand boxwright = new BoxwrightCommand(home());
        assertThat(boxwright.leftovers()).isNotEmpty();

        terminal.close();

        Machine.eventuallyNone("directories and names", boxwright::leftovers);
    }

    @Test
    void outputThatNobodyTakesEndsTheContainer() throws Exception {
        terminal.type(BoxwrightCommand.CHECKOUT.resolve("boxwright") + " run -t host yes | head -n 1; echo over");
        terminal.await("y\nover");
        Machine.eventuallyNone("directories and names", new BoxwrightCommand(home())::leftovers);
        assertThat(terminal.screen()).doesNotContain("Exception");
    }

    private void enter() throws Exception {
        enter("");
    }

    private void enter(String flags) throws Exception {
        terminal.type(BoxwrightCommand.CHECKOUT.resolve("boxwright") + " run -it --name " + NAME + " " + flags
                + "host sh; echo code $?");
        terminal.await(":/# ");
    }

    private void leave(int code) throws Exception {
        terminal.type("exit " + code);
        terminal.await("code " + code);
        terminal.isRestored();
    }
}
