package boxwright.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.engine.doctor.Check;
import boxwright.engine.doctor.Findings;
import boxwright.engine.doctor.Status;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import boxwright.kernel.SystemCall;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says about machines that are not here: the files are theirs, and so are the kernel's answers. */
class OtherMachinesTest {
    @TempDir
    private Path root;

    private Machine machine;

    @BeforeEach
    void plainLinux() {
        machine = new Machine(root);
    }

    @Test
    void aDebianWithCgroupsOfTheSecondVersionRunsContainersForRoot() {
        machine.file("/sys/module/apparmor/parameters/enabled", "Y")
                .file("/proc/self/attr/current", "unconfined")
                .program("/usr/sbin/apparmor_parser");
        Findings findings = machine.examine();
        assertThat(findings.stoppers()).isEmpty();
        assertThat(findings.count(Status.MISSING)).isZero();
        assertThat(Machine.check(findings, "cgroups", "cgroup").found()).isEqualTo("v2 at /sys/fs/cgroup");
        assertThat(Machine.check(findings, "cgroups", "sub-cgroups").status()).isEqualTo(Status.OK);
        assertThat(Machine.check(findings, "security", "AppArmor").found())
                .isEqualTo("on; our profile: unconfined; that of a container: boxwright-default-1");
        assertThat(Machine.check(findings, "security", "Landlock").found())
                .isEqualTo("ABI version 4: files and their truncation, TCP ports");
        assertThat(Machine.check(findings, "machine", "surroundings").found()).isEqualTo("not in a container");
    }

    @Test
    void anAppArmorWithoutItsParserConfinesNobody() {
        machine.file("/sys/module/apparmor/parameters/enabled", "Y").file("/proc/self/attr/current", "unconfined");
        Check check = Machine.check(machine.examine(), "security", "AppArmor");
        assertThat(check.status()).isEqualTo(Status.LIMITED);
        assertThat(check.fix()).contains("apparmor");
    }

