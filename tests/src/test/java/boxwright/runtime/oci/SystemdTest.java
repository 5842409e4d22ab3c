package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --systemd-cgroup} where systemd has started the machine; OtherKernelsTest runs it in such a one. */
class SystemdTest {
    private static final String SLICE = "machine-boxwright.slice";

    @TempDir
    Path directory;

    private Box box() {
        Machine.needsSystemd();
        Box box = new Box(directory);
        return box.with("linux.cgroupsPath", "\"" + SLICE + ":box:" + box.id + "\"")
                .with("linux.namespaces+", "{\"type\": \"cgroup\"}");
    }

    private static Finished withSystemd(Box box, String verb) {
        return box.runtime.run(
                "--systemd-cgroup", verb, "--bundle", box.bundle().toString(), box.id);
    }

    private static String unit(Box box) {
        return "box-" + box.id + ".scope";
    }

    private static Path group(Box box) {
        return Path.of("/sys/fs/cgroup/machine.slice", SLICE, unit(box));
    }

    /** What systemd says of the scope, {@code name=value}, in its own order. */
    private static List<String> shown(Box box, String... properties) {
        return Machine.run("systemctl", "show", "--property", String.join(",", properties), unit(box))
                .output()
                .lines()
                .sorted()
                .toList();
    }

    private static String file(Box box, String name) throws IOException {
        return Files.readString(group(box).resolve(name)).strip();
    }

    @Test
    void aContainerIsInAScopeThatSystemdHasMade() throws Exception {
        try (Box box = box().with("linux.resources", """
                {"memory": {"limit": 67108864}, "pids": {"limit": 50}, "cpu": {"quota": 50000, "period": 100000}}
                """)) {
            box.script("busybox grep '0::/$' /proc/self/cgroup; sleep 1000").write();
            assertThat(withSystemd(box, "create").text()).isEmpty();
            assertThat(Files.readString(Path.of("/proc/" + box.pid() + "/cgroup"))
                            .strip())
                    .isEqualTo("0::/machine.slice/" + SLICE + "/" + unit(box));
            assertThat(file(box, "cgroup.procs")).isEqualTo(Integer.toString(box.pid()));
            assertThat(box.command("start").text()).isEmpty();

            assertThat(shown(
                            box,
                            "ActiveState",
                            "Delegate",
                            "MemoryMax",
                            "TasksMax",
                            "CPUQuotaPerSecUSec",
                            "Description"))
                    .containsExactly(
                            "ActiveState=active",
                            "CPUQuotaPerSecUSec=500ms",
                            "Delegate=yes",
                            "Description=container " + box.id,
                            "MemoryMax=67108864",
                            "TasksMax=50");
            assertThat(file(box, "memory.max")).isEqualTo("67108864");
            assertThat(file(box, "cpu.max")).isEqualTo("50000 100000");

            assertThat(box.runtime
                            .run("exec", box.id, "cat", "/proc/self/cgroup")
                            .text())
                    .isEqualTo("0::/");
            assertThat(box.command("pause").text()).isEmpty();
            assertThat(box.status()).isEqualTo("paused");
            assertThat(box.command("resume").text()).isEmpty();

            // What has changed is what systemd puts there when it reads all anew.
            assertThat(box.command("update", "--memory", "32m", "--pids-limit", "40")
                            .text())
                    .isEmpty();
            assertThat(Machine.run("systemctl", "daemon-reload").exitCode()).isZero();
            assertThat(shown(box, "MemoryMax", "TasksMax")).containsExactly("MemoryMax=33554432", "TasksMax=40");
            assertThat(file(box, "memory.max")).isEqualTo("33554432");

            assertThat(box.runtime.run("kill", box.id, "KILL").text()).isEmpty();
            box.becomes("stopped");
            assertThat(box.command("delete").text()).isEmpty();
            assertThat(shown(box, "LoadState")).containsExactly("LoadState=not-found");
            assertThat(group(box)).doesNotExist();
        }
    }

    @Test
    void whereNothingComesOfItNoScopeIsLeft() throws Exception {
        try (Box box = box().with("process.args", "[\"no-such-program\"]")) {
            box.write();
            Finished outcome = withSystemd(box, "create");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err()).contains("executable file not found");
            assertThat(shown(box, "LoadState")).containsExactly("LoadState=not-found");
            assertThat(group(box)).doesNotExist();
        }
    }

    @Test
    void aCreateThatIsKilledLeavesWhatDeleteRemoves() throws Exception {
        for (int patience : List.of(1000, 2500, 4000, 6000)) {
            try (Box box = box()) {
                box.script("sleep 1000").write();
                Process create = box.runtime.start(
                        Path.of("/dev/null"), "--systemd-cgroup", "create", "--bundle", directory.toString(), box.id);
                Thread.sleep(patience);
                create.destroyForcibly().waitFor();

                assertThat(box.command("delete", "--force").exitCode()).isZero();
                Machine.eventually(
                        "systemd has forgotten it",
                        () -> shown(box, "LoadState").equals(List.of("LoadState=not-found")));
                assertThat(group(box)).doesNotExist();
            }
        }
    }

    @Test
    void aScopeThatIsThereIsNotTakenOver() throws Exception {
        try (Box first = box()) {
            first.script("sleep 1000").write();
            assertThat(withSystemd(first, "create").text()).isEmpty();
            Finished outcome = first.runtime.run(
                    "--systemd-cgroup", "create", "--bundle", directory.toString(), "another-" + first.id);

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err()).contains("systemd does not make the scope", unit(first));
            assertThat(first.runtime.status("another-" + first.id)).isEqualTo("none");
            assertThat(shown(first, "ActiveState")).containsExactly("ActiveState=active");
            assertThat(first.status()).isEqualTo("created");
        }
    }

    @Test
    void anotherFormOfThePathIsRefused() throws Exception {
        try (Box box = box().with("linux.cgroupsPath", "\"/a/b\"")) {
            box.write();

            assertThat(withSystemd(box, "create").err()).contains("slice:prefix:name");
        }
    }

    @Test
    void whereSystemdDoesNotRunThatIsSaid() {
        assumeTrue(!Machine.hasSystemd(), "systemd runs here");
        Box box = new Box(directory).write();
        Finished outcome = withSystemd(box, "create");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("systemd not running on this host");
        assertThat(box.status()).isEqualTo("none");
    }
}
