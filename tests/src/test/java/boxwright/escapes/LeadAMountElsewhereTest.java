package boxwright.escapes;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CVE-2021-30465, CVE-2019-16884, CVE-2025-31133, -52565 and -52881: an image, or a volume that another container writes
 * to, has a symbolic link where the runtime is going to mount or to write. Who follows it by the host's paths mounts over
 * the host's directories, or shows them inside; who writes a label to what is no longer {@code /proc} leaves the program
 * without one.
 */
class LeadAMountElsewhereTest {
    @TempDir
    private Path directory;

    private Attacker attacker;
    private Path victim = Path.of("");

    @BeforeEach
    void image() throws Exception {
        attacker = Attacker.in(directory);
        victim = Files.createDirectory(directory.resolve("victim"));
        Files.writeString(victim.resolve("file"), "the host's\n");
    }

    @AfterEach
    void the_host_is_as_it_was() throws Exception {
        if (Files.exists(victim.resolve("file"))) {
            assertThat(victim).isDirectoryContaining("glob:**/file");
            assertThat(Machine.run("ls", victim.toString()).output()).isEqualTo("file\n");
            assertThat(victim.resolve("file")).hasContent("the host's\n");
            assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc", "sys", "dev"})
    void who_mounts_by_the_hosts_paths_mounts_on_the_host(String place) throws Exception {
        link(place, victim.toString());
        String naive = "mount -t tmpfs planted \"$0\" && cut -d ' ' -f 2 /proc/mounts | tail -n 1";

        assertThat(Machine.run(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                naive,
                                attacker.image().resolve(place).toString())
                        .output())
                .isEqualTo(victim + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc", "sys", "dev"})
    void a_link_to_the_host_in_the_place_of_a_file_system_of_the_kernel(String place) throws Exception {
        link(place, victim.toString());

        assertNothingOfTheHost(attacker.shell(List.of(), "cat /" + place + "/file " + victim + "/file"));
    }

    /** The image has the place that the link leads to as well, so that there is something to mount on. */
    @ParameterizedTest
    @CsvSource({
        "proc, /etc",
        "proc, /tmp/../etc",
        "proc, dev/shm",
        "sys, /proc",
        "sys, /proc/sys",
        "dev, /proc/self",
        "dev, /sys/kernel"
    })
    void a_link_within_the_image_takes_away_no_mask(String place, String target) throws Exception {
        Files.createDirectories(attacker.image().resolve("etc"));
        link(place, target);

        // A masked file is no file but the device null; a read-only one cannot be opened.
        Outcome outcome = attacker.shell(
                List.of(),
                "for proc in /proc /etc /dev/shm; do for name in kcore interrupts sysrq-trigger sys/kernel/core_pattern; do"
                        + " test -f $proc/$name && (: >>$proc/$name) 2>/dev/null && echo open: $proc/$name; done; done");

        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void and_without_a_mask_that_script_does_find_them() {
        Outcome outcome = attacker.shell(
                List.of("--security-opt", "systempaths=unconfined"),
                "test -f /proc/interrupts && (: >>/proc/sys/kernel/core_pattern) && echo open");

        assertThat(outcome.out()).isEqualTo("open\n");
    }

    @Test
    void a_dev_full_of_links_is_not_the_containers_dev() throws Exception {
        Path dev = Files.createDirectory(attacker.image().resolve("dev"));
        for (String name : List.of("null", "console", "pts", "ptmx", "shm", "mqueue", "fd", "stdout")) {
            Files.createSymbolicLink(dev.resolve(name), victim.resolve("file"));
        }
        Outcome outcome = attacker.shell(
                List.of("--tty"),
                "busybox stat -c %t,%T /dev/null /proc/interrupts;"
                        + " for name in console pts shm; do busybox readlink /dev/$name; done; busybox tty");

        assertThat(outcome.out().lines().map(String::strip)).containsExactly("1,3", "1,3", "/dev/pts/0");
    }

    /** CVE-2019-16884: the image has its own idea of /proc/self/attr, where the runtime writes the label. */
    @Test
    void a_proc_of_the_images_own_lies_under_the_kernels() throws Exception {
        Path attributes = Files.createDirectories(attacker.image().resolve("proc/self/attr"));
        Files.writeString(attributes.resolve("exec"), "a trap");

        Outcome outcome = attacker.shell(List.of(), "cat /proc/self/comm; cat /proc/self/attr/exec");

        assertThat(outcome.out()).startsWith("cat\n").doesNotContain("a trap");
    }

    @ParameterizedTest
    @ValueSource(strings = {"etc/hostname", "etc/hosts", "etc/resolv.conf"})
    void a_file_that_the_engine_fills_in_is_a_link_to_a_file_of_the_host(String name) throws Exception {
        Files.createDirectories(attacker.image().resolve("etc"));
        link(name, victim.resolve("file").toString());

        assertNothingOfTheHost(attacker.shell(List.of(), "cat /" + name + "; echo mine >>/" + name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/data", "/data/deep"})
    void a_volumes_place_is_a_link_to_a_directory_of_the_host(String place) throws Exception {
        link("data", victim.toString());
        Path volume = Files.createDirectory(directory.resolve("volume"));

        Outcome outcome = attacker.shell(
                List.of("--volume", volume + ":" + place), "cat /data/file; echo planted >" + place + "/planted");

        assertNothingOfTheHost(outcome);
        assertThat(victim.resolve("deep")).doesNotExist();
    }

    /** CVE-2021-30465 itself: while a container is made, another one swaps the place of a mount for a link, again and again. */
    @Test
    void a_volumes_place_in_another_volume_turns_into_a_link_and_back() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.createDirectory(shared.resolve("place"));
        Files.createSymbolicLink(shared.resolve("link"), victim);
        Path volume = Files.createDirectory(directory.resolve("volume"));
        Files.writeString(volume.resolve("mine"), "");
        String swap =
                "cd \"$0\" && while [ -d place ] || [ -L place ]; do mv -T place was && mv -T link place && mv -T was link; done";
        Process swapping = new ProcessBuilder("sh", "-c", swap, shared.toString())
                .redirectErrorStream(true)
                .start();
        try {
            for (int i = 0; i < 20; i++) {
                Outcome outcome = attacker.shell(
                        List.of("--volume", shared + ":/shared", "--volume", volume + ":/shared/place"),
                        "cat /shared/place/file " + victim + "/file");

                assertNothingOfTheHost(outcome);
            }
        } finally {
            swapping.destroyForcibly().waitFor();
        }
    }

    private void assertNothingOfTheHost(Outcome outcome) {
        assertThat(outcome.out()).as(outcome.err()).doesNotContain("the host's");
        assertThat(outcome.err()).doesNotContain("\tat ").doesNotContain("unknown flag");
    }

    private void link(String place, String target) throws IOException {
        Files.createSymbolicLink(attacker.image().resolve(place), Path.of(target));
    }
}
