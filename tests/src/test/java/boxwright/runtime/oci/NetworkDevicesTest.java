package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Network devices that a container is given, of a host that is a network namespace of the test. */
class NetworkDevicesTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void needs() {
        Machine.needsRoot();
        Machine.needs("ip");
    }

    /**
     * Runs a container on such a host, and says what the host has afterwards.
     *
     * @param host commands that make the devices
     */
    private Finished onHost(Box box, String host, String inside) {
        box.script(inside).write();
        List<String> line = new ArrayList<>(List.of("unshare", "--net", "sh", "-c"));
        line.add("ip link set lo up; " + host + "; \"$@\"; status=$?; echo on the host; ip -o link >&1; exit $status");
        line.add("sh");
        line.addAll(box.runtime.line("run", "--bundle", directory.toString(), box.id));
        return Finished.of(directory, line);
    }

    @Test
    @Must({"network-devices-addresses", "network-devices-up"})
    void aDeviceMovesWithItsAddressesAndIsUp() throws Exception {
        try (Box box = new Box(directory).with("linux.netDevices", "{\"end0\": {\"name\": \"inner0\"}}")) {
            Finished outcome = onHost(
                    box,
                    "ip link add end0 address 02:00:00:00:00:01 mtu 1400 type veth peer name far0;"
                            + " ip addr add 10.77.1.5/24 broadcast + dev end0;"
                            + " ip addr add 10.77.2.5 peer 10.77.2.9 dev end0; ip addr add 2001:db8::5/64 nodad dev end0;"
                            + " ip addr add 10.77.3.5/24 scope link dev end0",
                    "busybox ip addr show inner0; busybox ip route");

            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            String inside = outcome.out().substring(0, outcome.out().indexOf("on the host"));
            String host = outcome.out().substring(outcome.out().indexOf("on the host"));
            assertThat(inside)
                    .contains("mtu 1400", ",UP,", "02:00:00:00:00:01")
                    .contains("inet 10.77.1.5/24 brd 10.77.1.255 scope global")
                    .contains("inet 10.77.2.5 peer 10.77.2.9")
                    .contains("inet6 2001:db8::5/64")
                    .contains("10.77.1.0/24 dev inner0")
                    .doesNotContain("10.77.3.5");
            assertThat(host).contains(": lo:").doesNotContain("end0", "inner0");
        }
    }

    @Test
    void oneThatIsUpMovesAndKeepsItsNameWhereNoneIsGiven() throws Exception {
        try (Box box = new Box(directory).with("linux.netDevices", "{\"end0\": {}, \"end1\": {}}")) {
            Finished outcome = onHost(
                    box,
                    "ip link add end0 type veth peer name far0; ip link add end1 type veth peer name far1; ip link set end0 up",
                    "busybox ip -o link");

            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(outcome.out().substring(0, outcome.out().indexOf("on the host")))
                    .containsPattern("end0@\\w+: <[^>]*,UP")
                    .containsPattern("end1@\\w+: <[^>]*,UP");
        }
    }

    @Test
    @Must("network-devices-name")
    void aNameThatIsTakenIsRefusedAndTheHostKeepsItsDevice() throws Exception {
        try (Box box = new Box(directory)
                .with("linux.netDevices", "{\"end0\": {\"name\": \"same\"}, \"end1\": {\"name\": \"lo\"}}")) {
            Finished outcome = onHost(
                    box,
                    "ip link add end1 type veth peer name far1; ip link add end0 type veth peer name far0",
                    "true");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err()).contains("end1", " as ", "lo", "taken", "EEXIST");
            assertThat(outcome.out()).contains("end1@", "end0@");
        }
    }

    @Test
    @Must("network-devices-name")
    void theKernelChoosesTheNumberOfATemplate() throws Exception {
        try (Box box = new Box(directory)
                .with("linux.netDevices", "{\"end0\": {\"name\": \"net%d\"}, \"end1\": {\"name\": \"net%d\"}}")) {
            Finished outcome = onHost(
                    box,
                    "ip link add end0 type veth peer name far0; ip link add end1 type veth peer name far1; ip addr add 10.77.4.5/24 dev end1",
                    "busybox ip -o link; busybox ip -o addr");

            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(outcome.out()).contains("net0@", "net1@").containsPattern("net1 +inet 10.77.4.5");
        }
    }

    @Test
    @Must("network-devices")
    void whatIsNoDeviceOfOursIsRefused() throws Exception {
        new Box(directory)
                .with("linux.netDevices", "{\"nodevice9\": {\"name\": \"inside\"}}")
                .isRefused("nodevice9", "ENODEV");
        new Box(directory).with("linux.netDevices", "{\"a/b\": {}}").isRefused("netDevices", "a/b");
        new Box(directory)
                .with("linux.netDevices", "{\"end0\": {\"name\": \"a-name-that-is-too-long\"}}")
                .isRefused("netDevices", "too-long");
        new Box(directory)
                .with("linux.netDevices", "{\"end0\": {\"name\": \"x\"}, \"x\": {}}")
                .isRefused("netDevices", "two of them");
        new Box(directory)
                .with("linux.netDevices", "{\"end0\": {}}")
                .with("linux.namespaces", "[{\"type\": \"pid\"}, {\"type\": \"mount\"}]")
                .isRefused("netDevices need a network namespace");
    }
}
