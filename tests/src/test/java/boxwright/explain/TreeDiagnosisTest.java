package boxwright.explain;

import static boxwright.kernel.Constants.AT_RECURSIVE;
import static boxwright.kernel.Constants.O_PATH;
import static boxwright.kernel.Constants.RESOLVE_NO_MAGICLINKS;
import static boxwright.kernel.Constants.RESOLVE_NO_SYMLINKS;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ELOOP;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOTDIR;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors of trees, and the ways that openat2 does not go. */
class TreeDiagnosisTest {
    private static final Slot TREE = Slot.of("tree");
    private static final Slot PLACE = Slot.of("place");

    @TempDir
    private Path directory;

    @BeforeEach
    void needsRoot() throws IOException {
        Machine.needsRoot();
        directory = directory.toRealPath();
    }

    private static void check(Consumer<PlanBuilder> plan, int errno, String likely, String seen) {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan);
        assertThat(diagnosis.errno()).isEqualTo(errno);
        assertThat(diagnosis.causes()).as(diagnosis.message()).isNotEmpty();
        assertThat(diagnosis.causes().getFirst().likely()).contains(likely);
        assertThat(diagnosis.causes().getFirst().seen()).contains(seen);
    }

    @Test
    void aDirectoryIsMountedOnAFile() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        check(
                plan -> {
                    plan.open_tree(directory.toString(), AT_RECURSIVE).into(TREE);
                    plan.openat2(file.toString(), O_PATH, RESOLVE_NO_MAGICLINKS).into(PLACE);
                    plan.move_mount(TREE.value(), PLACE.value());
                },
                EINVAL,
                "a directory can only be mounted on a directory",
                directory + " is a directory, " + file + " is none");
    }

    @Test
    void aFileIsMountedOnADirectoryOfANewRoot() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path root = Files.createDirectories(directory.resolve("root"));
        Files.createDirectories(root.resolve("place"));
        check(
                plan -> {
                    plan.open_tree(file.toString(), 0).into(TREE);
                    plan.chroot(root.toString());
                    plan.openat2("/place", O_PATH, RESOLVE_NO_MAGICLINKS).into(PLACE);
                    plan.move_mount(TREE.value(), PLACE.value());
                },
                EINVAL,
                "a file on a file",
                file + " is no directory, /place is one");
    }

    @Test
    void aLinkLiesWhereNoneIsTaken() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("elsewhere"));
        check(
                plan -> plan.openat2(link + "/below", O_PATH, RESOLVE_NO_SYMLINKS),
                ELOOP,
                "has a symbolic link where a directory of the kernel belongs",
                link + " is a link to elsewhere");
    }

    @Test
    void aMagicLinkLiesOnTheWay() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/proc/self/cwd"));
        check(
                plan -> plan.openat2(link.toString(), O_PATH, RESOLVE_NO_MAGICLINKS),
                ELOOP,
                "a magic link of proc(5)",
                link + " is a link to /proc/self/cwd");
    }

    @Test
    void theSourceIsMissing() {
        check(
                plan -> plan.open_tree(directory + "/no/such", AT_RECURSIVE),
                ENOENT,
                "a part of the path is missing",
                "there is no " + directory + "/no");
    }

    @Test
    void aMountInADirectoryThatWasEnteredByItsDescriptorIsKnown() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        check(
                plan -> {
                    plan.openat2(directory.toString(), O_PATH, RESOLVE_NO_SYMLINKS)
                            .into(PLACE);
                    plan.fchdir(PLACE.value());
                    plan.mount("tmpfs", "file/below", "tmpfs", 0);
                },
                ENOTDIR,
                "part of the path is not a directory",
                file + " is no directory");
    }
}
