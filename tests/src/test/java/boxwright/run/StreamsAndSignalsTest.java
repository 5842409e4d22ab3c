package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsAndSignalsTest {
    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @Test
    void withInteractiveTheCommandReadsOurInput() {
        Outcome outcome = BoxwrightCommand.outcome(boxwright.builder("run", "-i", "host", "cat"), "one\ntwo\n");
        assertThat(outcome.out()).isEqualTo("one\ntwo\n");
    }

    @Test
    void withoutInteractiveTheInputIsEmpty() {
        Outcome outcome = BoxwrightCommand.outcome(boxwright.builder("run", "host", "cat"), "not for it\n");
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void theContainersOutputIsOurOwnDescriptorAndNoCopy() throws IOException, InterruptedException {
        Path file = shared.resolve("output");
        Process process = boxwright
                .builder("run", "host", "sh", "-c", "stat -L -c '%d:%i' /proc/self/fd/1")
                .redirectOutput(file.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        long inode = (Long) Files.getAttribute(file, "unix:ino");
        long device = (Long) Files.getAttribute(file, "unix:dev");
        assertThat(Files.readString(file)).isEqualTo(device + ":" + inode + "\n");
    }

    @Test
    void noDescriptorOfOursReachesTheCommand() {
        Outcome outcome = boxwright.run("run", "host", "sh", "-c", "ls /proc/self/fd");
        // 0, 1, 2, and the one by which ls reads the directory.
        assertThat(outcome.out().lines()).containsExactly("0", "1", "2", "3");
    }

    @Test
    void closedDescriptorsAreNotFilledWithFilesOfOurs() {
        String script = "exec \"$@\" <&- >&-";
        Outcome outcome = BoxwrightCommand.outcome(
                boxwright.builder(
                        List.of("sh", "-c", script, "sh"),
                        "run",
                        "-i",
                        "host",
                        "sh",
                        "-c",
                        "for i in 0 1; do [ -c /proc/1/fd/$i ] && echo device >&2; done"),
                "");
        // /dev/null twice, and no file of the JVM's.
        assertThat(outcome.err()).isEqualTo("device\ndevice\n");
    }

    @Test
    void aSignalGoesOnToTheContainer() throws Exception {
        Process process = boxwright
                .builder(
                        "run",
                        "host",
                        "sh",
                        "-c",
                        "trap 'echo got it; exit 9' TERM; echo ready; while :; do sleep 0.05; done")
                .start();
        BufferedReader out = process.inputReader();
        assertThat(out.readLine()).isEqualTo("ready");
        process.toHandle().destroy();
        assertThat(out.readLine()).isEqualTo("got it");
        assertThat(process.waitFor()).isEqualTo(9);
    }

    @Test
    void whoAsksThreeTimesToEndEndsAContainerThatDoesNotListen() throws Exception {
        Process process = boxwright
                .builder("run", "host", "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done")
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        for (int i = 0; i < 3; i++) {
            process.toHandle().destroy();
            // Two equal signals that are pending at once are one, signal(7).
            Thread.sleep(300);
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(137);
        assertThat(boxwright.leftovers()).isEmpty();
    }
}
