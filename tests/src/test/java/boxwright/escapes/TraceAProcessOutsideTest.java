package boxwright.escapes;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.number;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Constants;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.SystemCall;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ptrace(2) of a process of the host: who may trace a process is what it is. The victim belongs to the test, and sleeps. */
class TraceAProcessOutsideTest {
    private static final long PTRACE_SEIZE = 0x4206;

    @TempDir
    private Path directory;

    private Attacker attacker;
    private Process victim;

    @BeforeEach
    void image() throws Exception {
        attacker = Attacker.in(directory);
        victim = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void end() throws Exception {
        victim.destroyForcibly().waitFor();
    }

    private Consumer<PlanBuilder> trace() {
        return plan -> plan.call(
                SystemCall.PTRACE,
                number(PTRACE_SEIZE, Notation.name("PTRACE_SEIZE")),
                number(victim.pid()),
                NULL,
                NULL);
    }

    private Consumer<PlanBuilder> open(String file) {
        return plan -> plan.open("/proc/" + victim.pid() + "/" + file, Constants.O_RDONLY, 0);
    }

    @Test
    void its_number_means_nothing_inside() {
        assertThat(attacker.outside(List.of(), trace()).end()).as("outside").isEqualTo(Attempt.WORKED);

        assertThat(attacker.inContainer(trace()).end()).isEqualTo("ptrace: ESRCH");
        assertThat(attacker.inContainer(open("mem")).end()).isEqualTo("openat: ENOENT");
    }

    @Test
    void with_the_hosts_numbers_it_is_seen_and_still_may_not_be_traced() {
        List<String> hosts = List.of("--pid", "host");
        for (String file : List.of("mem", "root/etc", "cwd", "environ")) {
            assertThat(attacker.outside(List.of(), open(file)).end())
                    .as("outside: " + file)
                    .isEqualTo(Attempt.WORKED);
        }
        assertThat(attacker.inContainer(
                                hosts, plan -> plan.open("/proc/" + victim.pid() + "/stat", Constants.O_RDONLY, 0))
                        .end())
                .as("that it is there")
                .isEqualTo(Attempt.WORKED);

        assertThat(attacker.inContainer(hosts, trace()).end()).isEqualTo("ptrace: EPERM");
        for (String file : List.of("mem", "root/etc", "cwd", "environ")) {
            assertThat(attacker.inContainer(hosts, open(file)).end()).as(file).isEqualTo("openat: EACCES");
        }
    }
}
