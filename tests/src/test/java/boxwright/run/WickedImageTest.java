package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Machine;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Images that put symbolic links, and worse, where a container's mounts and its working directory go. */
class WickedImageTest {
    @TempDir
    static Path shared;

    @TempDir
    Path temporary;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));
    private Path volume;
    private Rootfs image;

    @BeforeEach
    void image() throws IOException {
        BoxwrightCommand.needsRoot();
        image = Rootfs.in(temporary.resolve("image"));
        volume = Files.createDirectories(temporary.resolve("volume"));
        Files.writeString(volume.resolve("seen"), "the volume's\n");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (BoxwrightCommand.isRoot()) {
            assertThat(boxwright.leftovers()).isEmpty();
            assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                    .doesNotContain(shared.toString())
                    .doesNotContain(temporary.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/sys", "/dev"})
    void aLinkInThePlaceOfAKernelFilesystemIsRefused(String place) throws IOException {
        image.link(place, "/elsewhere").directory("/elsewhere");

        Outcome outcome = run("true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err())
                .contains(
                        "openat2(AT_FDCWD, \"" + place + "\"",
                        "ELOOP",
                        "the image has a symbolic link where a directory of the kernel belongs",
                        place + " is a link to /elsewhere");
        assertThat(image.at("/elsewhere")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/sys", "/dev"})
    void aFileInThePlaceOfAKernelFilesystemIsRefused(String place) throws IOException {
        image.file(place, "no directory\n");

        assertThat(run("true").exitCode()).isEqualTo(125);
    }

    /** CVE-2019-16884, CVE-2025-52881: what is written to /proc must reach the kernel. */
    @ParameterizedTest
    @CsvSource({
        "/data, /proc, /data",
        "/data, /proc/self, /data/attr",
        "/data, ../proc/sys, /data",
        "/data, /sys/firmware, /data",
        "/data, /dev, /data",
        "/data, /dev, /data/null",
        "/a/data, /proc, /a/data"
    })
    void aVolumeOnALinkToAKernelFilesystemNeverCoversIt(String link, String target, String asked) throws IOException {
        image.directory("/proc/self/attr")
                .directory("/proc/sys")
                .directory("/sys/firmware")
                .file("/dev/null", "");
        image.link(link, target);
        String source = asked.equals("/data/null") ? volume + "/seen" : volume.toString();

        Outcome outcome = run(
                "cat /proc/self/comm; ls /proc/sys/kernel/hostname; ls -d /sys/devices; stat -c %t,%T /dev/null;"
                        + " ls /sys/firmware; cat /proc/interrupts",
                "-v", source + ":" + asked);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("cat\n/proc/sys/kernel/hostname\n/sys/devices\n1,3\n");
    }

    @Test
    void aVolumeOnALinkToTheHostEndsInsideTheContainer() throws IOException {
        Path victim = Files.createDirectories(temporary.resolve("victim"));
        image.link("/data", victim.toString()).link("/up", "../../../../../../../.." + victim);

        assertThat(run("cat /data/seen", "-v", volume + ":/data").out())
                .as("made in the container")
                .isEmpty();
        image.directory(victim.toString());

        assertThat(run("cat /data/seen " + victim + "/seen", "-v", volume + ":/data")
                        .out())
                .isEqualTo("the volume's\nthe volume's\n");
        assertThat(run("cat /up/seen", "-v", volume + ":/up").out()).isEqualTo("the volume's\n");
        assertThat(victim).as("on the host").isEmptyDirectory();
    }

    /** With a /proc of the host in the container, its magic links lead to the host; runc's CVE-2021-30465 in spirit. */
    @Test
    void aVolumeGoesOverNoMagicLink() throws IOException {
        Path victim = Files.createDirectories(temporary.resolve("victim"));
        String host = "/host/proc/" + ProcessHandle.current().pid() + "/root";
        image.link("/a/b/data", host + victim).link("/a/b/deep", host + temporary);

        // They are deeper than /host/proc, and so are mounted after it.
        for (String asked : List.of("/a/b/data", "/a/b/deep/victim", "/a/b/deep/made/by/us")) {
            Outcome outcome = run("ls /", "-v", "/proc:/host/proc", "-v", volume + ":" + asked);

            assertThat(outcome.exitCode()).as(outcome.out()).isEqualTo(125);
            assertThat(outcome.err()).contains("ELOOP", "a magic link of proc(5)");
        }
        assertThat(victim).isEmptyDirectory();
        assertThat(temporary.resolve("made")).doesNotExist();
    }

    /** CVE-2024-21626: a working directory that is an open directory of the host. */
    @Test
    void noWorkingDirectoryIsOutside() throws IOException {
        for (int descriptor = 0; descriptor < 20; descriptor++) {
            image.link("/work" + descriptor, "/proc/self/fd/" + descriptor);
        }
        image.link("/root1", "/proc/1/root").link("/cwd", "/proc/self/cwd");
        List<String> places = new ArrayList<>(List.of("/root1", "/cwd", "/work9/../..", "/proc/self/fd/7"));
        for (int descriptor = 0; descriptor < 20; descriptor++) {
            places.add("/work" + descriptor);
        }
        for (String place : places) {
            Outcome outcome = run("ls -d ../../../../../.." + temporary, "-w", place);

            assertThat(outcome.out()).as(place).isEmpty();
            if (!place.contains("..")) {
                assertThat(outcome.exitCode()).as(place + outcome.err()).isEqualTo(125);
            }
        }
    }

    /** What the launcher has open while it sets up a container is no way to the host either. */
    @Test
    void noDescriptorOfOursIsADirectoryOfTheHost() throws IOException {
        Outcome outcome = run("ls -l /proc/self/fd", "-v", volume + ":/v", "-w", "/v");

        assertThat(outcome.out())
                .contains(" 0 -> ")
                .doesNotContain(shared.toString())
                .doesNotContain(" 4 ->");
    }

    @Test
    void theFilesOfEtcAreMountedOverWhateverIsThere() throws Exception {
        assumeTrue(Machine.find("mkfifo").isPresent(), "needs mkfifo, of coreutils");
        Path victim = Files.writeString(temporary.resolve("victim"), "untouched\n");
        image.directory("/etc").link("/etc/hosts", victim.toString());
        assertThat(Machine.run("mkfifo", image.at("/etc/hostname").toString()).exitCode())
                .isZero();

        Outcome outcome = run("cat /etc/hostname /etc/hosts", "-h", "a-box");

        assertThat(outcome.out()).startsWith("a-box\n127.0.0.1\tlocalhost\n");
        assertThat(victim).hasContent("untouched\n");
    }

    @Test
    void anEtcThatIsALinkStaysInsideTheContainer() throws IOException {
        Path victim = Files.createDirectories(temporary.resolve("victim"));
        image.link("/etc", "/usr/etc").directory("/usr/etc");
        assertThat(run("cat /usr/etc/hostname", "-h", "a-box").out()).isEqualTo("a-box\n");

        Files.delete(image.at("/etc"));
        image.link("/etc", victim.toString());
        assertThat(run("true").exitCode()).isEqualTo(125);
        assertThat(victim).isEmptyDirectory();
    }

    @Test
    void aVolumeForDevDoesNotBringTheMasksOrTheTerminal() throws Exception {
        Path core = temporary.resolve("core");
        Files.writeString(core, "a file of the host\n");
        Files.createSymbolicLink(volume.resolve("null"), Path.of("/proc/sys/kernel/core_pattern"));
        Files.createSymbolicLink(volume.resolve("console"), core);

        // CVE-2025-31133: a masked file would show what this null is a link to.
        assertThat(run("cat /proc/interrupts; stat -c %t,%T /proc/interrupts", "-v", volume + ":/dev")
                        .out())
                .isEqualTo("1,3\n");
        // CVE-2025-52565: the console would be mounted on what this one is a link to.
        Outcome terminal = run("echo here > /proc/self/fd/1; readlink /dev/console", "-t", "-v", volume + ":/dev");
        assertThat(terminal.out()).isEqualTo("here\r\n" + core + "\r\n");
        assertThat(core).hasContent("a file of the host\n");
    }

    private Outcome run(String script, String... flags) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(flags));
        words.addAll(List.of(image.toString(), "sh", "-c", script));
        return boxwright.run(words.toArray(String[]::new));
    }
}
