package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.steps.StepCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The network of a program in step 5, and what the host sees of it. The host is played by a network namespace of the
 * test's own: nothing here touches a network of this machine.
 */
class Step05InsideTest {
    /** The kernel ends a namespace some time after its last process. */
    private static final String UNTIL_GONE =
            "for i in $(seq 100); do ip -o link | grep -q bw || break; sleep 0.1; done; ";

    @BeforeAll
    static void needs() throws IOException {
        StepCommand.assumeRoot();
        assumeTrue(
                Files.exists(Path.of("/sbin/ip")) || Files.exists(Path.of("/usr/sbin/ip")),
                "needs ip, to look at the host's side (Debian: iproute2)");
        assumeTrue(
                Files.exists(Path.of("/bin/busybox")) || Files.exists(Path.of("/usr/bin/busybox")),
                "needs busybox, for its ping (Debian: busybox-static)");
    }

    @Test
    void its_namespace_is_not_the_hosts() throws Exception {
        String shown = hosted("readlink /proc/self/ns/net; \"$@\" readlink /proc/self/ns/net")
                .output();

        assertThat(shown.lines().distinct()).hasSize(2).allMatch(line -> line.startsWith("net:["));
    }

    @Test
    void it_has_a_loopback_that_works_and_one_cable() throws Exception {
        String shown = inside("ip -o link; ip -4 -o addr; ip route; ping -c 1 -W 5 127.0.0.1");

        assertThat(shown).contains("lo: <LOOPBACK,UP,LOWER_UP>", "eth0@", "<BROADCAST,MULTICAST,UP,LOWER_UP>");
        assertThat(shown).contains("inet 127.0.0.1/8").containsPattern("inet 10\\.231\\.\\d+\\.\\d+/30 .* eth0");
        assertThat(shown).containsPattern("default via 10\\.231\\.\\d+\\.\\d+ dev eth0");
        assertThat(shown).contains("1 packets received");
        assertThat(shown.lines().filter(line -> line.contains("link/"))).hasSize(2);
    }

    @Test
    void it_reaches_the_host_over_the_cable_and_is_reached() throws Exception {
        String script = "host=$(ip route | sed -n 's/^default via \\([0-9.]*\\) .*/\\1/p');"
                + " ping -c 1 -W 5 $host; ip -4 -o addr show eth0 | sed 's/.*inet \\([0-9.]*\\).*/I am \\1/'; sleep 3";
        String shown = hosted(
                        "\"$@\" sh -c \"$SCRIPT\" & until ip -o route | grep -q bw; do sleep 0.1; done;"
                                + " net=$(ip route | sed -n 's,\\.[0-9]*/30.*,,p'); last=$(ip route | sed -n 's,.*\\.\\([0-9]*\\)/30.*,\\1,p');"
                                + " busybox ping -c 1 -W 5 $net.$((last + 2)) | sed 's/^/outside: /'; wait",
                        script)
                .output();

        assertThat(shown).containsPattern("(?m)^1 packets transmitted, 1 packets received");
        assertThat(shown).containsPattern("outside: 1 packets transmitted, 1 packets received");
    }

    @Test
    void the_hosts_end_is_named_by_its_address_and_has_no_ipv6() throws Exception {
        String shown = hosted("\"$@\" sleep 2 & until ip -o -4 addr | grep -q bw; do sleep 0.1; done; sleep 0.5;"
                        + " ip -o addr; wait")
                .output();

        assertThat(shown).containsPattern("bw0ae7[0-9a-f]{4} +inet 10\\.231\\.\\d+\\.\\d+/30");
        assertThat(shown).doesNotContain("inet6 fe80");
    }

    @Test
    void nothing_is_left_of_the_cable() throws Exception {
        assertThat(hosted("\"$@\" true; " + UNTIL_GONE + "ip -o link; ip -4 route show table all | grep -v local")
                        .out())
                .startsWith("1: lo")
                .hasLineCount(1);
    }

