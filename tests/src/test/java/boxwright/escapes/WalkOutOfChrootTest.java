package boxwright.escapes;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.PlanProgram;
import boxwright.run.BoxwrightCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oldest escape: a second chroot(2) leaves the current directory outside of the root, and from there one walks up. */
class WalkOutOfChrootTest {
    @TempDir
    private Path directory;

    private Attacker attacker;
    private Consumer<PlanBuilder> walk = plan -> {};

    @BeforeEach
    void image() throws Exception {
        attacker = Attacker.in(directory);
        Path secret = Files.writeString(directory.resolve("secret"), "a file of the host");
        walk = plan -> {
            plan.mkdir("den", 0755);
            plan.chroot("den");
            plan.chdir("../".repeat(32));
            plan.chroot(".");
            plan.open(secret.toString(), Constants.O_RDONLY, 0);
        };
    }

    @Test
    void chroot_alone_is_left_that_way() {
        PlanProgram program = attacker.program(walk);
        List<String> command = attacker.shown(program, List.of());
        List<String> chroot = new ArrayList<>(List.of("chroot"));
        // Without the words for boxwright: run IMAGE COMMAND... is what chroot(8) takes but for its name.
        chroot.addAll(command.subList(1, command.size()));

        assertThat(Attacker.attempt(program, BoxwrightCommand.outcome(new ProcessBuilder(chroot), ""))
                        .end())
                .isEqualTo(Attempt.WORKED);
    }

    @Test
    void a_container_has_no_other_root_to_come_to() {
        assertThat(attacker.inContainer(walk).end()).isEqualTo("openat: ENOENT");
    }
}
