package boxwright.explain;

import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Constants.MS_REMOUNT;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENODEV;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOSPC;
import static boxwright.kernel.Errno.ENOTDIR;
import static boxwright.kernel.Errno.EROFS;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.kernel.PlanBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountDiagnosisTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void needsRoot() throws IOException {
        Machine.needsRoot();
        directory = directory.toRealPath();
    }

    private String make(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name)).toString();
    }

    private static void check(Consumer<PlanBuilder> plan, int errno, String likely, String seen) {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan);
        assertThat(diagnosis.errno()).isEqualTo(errno);
        assertThat(diagnosis.causes()).as(diagnosis.message()).isNotEmpty();
        assertThat(diagnosis.causes().getFirst().likely()).contains(likely);
        assertThat(diagnosis.causes().getFirst().seen()).contains(seen);
    }

    private static void needsOverlay() throws IOException {
        Assumptions.assumeTrue(
                Files.readString(Path.of("/proc/filesystems")).contains("overlay"), "needs overlayfs in the kernel");
    }

    private static String overlay(String lower, String upper, String work) {
        return "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work;
    }

    @Test
    void theKernelDoesNotHaveTheFileSystem() {
        check(
                plan -> plan.mount("none", directory.toString(), "nosuchfs", 0),
                ENODEV,
                "no file system of the type nosuchfs",
                "/proc/filesystems has no nosuchfs");
    }

    @Test
    void theTargetIsMissing() {
        check(
                plan -> plan.mount("tmpfs", directory + "/no/such/place", "tmpfs", 0),
                ENOENT,
                "a part of the path is missing",
                "there is no " + directory + "/no");
    }

    @Test
    void theSourceOfABindIsMissing() {
        check(
                plan -> plan.mount(directory + "/none", directory.toString(), "", MS_BIND),
                ENOENT,
                "there is no such file",
                "there is no " + directory + "/none");
    }

    @Test
    void aLayerOfAnOverlayIsMissing() throws IOException {
        needsOverlay();
        String lower = make("lower");
        String upper = make("upper");
        check(
                plan -> plan.mount("overlay", upper, "overlay", 0, overlay(lower, upper, directory + "/work")),
                ENOENT,
                "there is no such file",
                "there is no " + directory + "/work");
    }

    @Test
    void aFileCannotBeBoundOverADirectory() throws IOException {
        String file = Files.writeString(directory.resolve("file"), "").toString();
        check(
                plan -> plan.mount(file, directory.toString(), "", MS_BIND),
                ENOTDIR,
                "a directory can only be bound over a directory",
                file + " is no directory");
    }

    @Test
    void theSameFileSystemIsMountedThereAlready() {
        check(
                plan -> {
                    plan.mount("sysfs", directory.toString(), "sysfs", 0);
                    plan.mount("sysfs", directory.toString(), "sysfs", 0);
                },
                EBUSY,
                "the same file system is mounted there already",
                "the plan has sysfs on " + directory);
    }

    @Test
    void thereIsNoMountToRemount() {
        check(
                plan -> plan.mount("none", directory.toString(), "", MS_BIND | MS_REMOUNT | MS_RDONLY),
                EINVAL,
                "these flags change a mount, and there is none",
                "has a mount at " + directory);
    }

    @Test
    void thereIsNothingToUnmount() {
        check(plan -> plan.umount2(directory.toString(), 0), EINVAL, "nothing is mounted there", directory.toString());
    }

    @Test
    void otherMountsLieBelow() {
        check(
                plan -> {
                    plan.mount("tmpfs", directory.toString(), "tmpfs", 0);
                    plan.mkdir(directory + "/below", 0755);
                    plan.mount("tmpfs", directory + "/below", "tmpfs", 0);
                    plan.umount2(directory.toString(), 0);
                },
                EBUSY,
                "other mounts lie below it",
                directory + "/below");
    }

    @Test
    void theWritableLayerLiesOnAnOverlay() throws IOException {
        needsOverlay();
        String lower = make("lower");
        String first = overlay(lower, make("upper"), make("work"));
        String merged = make("merged");
        check(
                plan -> {
                    plan.mount("overlay", merged, "overlay", 0, first);
                    plan.mkdir(merged + "/upper", 0755);
                    plan.mkdir(merged + "/work", 0755);
                    plan.mount("overlay", merged, "overlay", 0, overlay(lower, merged + "/upper", merged + "/work"));
                },
                EINVAL,
                "cannot lie on a file system of the type overlay",
                "overlay on " + merged);
    }

    @Test
    void upperAndWorkAreOnDifferentMounts() throws IOException {
        needsOverlay();
        String lower = make("lower");
        String upper = make("upper");
        String work = make("work");
        check(
                plan -> {
                    plan.mount("tmpfs", work, "tmpfs", 0);
                    plan.mount("overlay", lower, "overlay", 0, overlay(lower, upper, work));
                },
                EINVAL,
                "upperdir and workdir must be on the same mount",
                "workdir on the tmpfs on " + work);
    }

    @Test
    void upperAndWorkLieInsideEachOther() throws IOException {
        needsOverlay();
        String lower = make("lower");
        String upper = make("upper");
        String work = make("upper/work");
        check(
                plan -> plan.mount("overlay", lower, "overlay", 0, overlay(lower, upper, work)),
                EINVAL,
                "must not lie inside each other",
                work);
    }

    @Test
    void theOptionsAreTooLong() throws IOException {
        needsOverlay();
        // The kernel cuts them in the middle of a layer's name, and does not find what is left of it.
        String layers = String.join(":", Collections.nCopies(60, make("l".repeat(100))));
        String options = "upperdir=" + make("upper") + ",lowerdir=" + layers + ",workdir=" + make("work");
        check(
                plan -> plan.mount("overlay", directory.toString(), "overlay", 0, options),
                ENOENT,
                "the options are too long",
                "they have " + options.length() + " bytes");
    }

    @Test
    void overlayfsToldTheKernelLogWhy() throws IOException {
        needsOverlay();
        Assumptions.assumeTrue(Files.isReadable(Path.of("/dev/kmsg")), "needs /dev/kmsg");
        String lower = make("lower");
        Diagnosis diagnosis = Provoked.inPrivateMounts(
                plan -> plan.mount("overlay", lower, "overlay", 0, "lowerdir=" + lower + ",nosuchoption=1"));
        assertThat(diagnosis.errno()).isEqualTo(EINVAL);
        assertThat(diagnosis.causes())
                .as(diagnosis.message())
                .extracting(Cause::likely)
                .anyMatch(likely -> likely.contains("nosuchoption"));
    }

    @Test
    void theMountIsReadOnly() {
        check(
                plan -> {
                    plan.mount("tmpfs", directory.toString(), "tmpfs", MS_RDONLY);
                    plan.mkdir(directory + "/new", 0755);
                },
                EROFS,
                "it is on a read-only mount",
                "tmpfs on " + directory);
    }

    @Test
    void aFullFileSystemOfThePlanIsNotTakenForTheHosts() {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            plan.mount("tmpfs", directory.toString(), "tmpfs", 0, "nr_inodes=1");
            plan.mkdir(directory + "/new", 0755);
        });
        assertThat(diagnosis.errno()).isEqualTo(ENOSPC);
        assertThat(diagnosis.causes()).isEmpty();
    }

    @Test
    void aMissingFileOfTheImageIsNamedAsItIsInTheImage() throws IOException {
        needsOverlay();
        String lower = make("lower");
        Files.createDirectories(directory.resolve("lower/etc"));
        String merged = make("merged");
        String options = overlay(lower, make("upper"), make("work"));
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            plan.mount("overlay", merged, "overlay", 0, options);
            plan.chroot(merged);
            plan.open("/etc/none", O_RDONLY, 0);
        });
        assertThat(diagnosis.causes())
                .extracting(Cause::seen)
                .isEqualTo(List.of("there is no " + merged + "/etc/none (" + directory + "/upper/etc/none or " + lower
                        + "/etc/none)"));
    }
}
