package boxwright.explain;

import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.CLONE_NEWUSER;
import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.MS_SHARED;
import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EINVAL;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each reason of pivot_root(2) that can be had here, had from the kernel. */
class PivotDiagnosisTest {
    @TempDir
    private Path directory;

    private String one = "";
    private String two = "";

    @BeforeEach
    void makeDirectories() throws IOException {
        Machine.needsRoot();
        directory = directory.toRealPath();
        one = directory.resolve("one").toString();
        two = directory.resolve("two").toString();
        Files.createDirectories(directory.resolve("one/inner"));
        Files.createDirectories(directory.resolve("two/inner"));
    }

    private static void tmpfs(PlanBuilder plan, String path) {
        plan.mount("tmpfs", path, "tmpfs", 0);
    }

    private static void check(Diagnosis diagnosis, int errno, String likely, String seen) {
        assertThat(diagnosis.call().systemCall()).isEqualTo(SystemCall.PIVOT_ROOT);
        assertThat(diagnosis.errno()).isEqualTo(errno);
        assertThat(diagnosis.causes()).as(diagnosis.message()).isNotEmpty();
        assertThat(diagnosis.causes().getFirst().likely()).contains(likely);
        assertThat(diagnosis.causes().getFirst().seen()).contains(seen);
    }

    @Test
    void newRootIsAPlainDirectoryOfTheRootMount() {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            plan.mount("/", directory.toString(), "", MS_BIND);
            plan.chroot(directory.toString());
            plan.pivot_root("/tmp", "/tmp");
        });
        check(diagnosis, EBUSY, "the new root lies on the mount of the current root", "/tmp is a plain directory");
    }

    @Test
    void newRootIsNoMountPoint() {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            tmpfs(plan, one);
            plan.mkdir(one + "/new", 0755);
            plan.pivot_root(one + "/new", one + "/new");
        });
        check(diagnosis, EINVAL, "the new root is not a mount point", "has a mount at " + one + "/new");
    }

    @Test
    void theParentOfTheNewRootIsShared() {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            tmpfs(plan, one);
            plan.mount("none", one, "", MS_SHARED);
            plan.mkdir(one + "/new", 0755);
            tmpfs(plan, one + "/new");
            plan.mount("none", one + "/new", "", MS_PRIVATE);
            plan.pivot_root(one + "/new", one + "/new");
        });
        check(diagnosis, EINVAL, "the mount that the new root is mounted on is shared", "tmpfs on " + one);
        assertThat(diagnosis.causes()).hasSize(1);
    }

    @Test
    void thePlanMadeEverythingShared() {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            plan.mount("none", "/", "", MS_REC | MS_SHARED);
            tmpfs(plan, one);
            plan.pivot_root(one, one);
        });
        check(diagnosis, EINVAL, "is shared, so the pivot would propagate", "the plan has made ");
    }

    @Test
    void putOldIsNotUnderTheNewRoot() {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            tmpfs(plan, one);
            tmpfs(plan, two);
            plan.pivot_root(one, two);
        });
        check(diagnosis, EINVAL, "put_old is not at or under the new root", "put_old is " + two);
        assertThat(diagnosis.causes()).hasSize(1);
    }

    @Test
    void theProcessIsInAChroot() {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            plan.chroot(one);
            tmpfs(plan, "/inner");
            plan.pivot_root("/inner", "/inner");
        });
        check(diagnosis, EINVAL, "this process is in a chroot", "chroot to " + one);
        assertThat(diagnosis.causes()).hasSize(1);
    }

    @Test
    void newRootIsOutsideOfTheCurrentRoot() {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            tmpfs(plan, one);
            tmpfs(plan, two);
            plan.chdir(one);
            plan.chroot(two);
            plan.pivot_root(".", ".");
        });
        check(diagnosis, EINVAL, "the new root is not under the current root", "the current root is " + two);
    }

    @Test
    void newRootIsAMountFromOutsideOfTheUserNamespace() {
        Diagnosis diagnosis =
                Provoked.inNewNamespaces(CLONE_NEWUSER | CLONE_NEWNS, plan -> plan.pivot_root("/proc", "/proc"));
        check(diagnosis, EINVAL, "which is locked here", "/proc is in /proc/self/mountinfo");
        assertThat(diagnosis.causes()).hasSize(1);
    }

    @Test
    void aPivotIsFollowedByPathsOfTheNewRoot() {
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            plan.mount(one, one, "", MS_BIND);
            plan.chdir(one);
            plan.pivot_root(".", ".");
            plan.umount2(".", 2);
            plan.chdir("/inner/none/deeper");
        });
        assertThat(diagnosis.causes()).extracting(Cause::seen).containsExactly("there is no " + one + "/inner/none");
    }
}
