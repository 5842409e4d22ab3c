package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.users.OrdinaryUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An ordinary user's {@code boxwright} is killed at random instants: what it made is removed, files of others included. */
class OrdinaryUserKillTest {
    private static final int TIMES = 60;
    private static final int LATEST_MILLIS = 900;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void ofHisOwnContainersNothingIsLeft() throws Exception {
        nothingIsLeft(OrdinaryUser::alone);
    }

    @Test
    void ofContainersWithMoreUsersNothingIsLeft() throws Exception {
        nothingIsLeft(OrdinaryUser::withGrantedIds);
    }

    private static void nothingIsLeft(Supplier<OrdinaryUser> kind) throws Exception {
        try (OrdinaryUser user = kind.get()) {
            BoxwrightCommand boxwright = new BoxwrightCommand(user.home());
            assertThat(BoxwrightCommand.outcome(new ProcessBuilder(user.boxwright("run", "host", "true")), "")
                            .exitCode())
                    .isZero();
            String mark = "sleep 4." + ProcessHandle.current().pid() + user.id();
            String script = "mkdir -p /a/b; echo x > /a/b/c; chown -R 33:44 /a; chmod 0 /a; " + mark;
            Random random = new Random(20261125);
            int met = 0;
            for (int i = 0; i < TIMES; i++) {
                Process process = new ProcessBuilder(
                                user.boxwright("run", "--name", "kill-" + i, "host", "sh", "-c", script))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                Thread.sleep(random.nextInt(LATEST_MILLIS));
                met += boxwright.leftovers().isEmpty() ? 0 : 1;
                process.destroyForcibly().waitFor();
            }
            Instant deadline = Instant.now().plus(PATIENCE);
            while (!(boxwright.leftovers().isEmpty() && processes(mark).isEmpty())
                    && Instant.now().isBefore(deadline)) {
                Thread.sleep(50);
            }
            assertThat(boxwright.leftovers()).isEmpty();
            assertThat(processes(mark)).isEmpty();
            System.out.printf("OrdinaryUserKillTest: %d kills, %d of them met a container%n", TIMES, met);
            assertThat(met).as("the kills hit what they were meant to hit").isPositive();
        }
    }

    /** Processes of these containers and their monitors. */
    private static List<String> processes(String mark) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(entry -> commandLine(entry.resolve("cmdline")))
                    .filter(line -> line.contains(mark) && !line.contains("boxwright.cli.Main"))
                    .toList();
        }
    }

    private static String commandLine(Path file) {
        try {
            return Files.isReadable(file)
                    ? Files.readString(file, StandardCharsets.ISO_8859_1).replace('\0', ' ')
                    : "";
        } catch (IOException e) {
            // The process ended while we looked.
            return "";
        }
    }
}
