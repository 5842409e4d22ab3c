package boxwright.explain;

import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ELOOP;
import static boxwright.kernel.Errno.ENAMETOOLONG;
import static boxwright.kernel.Errno.ENOTDIR;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.PlanBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathDiagnosisTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void realPath() throws IOException {
        directory = directory.toRealPath();
    }

    private static void check(Consumer<PlanBuilder> writer, int errno, String likely, String seen) {
        Diagnosis diagnosis = Provoked.by(plan -> {
            writer.accept(plan);
            plan.exit_group(0);
        });
        assertThat(diagnosis.errno()).isEqualTo(errno);
        assertThat(diagnosis.causes()).as(diagnosis.message()).isNotEmpty();
        assertThat(diagnosis.causes().getFirst().likely()).contains(likely);
        assertThat(diagnosis.causes().getFirst().seen()).contains(seen);
    }

    @Test
    void theNameIsInUse() throws IOException {
        Files.createSymbolicLink(directory.resolve("web"), Path.of("../containers/abc"));
        check(
                plan -> plan.symlink("../containers/def", directory + "/web"),
                EEXIST,
                "the name web is in use by another container",
                "is a link to ../containers/abc");
    }

    @Test
    void theDirectoryIsThereAlready() {
        check(
                plan -> plan.mkdir(directory.toString(), 0755),
                EEXIST,
                "something of that name is there already",
                directory + " is a directory");
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        String file = Files.writeString(directory.resolve("file"), "").toString();
        check(plan -> plan.chdir(file + "/deeper"), ENOTDIR, "not a directory", file + " is no directory");
    }

    @Test
    void aLinkLeadsToItself() throws IOException {
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        check(plan -> plan.chdir(directory + "/loop"), ELOOP, "leads back to itself", directory + "/loop");
    }

    @Test
    void aNameIsTooLong() {
        check(plan -> plan.mkdir(directory + "/" + "n".repeat(256), 0755), ENAMETOOLONG, "255 bytes", "256 bytes");
    }
}
