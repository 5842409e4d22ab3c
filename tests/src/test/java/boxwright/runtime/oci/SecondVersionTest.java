package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where cgroups of version 2 are all that there is; OtherKernelsTest runs it in such a machine. */
class SecondVersionTest {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path parent =
            ROOT.resolve("boxwright-second-" + ProcessHandle.current().pid());
    private final Path group = parent.resolve("box");

    @TempDir
    Path directory;

    @BeforeEach
    void onlySecondVersion() {
        Machine.needsRoot();
        assumeTrue(Machine.hasSecondVersion(), "needs cgroup v2 with its controllers at " + ROOT);
    }

    @AfterEach
    void end() throws IOException {
        for (Path left : List.of(group, parent.resolve("session"), parent)) {
            Files.deleteIfExists(left);
        }
    }

    private Box box() {
        return box("ro");
    }

    private Box box(String option) {
        return new Box(directory)
                .with("linux.cgroupsPath", "\"/" + parent.getFileName() + "/box\"")
                .with("linux.namespaces+", "{\"type\": \"cgroup\"}")
                .with(
                        "mounts+",
                        "{\"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", \"source\": \"cgroup\", \"options\":"
                                + " [\"" + option + "\"]}");
    }

    private String file(String name) throws IOException {
        return Files.readString(group.resolve(name)).strip();
    }

    @Test
    @Must({"unified-controllers", "unified-unknown"})
    void aLifeInTheSecondVersion() throws Exception {
        try (Box box = box().with("linux.resources", """
                {"memory": {"limit": 67108864, "swap": 67108864}, "pids": {"limit": 50},
                 "cpu": {"quota": 50000, "period": 100000, "shares": 1024},
                 "unified": {"memory.high": "60000000", "cgroup.max.depth": "3"}}
                """)) {
            box.started("grep '0::/$' /proc/self/cgroup; cat /sys/fs/cgroup/pids.max >/seen; sleep 1000");
            assertThat(file("memory.max")).isEqualTo("67108864");
            assertThat(file("pids.max")).isEqualTo("50");
            assertThat(file("cpu.max")).isEqualTo("50000 100000");
            assertThat(file("memory.high")).startsWith("59");
            assertThat(file("cgroup.max.depth")).isEqualTo("3");
            Machine.eventually(
                    "it is sleep, and alone", () -> file("cgroup.procs").equals(Integer.toString(box.pid())));
            box.writes("seen", "50\n");

            assertThat(box.command("pause").text()).isEmpty();
            assertThat(file("cgroup.freeze")).isEqualTo("1");
            assertThat(box.status()).isEqualTo("paused");
            assertThat(box.command("resume").text()).isEmpty();
            assertThat(file("cgroup.freeze")).isEqualTo("0");

            assertThat(box.command("update", "--pids-limit", "30", "--memory", "32m", "--memory-swap", "32m")
                            .text())
                    .isEmpty();
            assertThat(file("pids.max")).isEqualTo("30");
            assertThat(file("memory.max")).isEqualTo("33554432");

            JsonObject stats = JsonParser.parseString(
                            box.command("events", "--stats").text())
                    .getAsJsonObject()
                    .getAsJsonObject("data");
            assertThat(stats.getAsJsonObject("pids").get("current").getAsLong()).isEqualTo(1);
            assertThat(stats.getAsJsonObject("memory")
                            .getAsJsonObject("usage")
                            .get("limit")
                            .getAsLong())
                    .isEqualTo(33554432);

            // A group below that somebody has frozen, with a process in it that no signal ends.
            Path below = Files.createDirectory(group.resolve("below"));
            Process wedged = new ProcessBuilder("sleep", "1000").start();
            Files.writeString(below.resolve("cgroup.procs"), Long.toString(wedged.pid()));
            Files.writeString(below.resolve("cgroup.freeze"), "1");
            assertThat(box.command("delete", "--force").text()).isEmpty();
            assertThat(wedged.onExit().join().exitValue()).isEqualTo(128 + 9);
            assertThat(group).doesNotExist();
        }
    }

    @Test
    void anUpdateChangesWhatItNamesAndNothingElse() throws Exception {
        try (Box box = box().with("linux.resources", """
                {"memory": {"limit": 67108864, "swap": 134217728}, "cpu": {"quota": 50000, "period": 100000}}
                """)) {
            box.started("sleep 1000");
            updates(box, "--cpu-period", "50000");
            assertThat(file("cpu.max")).isEqualTo("50000 50000");
            updates(box, "--cpu-quota", "20000", "--cpu-share", "2048");
            assertThat(file("cpu.max")).isEqualTo("20000 50000");
            assertThat(file("cpu.weight")).isNotEqualTo("100");
            updates(box, "--memory", "32m");
            assertThat(file("memory.max")).isEqualTo("33554432");
            assertThat(file("memory.swap.max")).as("of 128 MiB together").isEqualTo("100663296");
            updates(box, "--memory-swap", "64m");
            assertThat(file("memory.swap.max")).isEqualTo("33554432");

            Path resources = Files.writeString(
                    directory.resolve("resources.json"),
                    "{\"pids\": {\"limit\": 40}, \"unified\": {\"memory.high\": \"20971520\", \"cgroup.max.descendants\": \"7\"}}");
            updates(box, "--resources", resources.toString());
            assertThat(file("pids.max")).isEqualTo("40");
            assertThat(file("memory.high")).isEqualTo("20971520");
            assertThat(file("cgroup.max.descendants")).isEqualTo("7");

            assertThat(box.command("update", "--memory", "100m").err()).contains("above that of memory and swap");
            updates(box, "--memory", "-1");
            assertThat(file("memory.max") + " " + file("memory.swap.max")).isEqualTo("max max");
            assertThat(box.command("update", "--memory-swap", "64m").err()).contains("needs a limit of memory too");
        }
    }

