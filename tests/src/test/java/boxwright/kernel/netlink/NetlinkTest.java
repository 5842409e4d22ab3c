package boxwright.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Machine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our netlink code on the real kernel, in network namespaces that a test makes for itself; ip(8) says what it did. */
class NetlinkTest {
    /** Starts a process in another new namespace, whose number is then {@code $other}; it ends with the script. */
    private static final String OTHER = "unshare --net sleep 100 & other=$!; trap 'kill $other' EXIT;"
            + " until [ \"$(readlink /proc/$other/ns/net)\" != \"$(readlink /proc/$$/ns/net)\" ]; do sleep 0.05; done;"
            + " inside() { nsenter --net=/proc/$other/ns/net \"$@\"; }; ";

    @BeforeAll
    static void needs() {
        Machine.needsRoot();
        Machine.needs("ip");
    }

    @Test
    void aNewNamespaceHasALoopbackThatIsDown() {
        assertThat(run("\"$@\" links addresses routes")).isEqualTo("Link[index=1, name=lo, up=false, kind=]\n");
    }

    @Test
    void aLinkGoesUpAndDown() {
        assertThat(run("\"$@\" up lo links; ip -o link show lo; \"$@\" down lo; ip -o link show lo"))
                .contains("name=lo, up=true", "<LOOPBACK,UP,LOWER_UP>", "<LOOPBACK>");
    }

    @Test
    void addressesAndRoutesAreThoseThatIpShows() {
        String shown = run("ip link add v0 type veth peer name v1; ip link set v1 up;"
                + " \"$@\" up v0 address v0 10.9.8.1 30 route 10.7.0.0 16 10.9.8.2 route 0.0.0.0 0 10.9.8.2 addresses routes;"
                + " ip -4 -o addr show v0; ip -4 route");

        assertThat(shown)
                .contains("address=10.9.8.1, prefix=30] in 10.9.8.0/30")
                .contains("destination=0.0.0.0/0, gateway=Optional[10.9.8.2]")
                .contains("destination=10.7.0.0/16, gateway=Optional[10.9.8.2]")
                .contains("destination=10.9.8.0/30, gateway=Optional.empty")
                .contains("destination=10.9.8.1/32, gateway=Optional.empty") // the table "local"
                .contains("inet 10.9.8.1/30")
                .contains("default via 10.9.8.2 dev v0", "10.7.0.0/16 via 10.9.8.2 dev v0");
    }

    @Test
    void aVethPairIsMadeWithItsEndsInTwoNamespaces() {
        String shown = run(OTHER + "\"$@\" veth bw0 eth0 $other links; ip -o link; echo --; inside ip -o link");

        assertThat(shown).contains("name=bw0, up=false, kind=veth");
        assertThat(shown.substring(0, shown.indexOf("--"))).contains("bw0@").doesNotContain("eth0@");
        assertThat(shown.substring(shown.indexOf("--"))).contains("eth0@").doesNotContain("bw0@");
    }

    @Test
    void aVethPairGoesWithTheNamespaceOfOneEnd() {
        assertThat(run(OTHER + "\"$@\" veth bw0 eth0 $other; kill $other; wait $other 2>/dev/null; trap - EXIT;"
                        + " for i in $(seq 100); do ip link show bw0 >/dev/null 2>&1 || break; sleep 0.1; done;"
                        + " \"$@\" find bw0"))
                .isEqualTo("Optional.empty\n");
    }

    @Test
    void aLinkMovesToTheNamespaceOfAProcess() {
        assertThat(run(OTHER + "ip link add v0 type veth peer name v1; \"$@\" to-process v0 $other inner find v0 links;"
                        + " inside ip -o link show inner"))
                .contains("Optional.empty", "name=v1", "inner@");
    }

    @Test
    void aLinkMovesToAnOpenNamespace() {
        assertThat(run(OTHER
                        + "ip link add v0 type veth peer name v1; \"$@\" to-namespace v0 /proc/$other/ns/net find v0;"
                        + " inside ip -o link show v0"))
                .contains("Optional.empty", "v0@");
    }

    @Test
    void aLinkGetsAnotherNameAndIsDeleted() {
        assertThat(run("ip link add v0 type veth peer name v1; \"$@\" rename v0 fifteen-letters find fifteen-letters;"
                        + " ip -o link show fifteen-letters; \"$@\" delete fifteen-letters; ip -o link"))
                .contains("name=fifteen-letters", "fifteen-letters@v1")
                .endsWith("00:00:00:00:00:00\n")
                .doesNotContain("v1@if");
    }

    @Test
    void aLinkMakesNoAddressOfItsOwn() {
        String script =
                "ip link add v0 type veth peer name v1; ip link set v1 up; %s \"$@\" up v0; ip -6 -o addr show v0";
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this kernel has no IPv6");

        assertThat(run(script.formatted(""))).contains("fe80:");
        assertThat(run(script.formatted("\"$@\" no-link-local v0;"))).isEmpty();
    }

    @Test
    void aHundredLinksDoNotFitIntoOneAnswer() {
        String shown = run("for i in $(seq 100); do echo link add v$i type veth peer name w$i; done | ip -batch -;"
                + " \"$@\" links | wc -l; ip -o link | wc -l");

        assertThat(shown).isEqualTo("201\n201\n");
    }

    @Test
    void anErrorHasItsNameAndTheKernelsWords() {
        assertThat(run("ip link add v0 type veth peer name v1; \"$@\" veth v0 v2 1"))
                .startsWith("RTM_NEWLINK(\"v0\", veth to \"v2\" of process 1): EEXIST (File exists)");
        assertThat(run("\"$@\" veth v0 v2 999999999")).contains("veth to \"v2\" of process 999999999", "ESRCH");
        assertThat(run("\"$@\" stale")).startsWith("RTM_NEWLINK(\"gone\", up): ENODEV (No such device)");
        assertThat(run("\"$@\" up lo route 10.7.0.0 16 10.9.8.2"))
                .isEqualTo("RTM_NEWROUTE(10.7.0.0/16 via 10.9.8.2): ENETUNREACH (Network is unreachable):"
                        + " Nexthop has invalid gateway\n");
        assertThat(run("\"$@\" address lo 10.0.0.1 8 address lo 10.0.0.1 8"))
                .startsWith("RTM_NEWADDR(10.0.0.1/8 of \"lo\"): EEXIST (File exists)");
    }

    @Test
    void whoMayNotIsTold() {
        assertThat(run("setpriv --reuid=65534 --clear-groups \"$@\" up lo"))
                .startsWith("RTM_NEWLINK(\"lo\", up): EPERM (Operation not permitted)");
    }

    @Test
    void aNameThatIsNoneDoesNotReachTheKernel() {
        try (RouteSocket socket = new RouteSocket()) {
            Links links = new Links(socket);
            for (String name : List.of("", "sixteen-letters-", "a b", "a/b", "a:b", "\u00e9")) {
                assertThatIllegalArgumentException().as(name).isThrownBy(() -> links.find(name));
            }
        }
    }

    /** Runs a script in a new network namespace; {@code "$@"} is {@link NetlinkProgram} there. Returns what it wrote. */
    private static String run(String script) {
        List<String> command = new ArrayList<>(List.of("unshare", "--net", "sh", "-c", script, "sh"));
        command.addAll(Machine.java(NetlinkProgram.class));
        return Machine.run(command.toArray(String[]::new)).output();
    }
}
