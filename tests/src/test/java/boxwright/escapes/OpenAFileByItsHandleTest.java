package boxwright.escapes;

import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Machine;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * "Shocker", the first famous one of Docker: with one file of the host at hand, such as a volume, open_by_handle_at(2)
 * opens any other on the same disk by its inode number. The root directory of ext4 has number 2.
 */
class OpenAFileByItsHandleTest {
    @TempDir
    private Path directory;

    private Attacker attacker;

    @BeforeEach
    void image() {
        attacker = Attacker.in(directory);
    }

    /** {@code struct file_handle}: its size, its type FILEID_INO32_GEN, the inode, and a generation that fits all. */
    private static Consumer<PlanBuilder> open(String onTheDisk) {
        Slot volume = Slot.of("volume");
        Argument.Struct handle = new Argument.Struct(List.of(
                field("handle_bytes", 4, 8),
                field("handle_type", 4, 1),
                field("inode", 4, 2),
                field("generation", 4, 0)));
        return plan -> {
            plan.open(onTheDisk, Constants.O_RDONLY, 0).into(volume);
            plan.call(SystemCall.OPEN_BY_HANDLE_AT, volume.value(), handle, number(Constants.O_RDONLY, Notation.OPEN));
        };
    }

    @Test
    void the_root_of_the_disk_that_a_volume_is_on() throws Exception {
        Path volume = Files.createDirectory(directory.resolve("volume"));
        assumeTrue(
                Machine.run("stat", "-f", "-c", "%T", volume.toString())
                        .output()
                        .startsWith("ext"),
                "needs a temporary directory on ext4");
        List<String> flags = List.of("--volume", volume + ":/volume");
        assertThat(attacker.outside(List.of(), open(volume.toString())).end())
                .as("outside")
                .isEqualTo(Attempt.WORKED);
        assertThat(attacker.inContainer(
                                List.of("--volume", volume + ":/volume", "--cap-add", "DAC_READ_SEARCH"),
                                open("/volume"))
                        .end())
                .as("with the capability, which opens the filter too")
                .isEqualTo(Attempt.WORKED);

        assertThat(attacker.inContainer(flags, open("/volume")).end()).isEqualTo("open_by_handle_at: EPERM");
    }
}
