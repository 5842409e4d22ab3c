package boxwright.explain;

import static boxwright.kernel.Constants.CLONE_NEWIPC;
import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.CLONE_NEWUSER;
import static boxwright.kernel.Constants.CLONE_NEWUTS;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EAGAIN;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.EMFILE;
import static boxwright.kernel.Errno.ENFILE;
import static boxwright.kernel.Errno.ENODEV;
import static boxwright.kernel.Errno.ENOMEM;
import static boxwright.kernel.Errno.ENOSYS;
import static boxwright.kernel.Errno.EPERM;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Call;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Systems that we do not have here: a directory with the {@code /proc} that they would show. */
class OtherSystemsDiagnosisTest {
    private static final String ROOT_STATUS =
            "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\nSeccomp:\t0\n";
    private static final String USER_STATUS = "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\nSeccomp:\t0\n";

    @TempDir
    private Path root;

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** The diagnosis of the last call of a plan. */
    private Diagnosis last(int errno, Consumer<PlanBuilder> writer) {
        Plan plan = Plan.of(lines -> {
            writer.accept(lines);
            lines.exit_group(0);
        });
        Call failed = plan.calls().get(plan.calls().size() - 2);
        return Diagnosis.of(Failure.of(plan, failed, errno, List.of(), new LiveSystem(root)));
    }

    /** The diagnosis of the last call of a child. */
    private Diagnosis lastOfChild(int errno, long flags, Consumer<PlanBuilder> writer) {
        Plan plan = Plan.of(lines -> {
            lines.clone3(flags, Slot.of("pidfd"), child -> {
                writer.accept(child);
                child.exit_group(0);
            });
            lines.exit_group(0);
        });
        List<Call> child = plan.calls().getFirst().child();
        return Diagnosis.of(Failure.of(plan, child.get(child.size() - 2), errno, List.of(), new LiveSystem(root)));
    }

    private static void clone(PlanBuilder plan, long flags) {
        plan.clone3(flags, Slot.of("pidfd"), child -> child.exit_group(0));
    }

    private static void check(Diagnosis diagnosis, String likely, String seen) {
        assertThat(diagnosis.causes()).as(diagnosis.message()).isNotEmpty();
        assertThat(diagnosis.causes().getFirst().likely()).contains(likely);
        assertThat(diagnosis.causes().getFirst().seen()).contains(seen);
    }

    @Test
    void aMachineThatTellsNothingGetsNoCauses() {
        assertThat(last(EPERM, plan -> clone(plan, CLONE_NEWUTS)).causes()).isEmpty();
        assertThat(last(EINVAL, plan -> plan.pivot_root("/a", "/b")).causes()).isEmpty();
        assertThat(last(ENODEV, plan -> plan.mount("a", "/b", "overlay", 0)).causes())
                .isEmpty();
        assertThat(last(EINVAL, plan -> clone(plan, CLONE_NEWIPC)).causes()).isEmpty();
    }

    @Test
    void aKernelWithoutANamespace() throws IOException {
        file("/proc/self/ns/uts", "");
        check(last(EINVAL, plan -> clone(plan, CLONE_NEWIPC | CLONE_NEWUTS)), "CLONE_NEWIPC", "no /proc/self/ns/ipc");
    }

    @Test
    void aRootInAContainer() throws IOException {
        file("/proc/self/status", ROOT_STATUS.replace("000001ffffffffff", "00000000a80425fb"));
        file("/.dockerenv", "");
        Diagnosis diagnosis = last(EPERM, plan -> clone(plan, CLONE_NEWUTS));
        check(
                diagnosis,
                "root of this container lacks CAP_SYS_ADMIN",
                "CapEff is 00000000a80425fb; /.dockerenv is there");
        assertThat(diagnosis.message()).contains("--privileged");
    }

