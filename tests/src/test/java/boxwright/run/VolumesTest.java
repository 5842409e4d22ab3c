package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --read-only}, {@code -v}, {@code --mount} and {@code --tmpfs}, as Docker has them. */
class VolumesTest {
    @TempDir
    static Path shared;

    @TempDir
    Path host;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (BoxwrightCommand.isRoot()) {
            assertThat(boxwright.leftovers()).isEmpty();
            assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                    .doesNotContain(shared.toString())
                    .doesNotContain(host.toString());
        }
    }

    @Test
    void aReadOnlyRootCannotBeWrittenAndTheRestCan() {
        assertThat(inside("touch /new; touch /etc/new", "--read-only").err())
                .contains("/new: Read-only file system", "/etc/new: Read-only file system");
        assertThat(inside("touch /dev/shm/new /dev/new && echo yes", "--read-only")
                        .out())
                .isEqualTo("yes\n");
        Outcome mixed = inside(
                "touch /v/new /t/new && touch /new", "--read-only", "-v", host + ":/v", "--tmpfs", "/t", "-w", "/made");
        assertThat(mixed.err()).contains("/new: Read-only file system").doesNotContain("/t/new", "/v/new");
        assertThat(host.resolve("new")).exists();
        assertThat(inside("touch /new && echo yes").out())
                .as("without the flag")
                .isEqualTo("yes\n");
    }

    @Test
    void aReadOnlyRootStaysSo() {
        // Root in the container, which has no CAP_SYS_ADMIN, and the launcher are all that could change it.
        assertThat(inside("mount -o remount,rw / 2>/dev/null && echo writable; touch /new", "--read-only"))
                .satisfies(outcome -> assertThat(outcome.out()).isEmpty())
                .satisfies(outcome -> assertThat(outcome.err()).contains("Read-only file system"));
    }

    @Test
    void aDirectoryOfTheHostIsSharedWithIt() throws IOException {
        Files.writeString(host.resolve("theirs"), "from outside\n");

        Outcome outcome = inside("cat /v/theirs; echo from inside > /v/mine", "-v", host + ":/v");

        assertThat(outcome.out()).isEqualTo("from outside\n");
        assertThat(host.resolve("mine")).hasContent("from inside\n");
    }

    @Test
    void aFileOfTheHostIsMountedOnAFile() throws IOException {
        Path file = Files.writeString(host.resolve("file"), "the host's\n");

        assertThat(inside("cat /etc/passwd /new/place", "-v", file + ":/etc/passwd", "-v", file + ":/new/place")
                        .out())
                .isEqualTo("the host's\nthe host's\n");
    }

    @Test
    void aReadOnlyVolumeCannotBeWrittenNorWhatIsMountedBelowIt() throws IOException {
        try (Submount below = new Submount(host.resolve("below"))) {
            for (String[] flags : List.of(
                    words("-v", host + ":/v:ro"),
                    words("--mount", "type=bind,src=" + host + ",dst=/v,readonly"),
                    words("--mount", "type=bind,src=" + host + ",dst=/v,readonly,bind-recursive=readonly"))) {
                Outcome outcome = inside("touch /v/new; touch /v/below/new", flags);
                assertThat(outcome.err())
                        .contains("/v/new: Read-only file system", "/v/below/new: Read-only file system");
            }
            assertThat(inside(
                                    "touch /v/new; touch /v/below/new",
                                    "--mount",
                                    "type=bind,src=" + host + ",dst=/v,ro,bind-recursive=writable")
                            .err())
                    .contains("/v/new: Read-only file system")
                    .doesNotContain("below");
            assertThat(below.point().resolve("new")).exists();
        }
        assertThat(host.resolve("new")).doesNotExist();
    }

    @Test
    void whatIsMountedBelowComesAlongUnlessItIsNotAsked() throws IOException {
        try (Submount below = new Submount(host.resolve("below"))) {
            Files.createFile(below.point().resolve("seen"));

            assertThat(inside("ls /v/below", "-v", host + ":/v").out()).isEqualTo("seen\n");
            assertThat(inside("ls /v/below", "-v", host + ":/v:bind").out()).isEmpty();
            assertThat(inside("ls /v/below", "--mount", "type=bind,src=" + host + ",dst=/v,bind-nonrecursive=true")
                            .out())
                    .isEmpty();
        }
    }

    @Test
    void mountsAreNotSeenOnTheOtherSideUnlessTheyAreToPropagate() throws Exception {
        try (Submount shares = new Submount(host.resolve("shares"))) {
            Machine.run("mount", "--make-shared", shares.point().toString());
            Files.createDirectories(shares.point().resolve("later"));
            assertThat(seesALaterMount(shares.point(), "")).isEqualTo("no");
            assertThat(seesALaterMount(shares.point(), ":rprivate")).isEqualTo("no");
            assertThat(seesALaterMount(shares.point(), ":rslave")).isEqualTo("yes");
            assertThat(seesALaterMount(shares.point(), ":shared")).isEqualTo("yes");
            String slave = inside("grep ' /v ' /proc/self/mountinfo", "-v", shares.point() + ":/v:rslave")
                    .out();
            assertThat(slave).contains(" master:").doesNotContain(" shared:");
        }
    }

    /** Mounts below a volume while the container runs. */
    private String seesALaterMount(Path source, String mode) throws Exception {
        Process process = boxwright
                .builder(
                        "run",
                        "-i",
                        "-v",
                        source + ":/v" + mode,
                        "host",
                        "sh",
                        "-c",
                        "echo ready; read go; ls /v/later | grep -q seen && echo yes || echo no")
                .start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            try (Submount later = new Submount(source.resolve("later"))) {
                Files.createFile(later.point().resolve("seen"));
                process.outputWriter().write("go\n");
                process.outputWriter().flush();
                String answer = process.inputReader().readLine();
                process.waitFor();
                return answer;
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aMountThatHasNoPeersCannotPropagate() throws IOException {
        try (Submount alone = new Submount(host.resolve("alone"))) {
            Machine.run("mount", "--make-private", alone.point().toString());

            assertThat(inside("true", "-v", alone.point() + ":/v:shared").err())
                    .isEqualTo("boxwright: path " + alone.point() + " is mounted on " + alone.point()
                            + " but it is not a shared mount: it has nothing to pass on. Share it first: mount"
                            + " --make-rshared " + alone.point() + "\n");
            assertThat(inside("true", "-v", alone.point() + ":/v:slave").err()).contains("not a shared or slave mount");
        }
    }

    @Test
    void aMissingDirectoryIsMadeForVAndIsAnErrorForMount() {
        Path missing = host.resolve("not/yet");

        assertThat(inside("true", "--mount", "type=bind,src=" + missing + ",dst=/v")
                        .err())
                .startsWith("boxwright: invalid mount config for type \"bind\": bind source path does not exist: "
                        + missing);
        assertThat(missing).doesNotExist();
        assertThat(inside("touch /v/new", "-v", missing + ":/v").exitCode()).isZero();
        assertThat(missing.resolve("new")).exists();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsOneMessage() throws IOException {
        Path file = Files.createFile(host.resolve("file"));

        Outcome outcome = inside("true", "-v", file + "/below:/v");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err())
                .isEqualTo("boxwright: cannot make the directory " + file + "/below for a volume: " + file
                        + " is no directory.\n");
    }

    @Test
    void aRelativePathIsMeantFromWhereTheCommandIsTyped() throws IOException {
        Files.createFile(Files.createDirectories(host.resolve("here")).resolve("seen"));
        ProcessBuilder builder = boxwright.builder("run", "-v", "./here:/v", "host", "ls", "/v");
        builder.directory(host.toFile());

        assertThat(BoxwrightCommand.outcome(builder, "").out()).isEqualTo("seen\n");
    }

    @Test
    void aNamedVolumeKeepsWhatIsInIt() {
        assertThat(inside("echo kept > /v/file", "-v", "some-name:/v").exitCode())
                .isZero();
        assertThat(inside("cat /w/file", "--mount", "src=some-name,dst=/w").out())
                .isEqualTo("kept\n");
        assertThat(inside("echo x > /v/file", "-v", "some-name:/v:ro").err()).contains("Read-only file system");
        assertThat(inside("ls /v", "-v", "other-name:/v").out()).isEmpty();
        assertThat(shared.resolve("home/volumes/some-name/_data/file")).hasContent("kept\n");
    }

    @Test
    void aVolumeWithoutANameGoesWithItsContainer() {
        assertThat(inside("touch /v/new && ls /v", "-v", "/v").out()).isEqualTo("new\n");
        assertThat(inside("ls /v", "-v", "/v").out()).isEmpty();
    }

    @Test
    void filesInMemoryHaveTheOptionsThatWereAsked() {
        assertThat(inside("grep ' /t ' /proc/mounts", "--tmpfs", "/t").out())
                .contains("tmpfs /t tmpfs rw,nosuid,nodev,noexec");
        assertThat(inside("grep ' /a/t ' /proc/mounts; stat -c %a /a/t", "--tmpfs", "/a/t:size=1m,mode=700,exec,nosuid")
                        .out())
                .contains("tmpfs /a/t tmpfs rw,nosuid,nodev,relatime,size=1024k,mode=700")
                .endsWith("\n700\n");
        assertThat(inside(
                                "grep ' /t ' /proc/mounts",
                                "--mount",
                                "type=tmpfs,dst=/t,tmpfs-size=2m,tmpfs-mode=0750,readonly")
                        .out())
                .contains("ro,nosuid,nodev,noexec", "size=2048k,mode=750");
        assertThat(inside("head -c 2000000 /dev/zero > /t/big 2>/dev/null; wc -c < /t/big", "--tmpfs", "/t:size=1m")
                        .out())
                .isEqualTo("1048576\n");
        assertThat(inside("ls /t; touch /t/new", "--tmpfs", "/t").out()).isEmpty();
    }

    @Test
    void aVolumeInsideAnotherOneIsMountedAfterIt() throws IOException {
        Path inner = Files.createDirectories(shared.resolve("inner"));
        Files.writeString(inner.resolve("file"), "inner\n");

        assertThat(inside("cat /v/in/file", "-v", inner + ":/v/in", "-v", host + ":/v", "--tmpfs", "/v/in/t")
                        .out())
                .isEqualTo("inner\n");
        assertThat(host.resolve("in")).as("the place in the outer one").isEmptyDirectory();
    }

    @Test
    void aVolumeMayLieInDevAndInSys() throws IOException {
        Files.createFile(host.resolve("seen"));

        assertThat(inside("ls /dev/mine", "-v", host + ":/dev/mine").out()).isEqualTo("seen\n");
        assertThat(inside("ls /sys/fs", "-v", host + ":/sys/fs").out()).isEqualTo("seen\n");
        assertThat(inside("ls /dev", "-v", host + ":/dev").out()).isEqualTo("seen\n");
    }

    @Test
    void aFileOfProcThatShowsNumbersMayBeCovered() throws IOException {
        Path file = Files.writeString(host.resolve("uptime"), "1.00 2.00\n");

        assertThat(inside("cat /proc/uptime", "-v", file + ":/proc/uptime").out())
                .isEqualTo("1.00 2.00\n");
    }

    @Test
    void theWholeHostCanBeMountedAndTheContainerIsNotInIt() {
        Outcome outcome = inside("ls -d /h/etc && grep -c merged /proc/mounts", "-v", "/:/h:ro");
        assertThat(outcome.out()).isEqualTo("/h/etc\n0\n");
    }

    @Test
    void aDirectoryOnAFileIsOneMessageWithTheCause() {
        Outcome outcome = inside("true", "-v", host + ":/etc/passwd");
        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err())
                .contains(
                        "move_mount(",
                        "EINVAL",
                        "a directory can only be mounted on a directory, and a file on a file",
                        host + " is a directory, /etc/passwd is none");
    }

    @Test
    void namesAreFoundInFilesOfItsOwn() throws IOException {
        assertThat(inside("cat /etc/hostname; grep -w a-box /etc/hosts; grep 127.0.0.1 /etc/hosts", "-h", "a-box")
                        .out())
                .isEqualTo("a-box\n127.0.1.1\ta-box\n127.0.0.1\tlocalhost\n");
        assertThat(inside("cat /etc/hosts", "--network", "host").out())
                .isEqualTo(Files.readString(Path.of("/etc/hosts")));
        assertThat(inside("cat /etc/resolv.conf", "--network", "host").out())
                .isEqualTo(Files.readString(Path.of("/etc/resolv.conf")));
        assertThat(inside("echo 10.0.0.9 mine >> /etc/hosts; grep mine /etc/hosts")
                        .out())
                .isEqualTo("10.0.0.9 mine\n");
    }

    @Test
    void aVolumeOverSuchAFileIsTheOneThatCounts() throws IOException {
        Path mine = Files.writeString(host.resolve("hosts"), "10.0.0.9 mine\n");
        assertThat(inside("cat /etc/hosts", "-v", mine + ":/etc/hosts:ro").out())
                .isEqualTo("10.0.0.9 mine\n");
        assertThat(inside("ls /etc", "-v", host + ":/etc").out()).isEqualTo("hosts\n");
    }

    @Test
    void aStrictMaskOfTheShellDoesNotReachTheContainer() {
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                "umask 077; exec \"$@\"",
                "sh",
                BoxwrightCommand.CHECKOUT.resolve("boxwright").toString(),
                "run",
                "-v",
                host + "/made:/made",
                "host",
                "sh",
                "-c",
                "stat -c %a / /etc/hosts /made; umask");
        builder.environment().put("BOXWRIGHT_HOME", boxwright.home().toString());
        assertThat(BoxwrightCommand.outcome(builder, "").out()).isEqualTo("755\n644\n755\n0022\n");
    }

    @Test
    void nothingIsMadeByADryRun() throws IOException {
        Path missing = host.resolve("missing");
        Outcome outcome = boxwright.run(
                "run", "--dry-run", "-v", missing + ":/v", "-v", "dry-name:/w", "--read-only", "host", "true");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .contains("open_tree(AT_FDCWD, \"" + missing, "dry-name", "move_mount(", "MOUNT_ATTR_RDONLY");
        assertThat(missing).doesNotExist();
        assertThat(shared.resolve("home/volumes/dry-name")).doesNotExist();
    }

    private Outcome inside(String script, String... flags) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(flags));
        words.addAll(List.of("host", "sh", "-c", script));
        return boxwright.run(words.toArray(String[]::new));
    }

    private static String[] words(String... words) {
        return words;
    }

    /** A file system in memory on the host, for the time of a test. */
    private record Submount(Path point) implements AutoCloseable {
        Submount {
            try {
                Files.createDirectories(point);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            assertThat(Machine.run("mount", "-t", "tmpfs", "tmpfs", point.toString())
                            .exitCode())
                    .isZero();
        }

        @Override
        public void close() {
            try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
                mounts.filter(line -> line.contains(" " + point))
                        .forEach(line -> Machine.run("umount", line.split(" ")[4]));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
