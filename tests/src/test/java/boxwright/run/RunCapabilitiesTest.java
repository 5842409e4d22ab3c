package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What root in a container may do, read by the kernel's own account: capabilities(7), /proc/self/status. */
class RunCapabilitiesTest {
    /** Docker's fourteen, as the kernel writes them. */
    private static final String DOCKERS = "00000000a80425fb";

    private static final String STATUS = "grep Cap /proc/self/status | tr -d '\\t'";

    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @Test
    void rootHasDockersFourteen() {
        assertThat(boxwright.run("run", "host", "sh", "-c", STATUS).out())
                .contains("CapPrm:" + DOCKERS, "CapEff:" + DOCKERS, "CapBnd:" + DOCKERS)
                .contains("CapInh:0000000000000000", "CapAmb:0000000000000000");
    }

    @Test
    void withoutAnyItHasNone() {
        Outcome outcome =
                boxwright.run("run", "--cap-drop", "ALL", "host", "sh", "-c", STATUS + "; chown 1 /etc/passwd");
        assertThat(outcome.out()).contains("CapEff:0000000000000000", "CapBnd:0000000000000000");
        assertThat(outcome.err()).contains("Operation not permitted");
    }

    @Test
    void oneThatIsAddedIsThere() {
        String mounts = "mount -t tmpfs none /mnt && echo mounted";
        assertThat(boxwright.run("run", "host", "sh", "-c", mounts).out()).isEmpty();
        assertThat(boxwright
                        .run("run", "--cap-add", "SYS_ADMIN", "host", "sh", "-c", mounts)
                        .out())
                .isEqualTo("mounted\n");
    }

    @Test
    void theHostsClockIsOutOfReach() {
        Outcome outcome = boxwright.run("run", "host", "sh", "-c", "date -s @$(date +%s)");
        assertThat(outcome.err()).contains("Operation not permitted");
    }

    @Test
    void oneThatDoesNotExistIsNamedBeforeAnythingIsMade() {
        Outcome outcome = boxwright.run("run", "--cap-add", "FLY", "host", "true");
        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).startsWith("boxwright: ").contains("FLY", "capabilities(7)");
        assertThat(boxwright.leftovers()).isEmpty();
    }
}
