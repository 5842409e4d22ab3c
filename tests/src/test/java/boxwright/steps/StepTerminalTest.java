package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.kernel.Tmux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step in a real terminal: its program is a job of the reader's shell, and a shell in it has jobs of its own. */
class StepTerminalTest {
    /** Says when it runs, and when it is woken up. */
    private static final String JOB = "trap \"echo wo\"ken CONT; echo ru\"\"ns; while :; do sleep 0.05; done";

    /** Words that only programs of this test have, to find the JVM by. */
    private static final String MARK = "env MARK=" + ProcessHandle.current().pid() + " ";

    @TempDir
    Path directory;

    private Tmux terminal;

    @BeforeEach
    void openTerminal() throws IOException {
        StepCommand.assumeRoot();
        Path step = Files.writeString(
                directory.resolve("step01"), "exec " + String.join(" ", StepCommand.runner("Step01")) + " \"$@\"\n");
        assertThat(step.toFile().setExecutable(true)).isTrue();
        terminal = new Tmux(directory, Map.of("PATH", directory + ":" + System.getenv("PATH")));
    }

    @AfterEach
    void closeTerminal() {
        if (terminal != null) { // not skipped
            terminal.close();
        }
    }

    /** Runs step 1; how it ends is seen by {@link #ends}. */
    private void step(String words) {
        terminal.type("step01 " + words + "; echo co''de $?");
    }

    /** Waits until the JVM is in the program's process group, which has the terminal: keys go to both. */
    private void isAccompanied() {
        Machine.eventually("the JVM has joined", () -> {
            for (int pid : Machine.commandLines().entrySet().stream()
                    .filter(process -> process.getValue().contains(" Step01 " + MARK))
                    .map(Map.Entry::getKey)
                    .toList()) {
                // State, parent, group, session, terminal, the terminal's group.
                List<String> stat = Machine.stat(pid);
                if (!stat.isEmpty()
                        && stat.get(2).equals(stat.get(5))
                        && !stat.get(2).equals("" + pid)) {
                    return true;
                }
            }
            return false;
        });
    }

    private void ends(int code) throws IOException {
        terminal.await("code " + code);
        terminal.isRestored();
    }

    @Test
    void a_shell_inside_has_jobs_and_gives_the_terminal_back() throws Exception {
        step("sh -i");
        terminal.await("# ");
        terminal.type("sh -c '" + JOB + "'");
        terminal.await("runs");
        terminal.press("C-z");
        terminal.await("Stopped");
        terminal.type("fg");
        terminal.await("woken");
        terminal.press("C-c");
        terminal.type("echo nu''mber $$");
        terminal.await("number 1");
        terminal.type("exit 3");
        ends(3);
        assertThat(terminal.screen()).doesNotContain("process group");
    }

    /** A first process gets no signal that it has no handler for; pid_namespaces(7). */
    @Test
    void ctrl_c_ends_a_program_that_does_not_mind_it() throws Exception {
        step(MARK + "sh -c 'echo re\"\"ady; exec sleep 1000'");
        terminal.await("ready");
        isAccompanied();
        terminal.press("C-c");
        ends(130);
    }

    @Test
    void ctrl_c_is_the_programs_own_business_if_it_minds() throws Exception {
        step(MARK + "sh -c 'trap \"echo min\"ded INT; echo re\"\"ady; read it; exit 5'");
        terminal.await("ready");
        isAccompanied();
        terminal.press("C-c");
        terminal.await("minded");
        terminal.press("Enter");
        ends(5);
    }

    /** It would stop for good: a first process is not stopped, and who runs it must be there to end it. */
    @Test
    void ctrl_z_stops_nothing() throws Exception {
        step(MARK + "sh -c 'echo re\"\"ady; read it; exit 6'");
        terminal.await("ready");
        isAccompanied();
        terminal.press("C-z");
        terminal.press("Enter");
        ends(6);
    }

    @Test
    void a_program_that_is_not_there_leaves_the_terminal_to_the_shell() throws Exception {
        step("no-such-program");
        ends(127);
    }

    @Test
    void in_the_background_and_in_a_pipe_it_leaves_the_terminal_alone() throws Exception {
        terminal.type("step01 echo one | cat; step01 echo two & wait; echo o''ver");
        terminal.await("over");
        assertThat(terminal.screen()).contains("\none\n", "\ntwo\n");
        terminal.isRestored();
    }

    @Test
    void in_a_pipe_the_terminal_is_the_others() throws Exception {
        String reader = "sh -c 'head -n 1; read it </dev/tty; echo g\"\"ot $it'";
        terminal.type("step01 sh -c 'echo on\"\"ce; exec sleep 1000' | " + reader);
        terminal.await("once");
        terminal.type("it");
        terminal.await("got it");
        terminal.press("C-c");
        terminal.isRestored();
    }

    /** A shell that types takes the terminal itself when a job ends; one that runs a script does not. */
    @Test
    void a_script_has_the_terminal_back_afterwards() throws Exception {
        terminal.type("sh -c 'step01 echo on\"\"ce; read it; echo g\"\"ot $it'");
        terminal.await("once");
        terminal.type("it");
        terminal.await("got it");
        terminal.isRestored();
    }

    @Test
    void the_program_knows_what_kind_of_terminal_it_is() {
        terminal.type(
                "TERM=vt100 step01 sh -c 'echo ki\"\"nd $TERM'; (unset TERM; step01 sh -c 'echo ki\"\"nd $TERM')");
        terminal.await("kind vt100");
        terminal.await("kind dumb");
    }

    @Test
    void the_list_is_in_colours_and_as_wide_as_the_terminal() throws Exception {
        Path plain = directory.resolve("plain");
        Path coloured = directory.resolve("coloured");
        // script(1) makes a terminal, and writes down what it gets.
        for (Path file : new Path[] {plain, coloured}) {
            String set = file.equals(plain) ? "NO_COLOR=1 " : "";
            String line = set + Machine.needs("script") + " -qc 'stty columns 60; step01 --dry-run true' " + file;
            terminal.type(line + " >/dev/null; echo wri''tten " + file.getFileName());
            terminal.await("written " + file.getFileName());
        }
        assertThat(Files.readString(coloured)).contains("\u001b[");
        assertThat(Files.readString(plain)).doesNotContain("\u001b[");
        assertThat(Files.readAllLines(plain)).allMatch(shown -> shown.length() <= 60 || shown.startsWith("Script"));
    }
}