    @Test
    void aSeccompFilterThatHidesClone3() throws IOException {
        file("/proc/self/status", ROOT_STATUS.replace("Seccomp:\t0", "Seccomp:\t2"));
        file("/proc/sys/kernel/osrelease", "6.1.0-13-amd64\n");
        check(last(ENOSYS, plan -> clone(plan, CLONE_NEWUTS)), "hides this call", "Seccomp is 2");
        check(last(EPERM, plan -> clone(plan, CLONE_NEWUTS)), "a seccomp filter around us", "Seccomp is 2");
    }

    @Test
    void aKernelBeforeClone3() throws IOException {
        file("/proc/sys/kernel/osrelease", "4.19.0\n");
        check(last(ENOSYS, plan -> clone(plan, CLONE_NEWUTS)), "clone3 came with Linux 5.3", "osrelease is 4.19.0");
    }

    @Test
    void aDebianWithoutUserNamespacesForUsers() throws IOException {
        file("/proc/self/status", USER_STATUS);
        file("/proc/sys/kernel/unprivileged_userns_clone", "0\n");
        check(
                last(EPERM, plan -> clone(plan, CLONE_NEWUSER)),
                "only root make user namespaces",
                "unprivileged_userns_clone is 0");
    }

    @Test
    void anUbuntuWhoseAppArmorTakesTheCapabilities() throws IOException {
        file("/proc/self/status", USER_STATUS);
        file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
        check(
                lastOfChild(EPERM, CLONE_NEWUSER | CLONE_NEWUTS, plan -> plan.sethostname("box")),
                "AppArmor takes all capabilities away",
                "apparmor_restrict_unprivileged_userns is 1");
    }

    @Test
    void anUbuntuWhoseAppArmorLetsNobodyMapHimself() throws IOException {
        file("/proc/self/status", USER_STATUS);
        file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
        Consumer<PlanBuilder> map = plan -> {
            plan.open("/proc/self/setgroups", O_WRONLY, 0).into(Slot.of("setgroups"));
            plan.write(Slot.of("setgroups").value(), "deny");
        };
        check(lastOfChild(EPERM, CLONE_NEWUSER, map), "AppArmor takes all", "restrict_unprivileged_userns is 1");
        check(
                lastOfChild(EPERM, CLONE_NEWUSER, plan -> plan.setgroups(List.of())),
                "AppArmor takes all",
                "restrict_unprivileged_userns is 1");
    }

    @Test
    void aProcThatIsMaskedByAContainerAround() throws IOException {
        file(
                "/proc/self/mountinfo",
                "1 1 8:1 / / rw - ext4 d rw\n2 1 0:4 / /proc rw - proc proc rw\n3 2 0:5 / /proc/acpi ro - tmpfs t ro\n");
        check(
                lastOfChild(EPERM, CLONE_NEWUSER | CLONE_NEWNS, plan -> plan.newMount("proc", 0)),
                "may mount proc only where it sees all of it already",
                "/proc/acpi");
    }

    @Test
    void aDiskThatCannotShowItsFilesWithOtherOwners() throws IOException {
        file("/proc/self/mountinfo", "1 1 8:1 / / rw - ext4 d rw\n2 1 0:4 / /images rw - nfs4 server:/ rw\n");
        Files.createDirectories(root.resolve("images/host"));
        Consumer<PlanBuilder> owners = plan -> {
            plan.open_tree("/images/host", 0).into(Slot.of("image"));
            plan.mapOwners(Slot.of("image"), 6);
        };
        check(last(EINVAL, owners), "type nfs4 cannot show its files with other owners", "which holds /images/host");
        file("/proc/sys/kernel/osrelease", "5.10.0\n");
        check(last(ENOSYS, owners), "idmapped mounts came with Linux 5.12", "osrelease is 5.10.0");
    }

    @Test
    void anAppArmorProfileThatDeniesMounts() throws IOException {
        file("/proc/self/status", ROOT_STATUS);
        file("/proc/self/attr/current", "docker-default (enforce)\n");
        check(last(EACCES, plan -> plan.mount("t", "/t", "tmpfs", 0)), "a security module", "docker-default (enforce)");
    }

