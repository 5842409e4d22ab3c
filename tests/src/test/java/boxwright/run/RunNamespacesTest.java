package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The namespaces of {@code boxwright run}; the host's network is played by one of the test's own. */
class RunNamespacesTest {
    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipc", "mnt", "net", "pid", "uts"})
    void aContainerHasNamespacesOfItsOwn(String namespace) throws IOException {
        String file = "/proc/self/ns/" + namespace;

        assertThat(boxwright.run("run", "host", "readlink", file).out())
                .startsWith(namespace + ":[")
                .isNotEqualTo(Files.readSymbolicLink(Path.of(file)) + "\n");
    }

    @Test
    void withoutANetworkThereIsALoopbackAndNothingElse() {
        for (String[] flag : new String[][] {{}, {"--network", "none"}}) {
            assertThat(network(flag, "ip -o addr | grep -v inet6; ip route; wc -l </proc/net/route")
                            .out())
                    .containsPattern("\\A1: lo +inet 127.0.0.1/8.*\n1\n\\z");
        }
    }

    @Test
    void theHostsNetworkIsTheHosts() {
        assertThat(network(new String[] {"--network", "host"}, "readlink /proc/self/ns/net")
                        .out()
                        .lines())
                .hasSize(1);
        assertThat(onAHost(
                                "readlink /proc/self/ns/net; \"$@\"",
                                "run",
                                "--network=host",
                                "host",
                                "readlink",
                                "/proc/self/ns/net")
                        .out()
                        .lines()
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aCableLeadsToTheHost() {
        Outcome outcome = network(
                new String[] {"--network", "veth"},
                "ping -c 1 -W 5 $(ip route | sed -n 's/^default via \\([0-9.]*\\) .*/\\1/p')");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("1 packets received");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void aCableIsInTheListOfSystemCalls() {
        assertThat(boxwright
                        .run("run", "--network", "veth", "--dry-run", "host", "true")
                        .out())
                .contains("until veth bw", "SIOCSIFFLAGS, {ifr_name=\"lo\", ifr_flags=IFF_UP}", "SIOCADDRT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "NONE", "container:x", "host "})
    void aNetworkThatIsNoneOfThemIsToldBeforeAnythingIsMade(String mode) {
        Outcome outcome = boxwright.run("run", "--network", mode, "host", "true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).contains("\"" + mode + "\"", "must be one of none, host, veth");
        assertThat(boxwright.leftovers()).isEmpty();
    }

    private Outcome network(String[] flags, String script) {
        String[] words = new String[flags.length + 5];
        words[0] = "run";
        System.arraycopy(flags, 0, words, 1, flags.length);
        System.arraycopy(new String[] {"host", "sh", "-c", script}, 0, words, 1 + flags.length, 4);
        return onAHost("exec \"$@\"", words);
    }

    private Outcome onAHost(String script, String... words) {
        return BoxwrightCommand.outcome(
                boxwright.builder(List.of("unshare", "--net", "sh", "-c", script, "sh"), words), "");
    }
}
