package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Approved;
import boxwright.kernel.LandlockAbi;
import boxwright.users.OrdinaryUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each step is made of, as approved: a change to a container is a readable diff in {@code tests/approved/}. */
class StepPlanTest {
    @ParameterizedTest
    @ValueSource(strings = {"Step01", "Step02"})
    void a_step_in_the_hosts_files_is_this_list_of_system_calls(String step) throws Exception {
        Approved.verify("steps/" + step + ".txt", plan(step));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Step03",
                "ChrootOnly",
                "ChrootEscape",
                "Step04",
                "ReadQueues",
                "Step05",
                "Step06",
                "Step08",
                "SetClock",
                "Step09",
                "Step10"
            })
    void a_step_with_a_root_of_its_own_is_this_list_of_system_calls(String step) throws Exception {
        Approved.verify("steps/" + step + ".txt", plan(step, "--rootfs", StepCommand.HOME.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "Step01, Step02",
        "Step02, Step03",
        "Step04, Step05",
        "Step06, Step07",
        "Step07, Step08",
        "Step08, Step09",
        "Step09, Step10"
    })
    void a_step_only_adds_lines_to_the_step_before(String before, String after) throws Exception {
        assertThat(calls(plan(after, root(after))))
                .containsSubsequence(calls(plan(before, root(before))))
                .hasSizeGreaterThan(calls(plan(before, root(before))).size());
    }

    /** Which lines they are depends on the version that the machine has its controllers in: each has its own list. */
    @Test
    void step_7_is_this_list_of_system_calls() throws Exception {
        String plan = plan("Step07", root("Step07"));
        boolean second = plan.contains("CLONE_INTO_CGROUP");
        boolean first = plan.contains("memory_tasks") && plan.contains("pids_tasks");
        assumeTrue(first != second, "needs cgroups with the controllers memory and pids, both in one version");

        Approved.verify(second ? "steps/Step07-cgroup-v2.txt" : "steps/Step07-cgroup-v1.txt", plan);
    }

    @Test
    void step_4_adds_no_line_but_a_flag() throws Exception {
        String before = plan("Step03", root("Step03"));
        String after = plan("Step04", root("Step04"));

        assertThat(before).doesNotContain("CLONE_NEWIPC");
        assertThat(after).contains("|CLONE_NEWIPC");
        assertThat(after.replace("|CLONE_NEWIPC", "")).isEqualTo(before);
    }

    private static boolean hasFirstVersion() {
        return Files.exists(Path.of("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"))
                && Files.isDirectory(Path.of("/sys/fs/cgroup/pids"));
    }

    private static void assumeStepWorks(String step) {
        assumeTrue(
                step.compareTo("Step08") < 0 || !step.startsWith("Step") || hasFirstVersion(),
                "needs the controllers memory and pids of cgroup v1, as approved; v2 has files of other names");
        assumeTrue(
                step.compareTo("Step09") < 0 || !step.startsWith("Step") || LandlockAbi.version() > 0,
                "needs a kernel with Landlock: step 9 makes its policy by it");
    }

    private static String[] root(String step) {
        boolean ofItsOwn = step.compareTo("Step03") >= 0;
        return ofItsOwn ? new String[] {"--rootfs", StepCommand.HOME.toString()} : new String[0];
    }

    @Test
    void step_6_of_an_ordinary_user_is_this_list_of_system_calls() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.alone()) {
            String plan = StepCommand.run(
                            user.step("Step06", "--rootfs", user.directory().toString(), "--dry-run", "/bin/sh", "-l"))
                    .output();

            Approved.verify(
                    "steps/Step06-ordinary-user.txt",
                    named(plan)
                            .replaceAll("\\Q" + user.home() + "\\E/containers/[0-9a-f]+", "CONTAINER")
                            .replace(user.directory().toString(), "ROOTFS"));
        }
    }

    @Test
    void a_dry_run_makes_nothing() throws Exception {
        plan("Step03", "--rootfs", StepCommand.HOME.toString());

        try (var containers = Files.list(StepCommand.HOME.resolve("containers"))) {
            assertThat(containers).isEmpty();
        }
    }

    private String plan(String step, String... options) throws Exception {
        assumeStepWorks(step);
        String[] words = new String[options.length + 3];
        System.arraycopy(options, 0, words, 0, options.length);
        words[options.length] = "--dry-run";
        words[options.length + 1] = "/bin/sh";
        words[options.length + 2] = "-l";
        return named(StepCommand.run(step, words).output());
    }

    /**
     * With names in the place of what is different on each machine and in each run, and without the columns: they would
     * move in all lines when one line changes.
     */
    private String named(String plan) {
        return ownGroups(plan)
                .replaceAll(" +// ", "  // ")
                // What Landlock is asked to watch, and the length of a filter, depend on the kernel.
                .replaceAll("\\{(handled_access_fs|allowed_access)=[A-Z_|]*LANDLOCK[A-Z_|]*", "{$1=…")
                .replaceAll("(\\{handled_access_fs=…)[^}]*\\}, [0-9]+", "$1}, …")
                .replaceAll("\\{len=[0-9]+, filter=\\[[0-9]+ ", "{len=…, filter=[… ")
                // One for each processor that has it.
                .replaceAll("(?m)^.*/thermal_throttle.*\\R", "")
                .replaceAll("\\Q" + StepCommand.HOME + "\\E/containers/[0-9a-f]+", "CONTAINER")
                .replace("lowerdir=" + StepCommand.HOME, "lowerdir=ROOTFS")
                .replaceAll("until veth bw[0-9a-f]{8} \\([0-9.]+\\)", "until veth NAME (HOST-ADDRESS)")
                // Which ids are free depends on /etc/subuid.
                .replaceAll("\\b0:[0-9]{6,}:65536", "0:FIRST:65536")
                .replaceAll("(fchownat\\(AT_FDCWD, \"[a-z.]+\"), [0-9]+, [0-9]+", "$1, FIRST, FIRST")
                .replaceAll("root in here, user [0-9]+ outside", "root in here, user FIRST outside")
                .replace("open_tree(AT_FDCWD, \"" + StepCommand.HOME, "open_tree(AT_FDCWD, \"ROOTFS")
                .replaceAll("ifr_addr=[0-9.]+", "ifr_addr=CONTAINER-ADDRESS")
                .replaceAll("rt_gateway=[0-9.]+", "rt_gateway=HOST-ADDRESS");
    }

    /** Where our own groups are, and which controllers are switched on above them already. */
    private static String ownGroups(String plan) {
        String hierarchy = plan.contains("CLONE_INTO_CGROUP") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/[a-z,]+";
        return plan.replaceAll("(" + hierarchy + ")[^\"\\\\]*?/boxwright-[0-9a-f]+", "$1/OURS/boxwright-ID")
                .replaceAll("(write\\(note, \"[^\"]*\", )[0-9]+", "$1…")
                .replaceAll("(?m)^file = openat.*cgroup.subtree_control.*\n.*\n.*\n", "");
    }

    /** The calls of a plan, but the flags of {@code clone3}, which steps add to, and the environment of an image. */
    private static List<String> calls(String plan) {
        return plan.lines()
                .map(line -> line.replaceAll("^[^a-z]*", ""))
                .map(line -> line.replaceAll("\\s*//.*", ""))
                .map(line -> line.replaceAll("flags=CLONE_[A-Z_|]*", "flags=…"))
                .map(line -> line.replaceAll(", \\[\"[A-Z]+=.*\\]", ", […]"))
                .filter(line -> line.contains("("))
                .toList();
    }
}