    @Test
    void aUserOfUbuntu2404MakesUserNamespacesThatAppArmorEmpties() {
        machine.user(1000, "0000000000000000", 0)
                .file("/proc/sys/kernel/unprivileged_userns_clone", "1")
                .file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")
                .file("/sys/module/apparmor/parameters/enabled", "Y")
                .file("/etc/subuid", "ann:100000:65536")
                .file("/etc/subgid", "ann:100000:65536")
                .program("/usr/bin/newuidmap")
                .program("/usr/bin/newgidmap")
                .kernel(new AnsweringKernel(call -> switch (call.systemCall()) {
                    case CLONE3 -> call.child().isEmpty() || Machine.makes(call, "CLONE_NEWUSER") ? 100 : -Errno.EPERM;
                    case MOUNT -> -Errno.EACCES;
                    default -> 1;
                }));
        Findings findings = machine.examine();
        Check users = Machine.check(findings, "user", "user namespaces");
        assertThat(users.status()).isEqualTo(Status.MISSING);
        assertThat(users.found())
                .isEqualTo("kernel.apparmor_restrict_unprivileged_userns=1, mount: EACCES (Permission denied)");
        assertThat(users.step()).isEqualTo("06-user-namespace");
        assertThat(users.fix()).startsWith("sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
        assertThat(Machine.check(findings, "user", "id map helpers").status()).isEqualTo(Status.OK);
        assertThat(Machine.check(findings, "user", "subordinate ids").found())
                .isEqualTo("subuid 100000:65536, subgid 100000:65536");
        assertThat(Machine.check(findings, "namespaces", "pid").status()).isEqualTo(Status.MISSING);
        assertThat(findings.stoppers())
                .extracting(Check::name)
                .startsWith("capabilities")
                .contains("pid", "uts", "mnt");
    }

    @Test
    void aUserWhoMayMakeUserNamespacesHasTheOthersInsideThem() {
        machine.user(1000, "0000000000000000", 0)
                .kernel(new AnsweringKernel(call -> call.systemCall() == SystemCall.CLONE3
                                && !call.child().isEmpty()
                                && !Machine.makes(call, "CLONE_NEWUSER")
                        ? -Errno.EPERM
                        : 1));
        Findings findings = machine.examine();
        assertThat(Machine.check(findings, "user", "user namespaces").status()).isEqualTo(Status.OK);
        assertThat(Machine.check(findings, "user", "user").found())
                .isEqualTo("ann, uid 1000, root in a user namespace");
        assertThat(Machine.check(findings, "user", "capabilities").status()).isEqualTo(Status.LIMITED);
        assertThat(Machine.check(findings, "namespaces", "net").found())
                .startsWith("clone3 makes one inside a user namespace");
        assertThat(Machine.check(findings, "file systems", "overlay").found())
                .isEqualTo("mount works, inside a user namespace");
        assertThat(findings.stoppers()).isEmpty();
    }

    @Test
    void aDebianThatKeepsUserNamespacesForRootSaysSoToRootAndToUsers() {
        machine.file("/proc/sys/kernel/unprivileged_userns_clone", "0");
        assertThat(machine.check("user", "user namespaces").status()).isEqualTo(Status.LIMITED);
        machine.user(1000, "0000000000000000", 0).kernel(new AnsweringKernel(call -> -Errno.EPERM));
        Check check = machine.check("user", "user namespaces");
        assertThat(check.status()).isEqualTo(Status.MISSING);
        assertThat(check.fix()).startsWith("sudo sysctl -w kernel.unprivileged_userns_clone=1");
    }

    @Test
    void aRhelShowsItsSelinuxAndALimitOfZeroOnUserNamespaces() {
        machine.file("/proc/sys/kernel/osrelease", "5.14.0-503.el9.x86_64")
                .file("/sys/fs/selinux/enforce", "1")
                .file("/etc/selinux/config", "SELINUX=enforcing")
                .file("/proc/self/attr/current", "unconfined_u:unconfined_r:unconfined_t:s0\0")
                .file("/proc/sys/user/max_user_namespaces", "0");
        Findings findings = machine.examine();
        assertThat(Machine.check(findings, "security", "SELinux").found())
                .startsWith("enforcing; our label: unconfined_u:unconfined_r:unconfined_t:s0; ");
        assertThat(Machine.check(findings, "security", "AppArmor").status()).isEqualTo(Status.OK);
        Check users = Machine.check(findings, "user", "user namespaces");
        assertThat(users.found()).isEqualTo("user.max_user_namespaces=0");
        assertThat(users.fix()).startsWith("sudo sysctl -w user.max_user_namespaces=15000");
        assertThat(findings.stoppers()).isEmpty();
    }

    @Test
    void anAlpineWithoutOverlayRunsContainersOnCopies() {
        machine.file(
                        "/proc/filesystems",
                        "nodev\ttmpfs\nnodev\tproc\nnodev\tsysfs\nnodev\tdevpts\nnodev\tmqueue\n\text4")
                .program("/bin/busybox")
                .kernel(new AnsweringKernel(call -> Machine.mounts(call, "overlay") ? -Errno.ENODEV : 1));
        Findings findings = machine.examine();
        Check overlay = Machine.check(findings, "file systems", "overlay");
        assertThat(overlay.status()).isEqualTo(Status.LIMITED);
        assertThat(overlay.found()).isEqualTo("mount: ENODEV (No such device)");
        assertThat(overlay.fix()).contains("modprobe overlay", "CONFIG_OVERLAY_FS");
        assertThat(Machine.check(findings, "machine", "programs").found()).startsWith("/bin/busybox");
        assertThat(findings.stoppers()).isEmpty();
    }

    @Test
    void aContainerOfDockerWithoutPrivilegeIsRecognisedByWhatIsTaken() {
        machine.user(0, "00000000a80425fb", 2) // Docker's default set
                .file("/.dockerenv", "")
                .link("/proc/self/ns/pid", "pid:[4026532281]")
                .mounts(
                        "812 700 0:51 / / rw,relatime - overlay overlay rw,lowerdir=/a,upperdir=/b,workdir=/c",
                        Machine.secondCgroup("ro"))
                .kernel(new AnsweringKernel(call -> switch (call.systemCall()) {
                    case CLONE3 -> -Errno.ENOSYS;
                    case MOUNT_SETATTR, OPEN_TREE -> -Errno.EPERM;
                    default -> 1;
                }));
        Findings findings = machine.examine();
        assertThat(Machine.check(findings, "machine", "surroundings").found())
                .isEqualTo("in a container (/.dockerenv)");
        assertThat(Machine.check(findings, "machine", "system calls").fix()).contains("seccomp=unconfined");
        assertThat(Machine.check(findings, "security", "on ourselves").found()).isEqualTo("a seccomp filter");
        Check capabilities = Machine.check(findings, "user", "capabilities");
        assertThat(capabilities.status()).isEqualTo(Status.MISSING);
        assertThat(capabilities.found())
                .contains("CAP_SYS_ADMIN", "CAP_NET_ADMIN")
                .doesNotContain("CAP_MKNOD");
        assertThat(capabilities.fix()).contains("--privileged");
        assertThat(Machine.check(findings, "cgroups", "sub-cgroups").found()).contains("mounted read-only");
        assertThat(Machine.check(findings, "file systems", "upper layer").found())
                .isEqualTo("/var/lib is overlay, which cannot hold one");
        assertThat(findings.stoppers()).extracting(Check::name).contains("capabilities", "pid", "system calls");
    }

    @Test
    void aFirstPidNamespaceOutweighsTheSignsOfAContainer() {
        machine.file("/.dockerenv", "");
        assertThat(machine.check("machine", "surroundings").status()).isEqualTo(Status.OK);
    }

    @Test
    void aKernelWithoutCloseRangeCannotRunAPlan() {
        machine.file("/proc/sys/kernel/osrelease", "4.18.0-553.el8_10.x86_64").lacks(SystemCall.CLOSE_RANGE);
        Findings findings = machine.examine();
        assertThat(Machine.check(findings, "machine", "kernel").status()).isEqualTo(Status.LIMITED);
        Check calls = Machine.check(findings, "machine", "system calls");
        assertThat(calls.found()).isEqualTo("no close_range (ENOSYS (Function not implemented))");
        assertThat(findings.stoppers()).containsExactly(calls);
    }

    @Test
    void aKernelWithoutMountSetattrIsLimitedOnly() {
        machine.lacks(SystemCall.MOUNT_SETATTR);
        assertThat(machine.check("machine", "system calls").status()).isEqualTo(Status.LIMITED);
        assertThat(machine.examine().stoppers()).isEmpty();
    }

    @Test
    void aNamespaceThatTheKernelLacksAsksForItsOption() {
        machine.without("/proc/self/ns/time")
                .kernel(new AnsweringKernel(call -> Machine.makes(call, "CLONE_NEWIPC") ? -Errno.EINVAL : 1));
        assertThat(machine.check("namespaces", "time").found()).isEqualTo("not in this kernel");
        Check ipc = machine.check("namespaces", "ipc");
        assertThat(ipc.found()).isEqualTo("clone3: EINVAL (Invalid argument)");
        assertThat(ipc.fix()).contains("CONFIG_IPC_NS");
    }

    @Test
    void aLimitThatIsReachedNamesTheSysctlAndItsValue() {
        machine.file("/proc/sys/user/max_net_namespaces", "0")
                .kernel(new AnsweringKernel(call -> Machine.makes(call, "CLONE_NEWNET") ? -Errno.ENOSPC : 1));
        Check net = machine.check("namespaces", "net");
        assertThat(net.found()).isEqualTo("clone3: ENOSPC (No space left on device)");
        assertThat(net.fix()).startsWith("it is 0 here: sudo sysctl -w user.max_net_namespaces=15000");
    }

    @Test
    void aHybridLayoutAndAFirstVersionAloneAreToldApart() {
        String memory = "40 25 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";
        String second = "41 25 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw";
        machine.mounts("25 1 8:1 / / rw - ext4 /dev/sda1 rw", memory, second);
        assertThat(machine.check("cgroups", "cgroup").found())
                .isEqualTo("hybrid: v2 at /sys/fs/cgroup/unified, 1 hierarchies of v1 beside it");
        machine.mounts("25 1 8:1 / / rw - ext4 /dev/sda1 rw", memory);
        assertThat(machine.check("cgroups", "cgroup").found()).isEqualTo("v1 only, 1 hierarchies");
        assertThat(machine.check("cgroups", "controllers").found()).isEqualTo("memory; no cpu, no pids");
        machine.mounts("25 1 8:1 / / rw - ext4 /dev/sda1 rw");
        assertThat(machine.check("cgroups", "cgroup").status()).isEqualTo(Status.MISSING);
    }

    @Test
    void aRaspberryPiThatSwitchedMemoryOffGetsTheBootOption() {
        machine.cgroup("cpuset cpu io pids", "/user.slice");
        Check controllers = machine.check("cgroups", "controllers");
        assertThat(controllers.found()).isEqualTo("cpu cpuset io pids; no memory");
        assertThat(controllers.fix()).isEqualTo("boot with cgroup_enable=memory");
    }

    @Test
    void landlockThatIsBuiltInButNotSwitchedOnGetsTheBootOption() {
        machine.file("/sys/kernel/security/lsm", "capability,yama")
                .kernel(new AnsweringKernel(
                        call -> call.systemCall() == SystemCall.LANDLOCK_CREATE_RULESET ? -Errno.EOPNOTSUPP : 1));
        assertThat(machine.check("security", "Landlock").fix()).isEqualTo("boot with lsm=landlock,capability,yama");
    }

    @Test
    void aKernelThatForbidsMemfdsRunsTheLauncherFromAFile() {
        machine.file("/proc/sys/vm/memfd_noexec", "2");
        assertThat(machine.check("machine", "launcher").found())
                .isEqualTo("runs from an unnamed file in /var/lib (vm.memfd_noexec=2)");
    }

    @Test
    void whereNoPlanCanBeRunTheReasonIsToldAndTheProbesAreUnknown() {
        machine.kernel(plan -> {
            throw new KernelException("posix_spawn(\"/proc/self/fd/65\")", Errno.EACCES);
        });
        Findings findings = machine.examine();
        Check launcher = Machine.check(findings, "machine", "launcher");
        assertThat(launcher.found()).isEqualTo("posix_spawn(\"/proc/self/fd/65\"): EACCES (Permission denied)");
        assertThat(findings.stoppers()).contains(launcher);
        assertThat(Machine.check(findings, "namespaces", "pid").status()).isEqualTo(Status.UNKNOWN);
        assertThat(Machine.check(findings, "security", "Landlock").status()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void aMaskedProcIsExplained() {
        machine.kernel(new AnsweringKernel(call -> Machine.mounts(call, "proc") ? -Errno.EPERM : 1));
        Check proc = machine.check("file systems", "proc");
        assertThat(proc.fix()).contains("masked", "systempaths=unconfined");
        assertThat(proc.stopsRun()).isTrue();
    }

    @Test
    void rootInAUserNamespaceMayMakeNoDevicesAndMountsTheHosts() {
        machine.link("/proc/self/ns/user", "user:[4026532400]")
                .kernel(new AnsweringKernel(call -> call.systemCall() == SystemCall.MKNODAT ? -Errno.EPERM : 1));
        Findings findings = machine.examine();
        assertThat(Machine.check(findings, "machine", "surroundings").found())
                .isEqualTo("in a container (not in the machine's first user namespace)");
        assertThat(Machine.check(findings, "file systems", "devices").found())
                .isEqualTo("mknodat: EPERM (Operation not permitted): in a user namespace, the host's are mounted");
        assertThat(findings.stoppers()).isEmpty();
    }

    @Test
    void aRootWithoutTheCapabilityMayMakeNoDevices() {
        machine.kernel(new AnsweringKernel(call -> call.systemCall() == SystemCall.MKNODAT ? -Errno.EPERM : 1));
        assertThat(machine.examine().stoppers()).extracting(Check::name).containsExactly("devices");
    }

    @Test
    void aRootInMemoryCannotBeExchanged() {
        machine.mounts("1 1 0:2 / / rw - rootfs rootfs rw")
                .kernel(new AnsweringKernel(call -> call.systemCall() == SystemCall.PIVOT_ROOT ? -Errno.EINVAL : 1));
        assertThat(machine.check("file systems", "root").found())
                .isEqualTo("rootfs at /, pivot_root: EINVAL (Invalid argument)");
    }

    @Test
    void aMachineWithoutAShellCannotMakeTheImageHost() {
        machine.without("/bin/sh");
        assertThat(machine.examine().stoppers()).extracting(Check::name).containsExactly("programs");
    }

    @Test
    void theFirstWslIsSentToTheSecond() {
        machine.file("/proc/sys/kernel/osrelease", "4.4.0-19041-Microsoft");
        assertThat(machine.check("machine", "surroundings").fix()).contains("wsl --set-version");
        machine.file("/proc/sys/kernel/osrelease", "5.15.167.4-microsoft-standard-WSL2");
        assertThat(machine.check("machine", "surroundings").status()).isEqualTo(Status.OK);
    }

    @Test
    void anotherSystemThanLinuxIsAskedNothingMore() {
        machine.property("os.name", "Mac OS X").kernel(plan -> {
            throw new AssertionError("its system calls have other numbers");
        });
        Findings findings = machine.examine();
        assertThat(findings.checks()).hasSize(1);
        assertThat(findings.stoppers()).extracting(Check::fix).allMatch(fix -> fix.contains("limactl"));
    }

    @Test
    void whateverIsNotWellSaysWhyAndWhatToDo() {
        machine.user(1000, "0000000000000000", 2).without("/bin/sh").kernel(new AnsweringKernel(call -> -Errno.EPERM));
        List<Check> unwell = machine.examine().checks().stream()
                .filter(check -> check.status() == Status.MISSING || check.status() == Status.LIMITED)
                .toList();
        assertThat(unwell).hasSizeGreaterThan(12).allSatisfy(check -> {
            assertThat(check.why()).as(check.name()).isNotEmpty();
            assertThat(check.fix()).as(check.name()).isNotEmpty();
        });
    }
}