    @Test
    void aModuleThatIsThereAndNotLoaded() throws IOException {
        file("/proc/filesystems", "nodev\tproc\n\text4\n");
        file("/proc/sys/kernel/osrelease", "6.1.0\n");
        file("/lib/modules/6.1.0/modules.dep", "kernel/fs/overlayfs/overlay.ko.xz:\n");
        Diagnosis diagnosis = last(ENODEV, plan -> plan.mount("overlay", "/m", "overlay", 0));
        check(diagnosis, "no file system of the type overlay", "/proc/filesystems has no overlay");
        assertThat(diagnosis.message()).contains("try      sudo modprobe overlay");
    }

    @Test
    void anInitramfsCannotBePivoted() throws IOException {
        file("/proc/self/mountinfo", "1 1 0:2 / / rw - rootfs none rw\n2 1 0:3 / /new rw - tmpfs tmpfs rw\n");
        check(
                last(EINVAL, plan -> plan.pivot_root("/new", "/new")),
                "an initramfs, which cannot be moved",
                "the type rootfs at /");
    }

    @Test
    void aJvmInAChrootCannotPivot() throws IOException {
        file("/proc/self/mountinfo", "30 20 0:3 / /new rw - tmpfs tmpfs rw\n");
        check(
                last(EINVAL, plan -> plan.pivot_root("/new", "/new")),
                "this process is in a chroot",
                "has no mount at /");
    }

    @Test
    void aSharedHostMadePrivateIsNotBlamed() throws IOException {
        file(
                "/proc/self/mountinfo",
                "20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n21 20 0:3 / /new rw shared:2 - tmpfs t rw\n");
        check(lastOfChild(EINVAL, CLONE_NEWNS, plan -> plan.pivot_root("/new", "/new")), "is shared", "ext4 on /");
        assertThat(lastOfChild(EINVAL, CLONE_NEWNS, plan -> {
                            plan.mount("none", "/", "", MS_REC | MS_PRIVATE);
                            plan.pivot_root("/new", "/new");
                        })
                        .causes())
                .isEmpty();
    }

    @Test
    void aUserNamespaceThatSeesOnlyPartOfProc() throws IOException {
        file(
                "/proc/self/mountinfo",
                "20 1 8:1 / / rw - ext4 a rw\n21 20 0:4 / /proc rw - proc proc rw\n22 21 0:5 / /proc/kcore rw - tmpfs t rw\n");
        check(
                lastOfChild(EPERM, CLONE_NEWUSER | CLONE_NEWNS, plan -> plan.mount("proc", "/proc", "proc", 0)),
                "only where it sees all of it",
                "/proc/kcore");
    }

    @Test
    void limits() throws IOException {
        file(
                "/proc/self/limits",
                "Limit  Soft Limit  Hard Limit  Units\nMax open files            256   4096   files\n");
        file("/proc/sys/fs/file-nr", "9999\t0\t10000\n");
        file("/proc/meminfo", "MemTotal: 100000 kB\nMemAvailable:       1234 kB\n");
        check(last(EMFILE, plan -> plan.open("/x", O_RDONLY, 0)), "as many files open", "Max open files is 256");
        check(last(ENFILE, plan -> plan.open("/x", O_RDONLY, 0)), "the whole system", "9999 of 10000");
        check(last(ENOMEM, plan -> clone(plan, CLONE_NEWUTS)), "out of memory", "MemAvailable is 1234 kB");
    }

    @Test
    void aControlGroupThatIsFull() throws IOException {
        file("/proc/self/cgroup", "0::/user.slice\n");
        file("/sys/fs/cgroup/user.slice/pids.max", "100\n");
        file("/sys/fs/cgroup/user.slice/pids.current", "100\n");
        check(last(EAGAIN, plan -> clone(plan, CLONE_NEWUTS)), "control group is full", "pids.max is 100");
    }
}