    @Test
    void two_at_once_have_addresses_of_their_own() throws Exception {
        String shown = hosted("for i in 1 2 3; do \"$@\" sh -c 'ip -4 -o addr show eth0; sleep 3' & done; wait; "
                        + UNTIL_GONE + "ip -o link | wc -l")
                .output();

        Set<String> addresses = new TreeSet<>(shown.lines()
                .filter(line -> line.contains("eth0"))
                .map(line -> line.replaceAll(".*inet ([0-9.]+)/.*", "$1"))
                .toList());
        assertThat(addresses).hasSize(3);
        assertThat(shown).endsWith("\n1\n");
    }

    @Test
    void it_takes_no_address_that_the_host_has_a_route_to() throws Exception {
        String blocked = "ip link set lo up; ip route add 10.0.0.0/8 dev lo; ";

        assertThat(hosted(blocked + "\"$@\" ip -4 -o addr show eth0").output()).contains("inet 172.29.");
        assertThat(hosted(blocked + "ip route add 172.16.0.0/12 dev lo; \"$@\" ip -4 -o addr show eth0")
                        .output())
                .contains("inet 192.168.231.");
    }

    @Test
    void halves_of_a_default_route_take_no_address() throws Exception {
        String vpn = "ip link set lo up; ip route add 0.0.0.0/1 dev lo; ip route add 128.0.0.0/1 dev lo; ";

        assertThat(hosted(vpn + "\"$@\" ip -4 -o addr show eth0").output()).contains("inet 10.231.");
    }

    @Test
    void a_host_with_routes_to_everything_private_is_told() throws Exception {
        Result result = hosted("ip link set lo up; for to in 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16; do"
                + " ip route add $to dev lo; done; \"$@\" true");

        assertThat(result.exitCode()).isEqualTo(125);
        assertThat(result.err())
                .contains("veth", "10.231.0.0/16", "EADDRNOTAVAIL")
                .doesNotContain("\tat ");
    }

    @Test
    void when_the_jvm_is_killed_nothing_is_left_whenever_that_is() throws Exception {
        String shown = hosted("mine=$((900000 + $$)); for delay in 0.15 0.2 0.25 0.3 0.35 0.4 0.45 0.5 0.6 0.8 1.2; do"
                        + " \"$@\" sleep $mine & sleep $delay; kill -KILL $!; wait $! 2>/dev/null; done; " + UNTIL_GONE
                        + "cd $BOXWRIGHT_HOME/containers; for i in $(seq 100); do [ \"$(ls)\" ] || break; sleep 0.1; done;"
                        + " echo $(ip -o link | wc -l) link, $(pgrep -fx \"sleep $mine\" | wc -l) processes,"
                        + " $(ls | wc -l) directories")
                .out();

        assertThat(shown).isEqualTo("1 link, 0 processes, 0 directories\n");
    }

    @Test
    void a_kernel_that_gives_no_more_of_them_is_named() throws Exception {
        // Limits hold for a user namespace and all below it, namespaces(7): this one has nobody else in it.
        String script = "echo 0 >/proc/sys/user/max_net_namespaces && exec \"$@\"";
        Result result = StepCommand.run(StepCommand.with(
                List.of("unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"),
                StepCommand.runner("Step05", "true").toArray(String[]::new)));

        assertThat(result.exitCode()).isEqualTo(125);
        assertThat(result.err())
                .contains("clone3", "ENOSPC", "max_net_namespaces")
                .doesNotContain("\tat ");
    }

    private static String inside(String script) throws IOException, InterruptedException {
        return hosted("exec \"$@\" sh -c \"$SCRIPT\"", script).output();
    }

    private static Result hosted(String script) throws IOException, InterruptedException {
        return hosted(script, "");
    }

    /** Runs a script on a host of its own, with the step as its arguments and a script for the inside as a variable. */
    private static Result hosted(String script, String inside) throws IOException, InterruptedException {
        return StepCommand.run(StepCommand.with(
                List.of("env", "SCRIPT=" + inside, "unshare", "--net", "sh", "-c", script, "sh"),
                StepCommand.runner("Step05").toArray(String[]::new)));
    }
}
