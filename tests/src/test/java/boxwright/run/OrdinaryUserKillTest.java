package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.users.OrdinaryUser;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** An ordinary user's {@code boxwright} is killed at random instants: what it made is removed, files of others included. */
class OrdinaryUserKillTest {
    private static final int TIMES = 60;
    private static final int LATEST_MILLIS = 900;

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
            Machine.eventuallyNone("directories and names", boxwright::leftovers);
            Machine.eventuallyNone("processes", () -> Machine.commandLinesWith(mark));
            System.out.printf("OrdinaryUserKillTest: %d kills, %d of them met a container%n", TIMES, met);
            assertThat(met).as("the kills hit what they were meant to hit").isPositive();
        }
    }
}
