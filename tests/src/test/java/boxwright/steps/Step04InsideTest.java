package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.steps.StepCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a program in step 4 finds of the objects that have a key or a name and are no files. */
class Step04InsideTest {
    @BeforeAll
    static void needsRoot() throws IOException {
        StepCommand.assumeRoot();
    }

    @Test
    void its_namespace_is_not_the_hosts() throws Exception {
        String host = Files.readSymbolicLink(Path.of("/proc/self/ns/ipc")).toString();

        assertThat(inside("Step03", "readlink /proc/self/ns/ipc").output()).isEqualTo(host + "\n");
        assertThat(inside("Step04", "readlink /proc/self/ns/ipc").output())
                .startsWith("ipc:[")
                .isNotEqualTo(host + "\n");
    }

    @Test
    void it_starts_without_any_object() throws Exception {
        // The first line of each is the heading; sysvipc(7).
        assertThat(inside("Step04", "cd /proc/sysvipc; cat msg sem shm")
                        .output()
                        .lines())
                .hasSize(3);
        assertThat(inside("Step04", "ls /dev/mqueue").output()).isEmpty();
    }

    @Test
    void step_3_a_posix_queue_that_it_makes_stays_on_the_host() throws Exception {
        assertThat(onAStandIn("Step03")).endsWith("left: made-inside\n");
    }

    @Test
    void step_4_a_posix_queue_that_it_makes_goes_with_it() throws Exception {
        assertThat(onAStandIn("Step04")).startsWith("made: made-inside\n").endsWith("left:\n");
    }

    @Test
    void it_sees_no_system_v_queue_of_the_host() throws Exception {
        String script = "ipcmk -Q >/dev/null && exec \"$@\" sh -c 'tail -n +2 /proc/sysvipc/msg | wc -l'";

        assertThat(hosted(script, "Step03").output()).isEqualTo("1\n");
        assertThat(hosted(script, "Step04").output()).isEqualTo("0\n");
    }

    @Test
    void a_kernel_that_gives_no_more_of_them_is_named() throws Exception {
        List<String> runner = StepCommand.runner("Step04", "true");
        // Limits hold for a user namespace and all below it, namespaces(7): this one has nobody else in it.
        String script = "echo 0 >/proc/sys/user/max_ipc_namespaces && exec \"$@\"";
        List<String> command = StepCommand.with(
                List.of("unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"),
                runner.toArray(String[]::new));
        Result result = StepCommand.run(command);

        assertThat(result.exitCode()).isEqualTo(125);
        assertThat(result.err())
                .contains("clone3", "ENOSPC", "max_ipc_namespaces")
                .doesNotContain("\tat ");
    }

    /** Makes a queue in a step, and looks at what there is on the host afterwards. */
    private static String onAStandIn(String step) throws IOException, InterruptedException {
        return hosted(
                        "\"$@\" sh -c 'cd /dev/mqueue; touch made-inside; echo made: *';"
                                + " mount -t mqueue none \"$QUEUES\" && echo left: $(ls \"$QUEUES\")",
                        step)
                .output();
    }

    /** Runs a script with the step as its arguments, on a host that is played by namespaces of the script's own. */
    private static Result hosted(String script, String step) throws IOException, InterruptedException {
        Path queues = Files.createTempDirectory("queues");
        try {
            String variable = "QUEUES=" + queues + "; ";
            return StepCommand.run(StepCommand.with(
                    List.of("unshare", "--ipc", "--mount", "sh", "-c", variable + script, "sh"),
                    StepCommand.runner(step).toArray(String[]::new)));
        } finally {
            Files.delete(queues);
        }
    }

    private static Result inside(String step, String script) throws IOException, InterruptedException {
        return StepCommand.run(step, "sh", "-c", script);
    }
}
