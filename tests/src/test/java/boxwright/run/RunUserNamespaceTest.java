package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user namespace for a container that root makes: its users are users whom nobody on this machine is. */
class RunUserNamespaceTest {
    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(boxwright.leftovers()).isEmpty();
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(shared.toString());
    }

    private Outcome run(String script, String... flags) {
        String[] words = Stream.of(Stream.of("run"), Stream.of(flags), Stream.of("host", "sh", "-c", script))
                .flatMap(part -> part)
                .toArray(String[]::new);
        return boxwright.run(words);
    }

    @Test
    void withoutAFlagRootInsideIsRootOutside() throws IOException {
        String file = "/proc/self/ns/user";
        String hosts = Files.readSymbolicLink(Path.of(file)) + "\n";

        assertThat(run("readlink " + file).out()).isEqualTo(hosts);
        assertThat(run("readlink " + file, "--userns=host").out()).isEqualTo(hosts);
        assertThat(run("readlink " + file, "--userns=private").out()).isNotEqualTo(hosts);
    }

    @Test
    void rootInsideIsAnotherOutside() {
        Outcome outcome = run("id -u; cat /proc/self/uid_map; id -G", "--userns", "private");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).containsPattern("\\A0\n +0 +[1-9][0-9]{5,} +65536\n0\n\\z");
    }

    @Test
    void theImageBelongsToItsRootAndTheDiskIsAsItWas() throws IOException {
        Outcome outcome =
                run("stat -c %u:%g /etc/passwd /usr /root; echo x >> /etc/passwd && echo written", "--userns=private");

        assertThat(outcome.out()).isEqualTo("0:0\n0:0\n0:0\nwritten\n");
        try (Stream<Path> files = Files.walk(boxwright.home().resolve("images"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(0));
        }
    }

    @Test
    void mapsCanBeChosen() {
        String maps = "cat /proc/self/uid_map /proc/self/gid_map; touch /x && chown 999:998 /x && stat -c %u:%g /x";
        Outcome outcome = run(maps, "--uidmap", "0:700000000:1000", "--gidmap=0:800000000:999");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().replaceAll(" +", " ")).isEqualTo(" 0 700000000 1000\n 0 800000000 999\n999:998\n");
        assertThat(run("cat /proc/self/gid_map", "--uidmap", "0:700000000:1000")
                        .out()
                        .replaceAll(" +", " "))
                .isEqualTo(" 0 700000000 1000\n");
    }

    @Test
    void aMapWhoseRootIsRootIsPossible() {
        assertThat(run("cat /proc/self/uid_map; touch /x", "--uidmap=0:0:65536").out())
                .containsPattern("0 +0 +65536\n");
    }

    @ParameterizedTest
    @CsvSource({
        "--uidmap 0:1000:10 --uidmap 5:2000:10, overlap: an id inside would be two outside",
        "--uidmap 0:1000:10 --uidmap 10:1005:10, overlap: two ids inside would be one outside",
        "--gidmap 0:1000:10 --gidmap 5:2000:10, --gidmap: the ranges 0:1000:10 and 5:2000:10",
        "--uidmap 1:1000:10, no range with 0 inside",
        "--uidmap 0:4294967295:1, ids go from 0 to 4294967294",
        "--uidmap 0:1000:0, at least one id",
        "--uidmap 0:x:1, CONTAINER:HOST:SIZE",
        "--userns host --uidmap 0:1000:1, exclude each other",
        "--userns nobody, must be one of host"
    })
    void aMapThatCannotBeIsToldBeforeAnythingIsMade(String flags, String reason) {
        Outcome outcome = run("true", flags.split(" "));

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).startsWith("boxwright: ").contains(reason);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void itsRootHasEveryCapabilityAndNoPowerOverTheMachine() {
        Outcome outcome = run(
                "grep CapEff /proc/self/status; mount -t tmpfs none /mnt && echo mounted;"
                        + " mknod /disk b 8 0 || echo no device; date -s @$(date +%s) 2>&1 >/dev/null",
                "--userns=private", "--cap-add=ALL");

        assertThat(outcome.out())
                .containsPattern(
                        "CapEff:\t0+[137]?f{10}\nmounted\nno device\ndate: can't set date: Operation not permitted\n");
    }

    @Test
    void aCableLeadsToTheHostAllTheSame() {
        String script = "ping -c 1 -W 5 $(ip route | sed -n 's/^default via \\([0-9.]*\\) .*/\\1/p')";
        Outcome outcome = BoxwrightCommand.outcome(
                boxwright.builder(
                        List.of("unshare", "--net"),
                        "run",
                        "--userns=private",
                        "--network=veth",
                        "host",
                        "sh",
                        "-c",
                        script),
                "");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("1 packets received");
    }

    @Test
    void aTerminalIsOfTheGroupThatTerminalsAreOf() {
        assertThat(boxwright
                        .run("run", "-t", "--userns=private", "host", "stat", "-c", "%u:%g", "/dev/pts/0")
                        .out())
                .isEqualTo("0:5\r\n");
        assertThat(boxwright
                        .run("run", "-t", "--uidmap=0:700000000:1", "host", "stat", "-c", "%u:%g", "/dev/pts/0")
                        .out())
                .isEqualTo("0:0\r\n");
    }

    @Test
    void whereTheImageCannotBeShownWithOtherOwnersItIsCopiedWithThem() throws IOException {
        Path disk = Files.createDirectory(shared.resolve("disk"));
        // An overlay is no file system for a layer of another one, and shows no file with another owner.
        String script = "cd " + disk + " && mkdir l u w m && mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w m"
                + " && BOXWRIGHT_HOME=" + disk + "/m/home exec \"$@\"";
        Outcome outcome = BoxwrightCommand.outcome(
                boxwright.builder(
                        List.of("unshare", "--mount", "sh", "-c", script, "sh"),
                        "run",
                        "--userns=private",
                        "host",
                        "sh",
                        "-c",
                        "stat -c %u:%g /etc/passwd; echo x >> /etc/passwd && touch /y && rm -r /srv && echo written"),
                "");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("0:0\nwritten\n");
    }

    @Test
    void rootOfAUserNamespaceMakesContainersInIt() throws IOException {
        List<String> around = List.of("unshare", "--user", "--map-root-user");
        String script = "id -u; echo x > /dev/null; rm -r /srv && mkdir /srv && touch /x && echo written";
        Outcome outcome = BoxwrightCommand.outcome(boxwright.builder(around, "run", "host", "sh", "-c", script), "");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("0\nwritten\n");

        Outcome others =
                BoxwrightCommand.outcome(boxwright.builder(around, "run", "--userns=private", "host", "true"), "");
        assertThat(others.exitCode()).isEqualTo(125);
        assertThat(others.err()).contains("do not all exist here: we are in a user namespace ourselves");
    }

    @Test
    void itIsInTheListOfSystemCalls() {
        assertThat(run("true", "--userns=private", "--dry-run").out())
                .contains(
                        "attr_set=MOUNT_ATTR_IDMAP, userns_fd=8",
                        "CLONE_NEWUSER",
                        "setgroups(0, NULL)",
                        "setresuid(0, 0, 0)",
                        "lowerdir=lower,upperdir=upper,workdir=work,userxattr");
    }
}
