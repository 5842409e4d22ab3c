package boxwright.run;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import boxwright.users.OrdinaryUser;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --init}: number 1 passes signals on and leaves no zombie, and the program is number 2. */
class InitTest {
    /** A program that never waits for a child, and gets one that is a zombie soon. */
    private static final String ORPHAN = "sh -c 'sleep 0.1 & exit 0'; exec sleep 1000";

    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @AfterEach
    void nothingIsLeft() {
        if (BoxwrightCommand.isRoot()) {
            assertThat(boxwright.leftovers()).isEmpty();
        }
    }

    private Outcome inside(String script) {
        return boxwright.run("run", "--init", "host", "sh", "-c", script);
    }

    @Test
    void theProgramIsNumberTwo() {
        Outcome plain = boxwright.run("run", "host", "sh", "-c", "echo $$ $PPID");
        Outcome init = inside("echo $$ $PPID; cat /proc/1/comm");

        assertThat(plain.out()).isEqualTo("1 0\n");
        assertThat(init.out()).isEqualTo("2 1\ninit\n");
    }

    @Test
    void theZombieThatStaysWithoutItIsTaken() {
        try (Background plain = Background.of(boxwright, "plain", List.of(), "host", "sh", "-c", ORPHAN);
                Background init = Background.of(boxwright, "init", List.of("--init"), "host", "sh", "-c", ORPHAN)) {
            eventually("a zombie", () -> zombies("plain").equals("1"));
            eventually("only number 1, sleep and ps", () -> processes("init").equals("init sleep "));
            assertThat(zombies("init")).isEqualTo("0");
            assertThat(plain.process().isAlive() && init.process().isAlive()).isTrue();
        }
    }

    private String zombies(String name) {
        return boxwright
                .run("exec", name, "sh", "-c", "cat /proc/[0-9]*/stat 2>/dev/null | cut -d' ' -f3 | grep -c Z")
                .out()
                .strip();
    }

    private String processes(String name) {
        return boxwright
                .run(
                        "exec",
                        name,
                        "sh",
                        "-c",
                        "for p in /proc/[0-9]*; do test $p = /proc/$$ || cat $p/comm; done 2>/dev/null")
                .out()
                .replace("cat\n", "")
                .replace('\n', ' ');
    }

    @Test
    void hundredChildrenThatEndAtOnceAreTakenAndTheStatusIsStillTheProgramsOwn() {
        Outcome outcome = inside("for i in $(seq 100); do sh -c 'sleep 0.3 & exit 0'; done; sleep 0.5;"
                + " cat /proc/[0-9]*/stat | cut -d' ' -f3 | grep -c Z; exit 42");

        assertThat(outcome.out()).isEqualTo("0\n");
        assertThat(outcome.exitCode()).isEqualTo(42);
    }

    @Test
    void aSignalReachesAProgramThatHasNoHandler() throws Exception {
        try (Background deaf = Background.of(boxwright, "deaf", List.of(), "host", "sleep", "1000");
                Background init = Background.of(boxwright, "init", List.of("--init"), "host", "sleep", "1000")) {
            assertThat(boxwright.run("stop", "-t", "1", "deaf").exitCode()).isZero();
            assertThat(deaf.process().waitFor()).as("number 1 takes no SIGTERM").isEqualTo(137);
            assertThat(boxwright.run("stop", "-t", "30", "init").exitCode()).isZero();
            assertThat(init.process().waitFor()).isEqualTo(143);
        }
    }

    @Test
    void aSignalFromInsideIsPassedOnAndTheEndOfAChildIsNot() {
        Outcome outcome = inside("trap 'echo USR1; exit 3' USR1; trap 'echo CHLD' CHLD;"
                + " sh -c 'sh -c \"sleep 0.2; : > /tmp/done\" & exit 0';"
                + " while [ ! -e /tmp/done ]; do :; done; i=0; while [ $i -lt 99999 ]; do i=$((i + 1)); done;"
                + " kill -USR1 1; while :; do :; done");

        assertThat(outcome.out()).as("its own child, and not the orphan").isEqualTo("CHLD\nUSR1\n");
        assertThat(outcome.exitCode()).isEqualTo(3);
    }

    @Test
    void theExitCodeIsTheProgramsAlsoWhereThereIsNone() {
        assertThat(inside("exit 7").exitCode()).isEqualTo(7);
        assertThat(inside("kill -KILL $$").exitCode()).isEqualTo(137);
        assertThat(boxwright.run("run", "--init", "host", "nonesuch").exitCode())
                .isEqualTo(127);
        assertThat(boxwright.run("run", "--init", "host", "/etc/passwd").exitCode())
                .isEqualTo(126);
        assertThat(boxwright
                        .run("run", "--init", "--pid", "host", "host", "sh", "-c", "exit 8")
                        .exitCode())
                .isEqualTo(8);
    }

    @Test
    void numberOneIsHeldBackAsTheProgramIsAndHasNoDescriptorOfOurs() {
        Outcome outcome = inside(
                "for p in 1 2; do grep -E '^(Cap|Seccomp:|NoNew)' /proc/$p/status > /tmp/$p; done; cmp /tmp/1 /tmp/2 && echo same;"
                        + " for f in /proc/1/fd/*; do readlink $f; done | grep / | grep -vE '^/dev/(null|pts)|^/tmp|pipe'");

        assertThat(outcome.out()).isEqualTo("same\n");
    }

    @Test
    void whoIsNotRootHasItToo() {
        try (OrdinaryUser user = OrdinaryUser.alone()) {
            Outcome outcome = BoxwrightCommand.outcome(
                    new ProcessBuilder(user.boxwright("run", "--init", "host", "sh", "-c", "echo $$; id -u; exit 5")),
                    "");

            assertThat(outcome.out()).isEqualTo("2\n0\n");
            assertThat(outcome.exitCode()).isEqualTo(5);
        }
    }

    @Test
    void itsLoopIsInTheList() {
        Outcome outcome = boxwright.run("run", "--init", "--dry-run", "host", "true");

        assertThat(outcome.out() + outcome.err())
                .contains("next: ppoll(", "reap: wait4(-1, &ended, WNOHANG, NULL), goto next at 0")
                .contains("goto reap");
        assertThat(boxwright
                        .run("run", "--init", "--explain=json", "host", "true")
                        .err())
                .contains("\"label\": \"next\"", "\"gotoAtZero\": \"next\"", "\"goto\": \"reap\"");
    }
}
