package boxwright.run;

import static boxwright.isolation.CgroupContainers.isSecond;
import static boxwright.isolation.CgroupContainers.needs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.isolation.CgroupContainers;
import boxwright.isolation.cgroup.Controller;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Hierarchy;
import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flags about limits: what they do to a container, and what is said of those that cannot be had. */
class RunLimitsTest {
    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    private Outcome inside(String script, String... flags) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(flags));
        words.addAll(List.of("host", "sh", "-c", script));
        Outcome outcome = boxwright.run(words.toArray(String[]::new));
        assertThat(boxwright.leftovers()).as(outcome.err()).isEmpty();
        return outcome;
    }

    @Test
    void memoryAndProcessesAreLimitedAsAsked() {
        needs(Controller.MEMORY, Controller.PIDS);
        String memory = CgroupContainers.inside(Controller.MEMORY)
                + (isSecond(Controller.MEMORY) ? "/memory.max" : "/memory.limit_in_bytes");

        Outcome outcome = inside(
                "cat " + memory + " " + CgroupContainers.inside(Controller.PIDS)
                        + "/pids.max; grep CapEff /proc/self/status",
                "--memory",
                "64m",
                "--pids-limit",
                "50",
                "--cap-drop",
                "ALL");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("67108864\n50\nCapEff:\t0000000000000000\n");
    }

    @Test
    void whoUsesMoreMemoryIsKilledAndTheUserIsToldWhy() {
        needs(Controller.MEMORY);

        Outcome outcome = boxwright.run("run", "-m", "64m", "--memory-swap", "64m", "host", "tail", "/dev/zero");

        assertThat(outcome.err()).isEqualTo("boxwright: killed: it used more than 64 MiB\n");
        assertThat(outcome.exitCode()).isEqualTo(137);
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @Test
    void whoIsKilledBySomebodyElseIsNotSaidToHaveUsedTooMuch() {
        needs(Controller.MEMORY);

        // Number 1 cannot kill itself: somebody outside of its PID namespace has to.
        Outcome outcome = boxwright.run("run", "-m", "64m", "--pid", "host", "host", "sh", "-c", "kill -9 $$");

        assertThat(outcome.exitCode()).isEqualTo(137);
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void aContainerWithoutFlagsIsInAGroupOfItsOwnAndSeesItAsRoot() {
        needs(Controller.FREEZER, Controller.DEVICES);

        Outcome outcome = inside("cat /proc/self/cgroup; mknod /mem c 1 1; head -c 1 /mem; echo x > /dev/null");

        assertThat(outcome.out().lines()).isNotEmpty().allMatch(line -> line.endsWith(":/"));
        assertThat(outcome.err()).contains("/mem", "Operation not permitted").hasLineCount(1);
    }

    @Test
    void theHostsGroupsAreSeenWhereThatIsAskedFor() {
        needs(Controller.FREEZER);

        Outcome outcome = inside(
                "cat /proc/self/cgroup; ls /sys/fs/cgroup | wc -l; mkdir /sys/fs/cgroup/x", "--cgroupns", "host");

        assertThat(outcome.out()).contains("/boxwright-");
        assertThat(outcome.err()).contains("Read-only file system");
    }

    @Test
    void theProcessorsAreThoseThatWereGiven() {
        needs(Controller.CPU, Controller.CPUSET);
        String quota =
                CgroupContainers.inside(Controller.CPU) + (isSecond(Controller.CPU) ? "/cpu.max" : "/cpu.cfs_quota_us");

        Outcome outcome = inside(
                "cat " + quota + "; grep Cpus_allowed_list /proc/self/status", "--cpus", ".5", "--cpuset-cpus", "0");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).startsWith("50000").endsWith("Cpus_allowed_list:\t0\n");
    }

    @Test
    void aNamedParentIsMadeAndGoesWithItsLastContainer() {
        needs(Controller.FREEZER);
        String parent = "/boxwright-test-" + ProcessHandle.current().pid();

        Outcome outcome = inside("cat /proc/1/cgroup", "--cgroupns", "host", "--cgroup-parent", parent + "/below");

        assertThat(outcome.out()).contains(":" + parent + "/below/boxwright-");
        for (Hierarchy hierarchy : Hierarchies.here().all()) {
            assertThat(hierarchy.point().resolve(parent.substring(1))).doesNotExist();
        }
    }

    @Test
    void aDeviceOfTheHostCanBeUsedAsFarAsAllowed() {
        needs(Controller.DEVICES);
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "needs /dev/fuse, a device that is no danger to anybody");

        assertThat(inside("exec 3<>/dev/fuse && echo opened", "--device", "/dev/fuse")
                        .out())
                .isEqualTo("opened\n");
        assertThat(inside("exec 3<>/dev/deep/er && echo opened", "--device", "/dev/fuse:/dev/deep/er")
                        .out())
                .isEqualTo("opened\n");
        Outcome readOnly =
                inside("exec 3</dev/fuse && echo read; exec 3>/dev/fuse && echo written", "--device", "/dev/fuse:r");
        assertThat(readOnly.out()).isEqualTo("read\n");
        assertThat(readOnly.err()).contains("Operation not permitted");
        assertThat(inside("mknod /fuse c 10 229 && exec 3<>/fuse && echo opened", "--device-cgroup-rule", "c 10:229 rw")
                        .out())
                .isEqualTo("opened\n");
    }

    @Test
    void aDeviceInAUserNamespaceIsTheHostsOwnNode() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "needs /dev/fuse, a device that is no danger to anybody");
        assumeTrue(
                Files.getPosixFilePermissions(Path.of("/dev/fuse")).contains(PosixFilePermission.OTHERS_WRITE),
                "needs a /dev/fuse that everybody may open: root inside is not root of the machine");

        assertThat(inside("exec 3<>/dev/fuse && echo opened", "--userns", "private", "--device", "/dev/fuse")
                        .out())
                .isEqualTo("opened\n");
    }

    @Test
    void eachProcessHasTheLimitsOfItsOwn() {
        String limits = "ulimit -n; ulimit -Hn; ulimit -c; ulimit -s; cat /proc/self/oom_score_adj";

        Outcome outcome = inside(
                limits,
                "--ulimit",
                "nofile=100:200",
                "--ulimit",
                "core=0",
                "--ulimit",
                "stack=4194304",
                "--ulimit",
                "nofile=101:201",
                "--oom-score-adj",
                "500");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("101\n201\n0\n4096\n500\n");
    }

    @Test
    void sharedMemoryHasTheSizeThatWasAskedFor() {
        String script = "grep ' /dev/shm ' /proc/mounts; head -c 2000000 /dev/zero > /dev/shm/file || echo full";

        Outcome outcome = inside(script, "--shm-size", "1m");

        assertThat(outcome.out()).contains("size=1024k").endsWith("full\n");
        assertThat(inside(script).out()).contains("size=65536k").doesNotContain("full");
    }

    /** Nothing is made for any of them: the message comes first. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            -m 5m                                   | minimum memory limit allowed is 6 MiB
            --memory-swap 64m                       | you should always set the memory limit when using the memory-swap limit
            -m 64m --memory-swap 32m                | minimum memory-swap limit should be larger than the memory limit
            -m 64m --memory-reservation 65m         | minimum memory limit can not be less than the memory reservation limit
            --memory-reservation 1m                 | minimum memory reservation allowed is 6 MiB
            --memory-swappiness 101                 | invalid value: 101, valid memory swappiness range is 0-100
            --cpus 100000                           | range of CPUs is from 0.01 to
            --cpus 0.001                            | range of CPUs is from 0.01 to
            --cpus 1 --cpu-quota 50000              | conflicting options: --cpus says the same as --cpu-quota
            --cpus 1 --cpu-period 50000             | conflicting options: --cpus says the same as --cpu-period
            --cpu-period 999                        | CPU cfs period can not be less than 1ms
            --cpu-period 1000001                    | CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s
            --cpu-quota 999                         | CPU cfs quota can not be less than 1ms
            -c 1                                    | invalid CPU shares (1)
            --cpuset-cpus 0-                        | invalid value for --cpuset-cpus: '0-' is no list of numbers
            --cpuset-mems x                         | invalid value for --cpuset-mems: 'x' is no list of numbers
            --blkio-weight 9                        | range of blkio weight is from 10 to 1000
            --blkio-weight 1001                     | range of blkio weight is from 10 to 1000
            --oom-score-adj 1001                    | invalid value 1001, range for oom score adj is [-1000, 1000]
            --cgroup-parent ../x                    | --cgroup-parent ../x: a path from the root of the cgroups
            --device /dev/no-such                   | --device /dev/no-such: there is no such device
            --device /etc/passwd                    | --device /etc/passwd: not a device node
            --device /etc                           | --device /etc: there is no device in this directory
            --ulimit nofile=99999999999             | --ulimit nofile=99999999999:99999999999:
            """)
    void nonsenseIsRefusedWithOneMessage(String flags, String message) {
        Outcome outcome = boxwright.run(("run " + flags.strip() + " host true").split(" +"));

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).startsWith("boxwright: " + message).hasLineCount(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @Test
    void processorsThatTheMachineDoesNotHaveAreRefused() {
        needs(Controller.CPUSET);

        Outcome outcome = boxwright.run("run", "--cpuset-cpus", "0,4095", "host", "true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err())
                .startsWith("boxwright: requested processors are not available: requested 0,4095, available: 0");
    }

    @Test
    void whereThereAreNoCgroupsAContainerRunsWithAWarningAndALimitIsAnError() {
        List<String> without =
                List.of("unshare", "--mount", "sh", "-c", "umount -l -R /sys/fs/cgroup 2>/dev/null; exec \"$@\"", "sh");

        Outcome plain = BoxwrightCommand.outcome(boxwright.builder(without, "run", "host", "echo", "ran"), "");
        Outcome limited = BoxwrightCommand.outcome(
                boxwright.builder(without, "run", "--pids-limit", "5", "-m", "64m", "host", "echo", "ran"), "");

        assertThat(plain.out()).isEqualTo("ran\n");
        assertThat(plain.err())
                .startsWith(
                        "boxwright: warning: not enforced: which devices the container may use: no cgroup file system"
                                + " is mounted.")
                .hasLineCount(1);
        assertThat(limited.exitCode()).isEqualTo(125);
        assertThat(limited.out()).isEmpty();
        assertThat(limited.err())
                .startsWith("boxwright: --memory, --pids-limit cannot be had here: no cgroup file system is mounted.")
                .contains("sudo mount -t cgroup2")
                .hasLineCount(1);
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @Test
    void aHardLimitIsRaisedOnlyByWhoMay() throws IOException {
        assumeTrue(
                Files.readString(Path.of("/proc/self/limits")).contains("Max open files"), "needs /proc/self/limits");
        List<String> low =
                List.of("setpriv", "--bounding-set=-sys_resource", "sh", "-c", "ulimit -n 512; exec \"$@\"", "sh");

        Outcome outcome =
                BoxwrightCommand.outcome(boxwright.builder(low, "run", "--ulimit", "nofile=1024", "host", "true"), "");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err())
                .startsWith("boxwright: --ulimit nofile=1024:1024: raising a hard limit needs CAP_SYS_RESOURCE")
                .contains("ours is 512");
    }
}
