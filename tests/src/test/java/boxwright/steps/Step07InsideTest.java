package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.isolation.CgroupContainers;
import boxwright.isolation.cgroup.Controller;
import boxwright.steps.StepCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a program in step 7 finds of its share of the machine, and what it sees of the cgroups. */
class Step07InsideTest {
    @BeforeAll
    static void needs() throws IOException {
        StepCommand.assumeRoot();
        CgroupContainers.needs(Controller.MEMORY, Controller.PIDS);
    }

    @Test
    void its_namespace_is_not_the_hosts() throws Exception {
        String host = Files.readSymbolicLink(Path.of("/proc/self/ns/cgroup")).toString();

        assertThat(inside("readlink /proc/self/ns/cgroup").output())
                .startsWith("cgroup:[")
                .isNotEqualTo(host + "\n");
    }

    @Test
    void it_is_at_the_root_of_what_it_sees() throws Exception {
        assertThat(inside("cat /proc/self/cgroup").output().lines())
                .isNotEmpty()
                .allMatch(line -> line.endsWith(":/"));
    }

    @Test
    void its_limits_are_there_to_look_at() throws Exception {
        String find = "find /sys/fs/cgroup -name memory.max -o -name memory.limit_in_bytes -o -name pids.max";

        assertThat(inside("for file in $(" + find + "); do cat $file; done")
                        .output()
                        .lines())
                .containsExactlyInAnyOrder("67108864", "50");
        Result change = inside("for file in $(" + find + "); do echo 1000000000 >$file; done");
        assertThat(change.err()).contains("Read-only file system");
    }

    @Test
    void a_program_that_fits_runs_to_its_end() throws Exception {
        Result fits = inside("head -c 1000000 /dev/zero | tail -n 1 | wc -c");

        assertThat(fits.output()).isEqualTo("1000000\n");
        assertThat(fits.err()).isEmpty();
    }

    @Test
    void a_program_that_is_killed_for_memory_has_the_exit_code_of_its_signal() throws Exception {
        Result killed = StepCommand.run("Step07", "tail", "/dev/zero");

        assertThat(killed.exitCode()).isEqualTo(137);
        assertThat(killed.err()).isEqualTo("step07: killed: it used more than 64 MiB\n");
    }

    @Test
    void a_machine_without_cgroups_is_named_and_the_program_runs_without() throws Exception {
        String script = "umount -l -R /sys/fs/cgroup; exec \"$@\"";
        List<String> command = StepCommand.with(
                List.of("unshare", "--net", "--mount", "sh", "-c", script, "sh"),
                StepCommand.runner("Step07", "echo", "ran").toArray(String[]::new));
        Result result = StepCommand.run(command);

        assertThat(result.output()).isEqualTo("ran\n");
        assertThat(result.err())
                .contains("step07: no limit by memory: no cgroup file system is mounted.", "step07: no limit by pids:");
    }

    /** The cable of step 5 is laid to a network namespace of the test's own. */
    private static Result inside(String script) throws IOException, InterruptedException {
        return StepCommand.run(StepCommand.with(
                List.of("unshare", "--net"),
                StepCommand.runner("Step07", "sh", "-c", script).toArray(String[]::new)));
    }
}
