package boxwright.escapes;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.run.BoxwrightCommand;
import boxwright.run.BoxwrightCommand.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CVE-2024-21626: a directory of the host that is open somewhere while the container is made is a way out, for whoever can
 * name it: {@code /proc/self/fd/7} as the working directory is enough.
 */
class FindALeakedDirectoryTest {
    private static final int MOST = 12;

    /** A shell that reads a directory has it open, so it asks for one number after the other. */
    private static final String LIST =
            "n=0; while [ $n -lt 100 ]; do test ! -e /proc/$$/fd/$n || echo $n; n=$((n + 1)); done; ";

    @TempDir
    private Path directory;

    private Attacker attacker;

    @BeforeEach
    void image() throws Exception {
        attacker = Attacker.in(directory);
        Files.writeString(directory.resolve("secret"), "a file of the host");
    }

    @Test
    void with_a_root_of_its_own_but_an_open_directory_one_goes_out_by_its_number() {
        String image = attacker.image().toString();
        String enter = "mkdir -p \"$0/proc\" && mount -t proc proc \"$0/proc\" && exec 7<\"$1\""
                + " && exec chroot \"$0\" /bin/busybox sh -c 'cd /proc/self/fd/7 && cat secret'";
        Machine.Ran attack =
                Machine.run("unshare", "--mount", "--pid", "--fork", "sh", "-c", enter, image, directory.toString());

        assertThat(attack.output()).isEqualTo("a file of the host");
    }

    @Test
    void no_number_is_a_working_directory_on_the_host() {
        String look = "busybox pwd; cat secret ../secret ../../secret ../../../secret; cat ../../../../../.."
                + directory + "/secret";
        for (int number = 0; number < MOST; number++) {
            Outcome outcome = attacker.shell(List.of("--workdir", "/proc/self/fd/" + number), look);

            assertThat(outcome.out()).as("descriptor " + number).doesNotContain("a file of the host");
        }
    }

    @Test
    void neither_is_a_link_of_the_image_to_one() throws Exception {
        Path link = attacker.image().resolve("work");
        for (String target :
                List.of("/proc/self/cwd", "/proc/self/root", "/proc/1/cwd", "/proc/1/root", "/proc/self/fd/6")) {
            Files.createSymbolicLink(link, Path.of(target));
            Outcome outcome = attacker.shell(
                    List.of("--workdir", "/work"), "cat secret; cat ../../../../../../../.." + directory + "/secret");
            Files.delete(link);

            assertThat(outcome.out()).as(target).isEmpty();
        }
    }

    @Test
    void the_program_has_three_descriptors_and_no_more() {
        assertThat(attacker.shell(List.of(), LIST).out()).isEqualTo("0\n1\n2\n");
    }

    @Test
    void a_directory_that_our_own_caller_left_open_does_not_come_through() {
        Outcome outcome = BoxwrightCommand.outcome(
                attacker.boxwright()
                        .builder(
                                List.of("sh", "-c", "exec 7<\"$0\" 8<\"$0/secret\"; exec \"$@\"", directory.toString()),
                                "run",
                                attacker.image().toString(),
                                "/bin/busybox",
                                "sh",
                                "-c",
                                LIST + "cat /proc/self/fd/7/secret /proc/self/fd/8"),
                "");

        assertThat(outcome.out()).isEqualTo("0\n1\n2\n");
    }

    @Test
    void a_directory_of_ours_is_in_no_process_inside() {
        assertThat(attacker.shell(
                                List.of(),
                                "for link in /proc/[0-9]*/cwd /proc/[0-9]*/root; do busybox readlink $link; done")
                        .out()
                        .lines())
                .isNotEmpty()
                .allMatch(place -> place.equals("/"));
    }
}