    private static void updates(Box box, String... words) {
        assertThat(box.command("update", words).text()).isEmpty();
    }

    /** As systemd in a container does it, and every engine that runs in one. */
    @Test
    void aContainerHasGroupsOfItsOwnBelowItsGroup() throws Exception {
        try (Box box = box("rw")) {
            box.started("cd /sys/fs/cgroup && busybox mkdir first other && echo 0 >first/cgroup.procs"
                    + " && echo +pids >cgroup.subtree_control && { sleep 1000 & echo $! >other/cgroup.procs; }"
                    + " && touch /ready; while :; do sleep 1; done");
            Machine.eventually("it is there", () -> Files.exists(directory.resolve("rootfs/ready")));

            assertThat(box.runtime
                            .run("exec", box.id, "cat", "/proc/self/cgroup")
                            .text())
                    .as("no process can be in the group itself: this one is beside the first")
                    .isEqualTo("0::/first");
            assertThat(box.command("ps", "--format", "json").text())
                    .contains(Files.readString(group.resolve("other/cgroup.procs"))
                            .strip());
            assertThat(box.command("pause").text()).isEmpty();
            assertThat(Files.readString(group.resolve("other/cgroup.events"))).contains("frozen 1");
            assertThat(box.command("resume").text()).isEmpty();
            assertThat(box.runtime.run("kill", "--all", box.id, "TERM").text()).isEmpty();
            Machine.eventually(
                    "the other has ended",
                    () -> Files.readString(group.resolve("other/cgroup.procs")).isEmpty());
            assertThat(box.status()).isEqualTo("running");
            assertThat(box.command("delete", "--force").text()).isEmpty();
            assertThat(group).doesNotExist();
        }
    }

    @Test
    void eventsTellThatMemoryRanOut() throws Exception {
        try (Box box = box().with("linux.resources", "{\"memory\": {\"limit\": 16777216, \"swap\": 16777216}}")) {
            box.started("while ! test -e /go; do sleep 0.1; done; busybox tail /dev/zero; sleep 1000");
            Path out = directory.resolve("events");
            Process events = box.runtime.start(out, "events", "--interval", "100ms", box.id);
            try {
                Machine.eventually("it tells", () -> Files.readString(out).contains("\"limit\":16777216"));
                Files.createFile(directory.resolve("rootfs/go"));
                Machine.eventually(
                        "it tells",
                        () -> Files.readString(out).contains("{\"type\":\"oom\",\"id\":\"" + box.id + "\"}"));
            } finally {
                events.destroy();
                events.waitFor();
            }
            assertThat(box.status()).isEqualTo("running");
        }
    }

    @Test
    @Must("devices-allowed-order")
    void theLaterRuleForADeviceHolds() throws Exception {
        try (Box box = box()) {
            CgroupMustTest.theLaterRuleForADeviceHolds(box);
        }
    }

    @Test
    @Must("cgroup-unfit")
    void aGroupThatIsFrozenIsRefused() throws Exception {
        Files.createDirectories(group);
        Files.writeString(group.resolve("cgroup.freeze"), "1");
        try (Box box = box()) {
            assertThat(box.refused()).contains("frozen");
        }
    }

    /** Ours has processes, so it could give groups below no controller. */
    @Test
    void withoutAnAbsolutePathItsGroupIsBesideOurs() throws Exception {
        Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+pids");
        Path session = Files.createDirectories(parent.resolve("session"));
        try (Box box = new Box(directory).with("linux.resources", "{\"pids\": {\"limit\": 50}}")) {
            box.script("sleep 1000").write();
            String script = "echo $$ >$0/cgroup.procs && exec \"$@\"";
            List<String> line = new ArrayList<>(List.of("sh", "-c", script, session.toString()));
            line.addAll(box.line("create"));

            assertThat(Finished.of(directory, line).text()).isEmpty();
            assertThat(parent.resolve(box.id).resolve("pids.max")).content().isEqualTo("50\n");
            assertThat(box.command("delete", "--force").text()).isEmpty();
            assertThat(parent.resolve(box.id)).doesNotExist();
        }
    }

    @Test
    @Must("unified-missing")
    void aControllerThatIsNotThereIsRefused() throws Exception {
        try (Box box = box().with("linux.resources", "{\"unified\": {\"nosuch.max\": \"1\"}}")) {
            assertThat(box.refused()).contains("nosuch");
        }
    }

    @Test
    @Must("memory-check")
    void aLimitBelowWhatIsUsedIsRefusedAndNobodyIsKilled() throws Exception {
        try (Box box = box().with("linux.resources", "{\"memory\": {\"limit\": 67108864, \"checkBeforeUpdate\": true}}")
                .with("mounts+", "{\"destination\": \"/mem\", \"type\": \"tmpfs\", \"source\": \"mem\"}")
                .with("linux.devices", "[{\"path\": \"/zero\", \"type\": \"c\", \"major\": 1, \"minor\": 5}]")
                .started("busybox dd if=/zero of=/mem/x bs=1M count=8; touch /full; sleep 1000")) {
            Machine.eventually("it has it", () -> Files.exists(directory.resolve("rootfs/full")));

            assertThat(box.command("update", "--memory", "1m").exitCode()).isEqualTo(1);
            assertThat(file("memory.max")).isEqualTo("67108864");
            assertThat(box.status()).isEqualTo("running");
        }
    }
}
