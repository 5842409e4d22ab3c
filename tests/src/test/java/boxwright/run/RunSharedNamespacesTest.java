package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container of {@code boxwright run} shares with the host, and what its own namespaces are set to. */
class RunSharedNamespacesTest {
    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"pid, --pid", "ipc, --ipc", "uts, --uts", "user, --userns"})
    void aNamespaceIsTheHostsOrItsOwn(String namespace, String flag) throws IOException {
        String file = "/proc/self/ns/" + namespace;
        String hosts = Files.readSymbolicLink(Path.of(file)) + "\n";

        assertThat(boxwright.run("run", flag, "host", "host", "readlink", file).out())
                .isEqualTo(hosts);
        assertThat(boxwright
                        .run("run", flag, "private", "host", "readlink", file)
                        .out())
                .isNotEqualTo(hosts)
                .startsWith(namespace + ":[");
    }

    @ParameterizedTest
    @CsvSource({
        "pid, --pid, --userns=private",
        "ipc, --ipc, --userns=private",
        "uts, --uts, --userns=private",
        "net, --network, --userns=private"
    })
    void withUsersOfItsOwnTooTheRestCanBeTheHosts(String namespace, String flag, String users) throws IOException {
        String file = "/proc/self/ns/" + namespace;

        Outcome outcome = boxwright.run("run", users, flag, "host", "host", "readlink", file);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo(Files.readSymbolicLink(Path.of(file)) + "\n");
    }

    @Test
    void theHostsProcessesAreInSight() throws IOException {
        String one = Files.readString(Path.of("/proc/1/comm"));

        assertThat(boxwright
                        .run("run", "--pid=host", "host", "cat", "/proc/1/comm")
                        .out())
                .isEqualTo(one);
        assertThat(boxwright
                        .run("run", "--pid=host", "--userns=private", "host", "cat", "/proc/1/comm")
                        .out())
                .isEqualTo(one);
        assertThat(boxwright.run("run", "host", "cat", "/proc/1/comm").out()).isEqualTo("cat\n");
    }

    @Test
    void theHostsSharedMemoryIsThereWithItsIpcNamespaceOnly() throws IOException {
        Path file = Files.createTempFile(Path.of("/dev/shm"), "boxwright-test", "");
        try {
            for (String users : List.of("--userns=host", "--userns=private")) {
                String script = "ls " + file + "; ls /dev | grep -c shm";
                assertThat(boxwright
                                .run("run", users, "--ipc=host", "host", "sh", "-c", script)
                                .out())
                        .isEqualTo(file + "\n1\n");
                assertThat(boxwright
                                .run("run", users, "host", "sh", "-c", script)
                                .out())
                        .isEqualTo("1\n");
                assertThat(boxwright
                                .run("run", users, "--ipc=none", "host", "sh", "-c", script)
                                .out())
                        .isEqualTo("0\n");
            }
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void theHostsNameIsInTheEnvironmentToo() throws IOException {
        String name = Files.readString(Path.of("/proc/sys/kernel/hostname"));

        assertThat(boxwright
                        .run("run", "--uts=host", "host", "sh", "-c", "hostname; echo $HOSTNAME")
                        .out())
                .isEqualTo(name + name);
    }

    @Test
    void theHostsNetworkHasItsDevicesInSys() {
        String script = "ls /sys/class/net; touch /sys/kernel/x || echo read-only";
        List<String> host = List.of("unshare", "--net", "sh", "-c", "ip link add dummy7 type dummy; exec \"$@\"", "sh");
        for (String users : List.of("--userns=host", "--userns=private")) {
            Outcome outcome = BoxwrightCommand.outcome(
                    boxwright.builder(host, "run", users, "--net=host", "host", "sh", "-c", script), "");
            // In a mount namespace of the machine's own /sys, its devices are those of the network namespace of its
            // mount.
            assertThat(outcome.out()).endsWith("read-only\n");
            assertThat(outcome.out()).contains("lo\n");
        }
    }

    @Test
    void aDomainNameIsSet() {
        assertThat(boxwright
                        .run("run", "--domainname", "example.org", "host", "cat", "/proc/sys/kernel/domainname")
                        .out())
                .isEqualTo("example.org\n");
    }

    @Test
    void settingsAreThoseOfTheContainerOnly() throws IOException {
        Path hosts = Path.of("/proc/sys/kernel/shmmni");
        String before = Files.readString(hosts);
        for (String users : List.of("--userns=host", "--userns=private")) {
            Outcome outcome = boxwright.run(
                    "run",
                    users,
                    "--sysctl=net.ipv4.ip_forward=1",
                    "--sysctl",
                    "kernel.shmmni=77",
                    "--sysctl=fs/mqueue/msg_max=7",
                    "--sysctl=kernel.sem=1 2 3 4",
                    "host",
                    "sh",
                    "-c",
                    "cd /proc/sys; cat net/ipv4/ip_forward kernel/shmmni fs/mqueue/msg_max kernel/sem;"
                            + " echo 0 > net/ipv4/ip_forward || echo read-only");

            assertThat(outcome.out()).isEqualTo("1\n77\n7\n1\t2\t3\t4\nread-only\n");
        }
        assertThat(Files.readString(hosts)).isEqualTo(before);
    }

    @Test
    void aSettingThatTheKernelRefusesIsNamed() {
        Outcome outcome = boxwright.run("run", "--sysctl=net.ipv4.ip_forward=yes", "host", "true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).contains("write(ip_forward, \"yes\", 3): EINVAL");
        assertThat(boxwright
                        .run("run", "--sysctl=net.ipv4.no_such=1", "host", "true")
                        .err())
                .contains("/proc/sys/net/ipv4/no_such", "ENOENT");
    }

    @Test
    void clocksCanBeAheadAndBehind() throws IOException {
        double uptime =
                Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
        for (String users : List.of("--userns=host", "--userns=private")) {
            Outcome outcome = boxwright.run(
                    "run",
                    users,
                    "--time-offset=boottime=1000000",
                    "--time-offset",
                    "monotonic=-0.5",
                    "host",
                    "cat",
                    "/proc/uptime",
                    "/proc/self/timens_offsets");

            assertThat(outcome.err()).isEmpty();
            assertThat(Double.parseDouble(outcome.out().split(" ")[0])).isGreaterThanOrEqualTo(1_000_000 + uptime);
            assertThat(outcome.out().replaceAll(" +", " ")).contains("monotonic -1 500000000", "boottime 1000000 0");
        }
        String file = "/proc/self/ns/time";
        assertThat(boxwright.run("run", "host", "readlink", file).out())
                .isEqualTo(Files.readSymbolicLink(Path.of(file)) + "\n");
    }

    @Test
    void aClockCannotGoBehindTheBoot() {
        Outcome outcome = boxwright.run("run", "--time-offset=boottime=-1000000000", "host", "true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).contains("write(timens_offsets", "ERANGE");
    }

    @ParameterizedTest
    @CsvSource({
        "--uts host --hostname x, --hostname and --uts host exclude each other",
        "--uts host --domainname x, --domainname and --uts host exclude each other",
        "--uts host --sysctl kernel.domainname=x, --sysctl kernel.domainname and --uts host",
        "--network host --sysctl net.ipv4.ip_forward=1, --sysctl net.ipv4.ip_forward and --network host",
        "--ipc host --sysctl kernel.shmmax=1, --sysctl kernel.shmmax and --ipc host",
        "--ipc host --sysctl fs.mqueue.msg_max=1, --sysctl fs.mqueue.msg_max and --ipc host",
        "--sysctl kernel.panic=1, a setting of the whole machine",
        "--sysctl kernel.hostname=x, --hostname",
        "--sysctl net.x, NAME=VALUE",
        "--pid none, must be one of host",
        "--pid container:x, must be one of host",
        "--ipc shareable, must be one of host",
        "--uts container:x, must be one of host",
        "--domainname a/b, not allowed in a domain name",
        "--time-offset realtime=1, monotonic=SECONDS or boottime=SECONDS",
        "--time-offset boottime=x, no number of seconds",
        "--time-offset boottime=1 --time-offset boottime=2, the same clock"
    })
    void whatCannotBeIsToldBeforeAnythingIsMade(String flags, String reason) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(flags.split(" ")));
        words.addAll(List.of("host", "true"));
        Outcome outcome = boxwright.run(words.toArray(String[]::new));

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).startsWith("boxwright: ").contains(reason);
    }
}
