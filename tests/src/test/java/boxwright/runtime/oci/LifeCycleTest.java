package boxwright.runtime.oci;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a container, with Debian's runc beside it: what runc answers is what callers rely on. */
class LifeCycleTest {
    private static final String TRAPS = "trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done";

    @TempDir
    Path directory;

    private final String id = "life-" + ProcessHandle.current().pid();

    @BeforeEach
    void bundle() throws IOException {
        Machine.needsRoot();
        OciRuntime.bundle(directory, TRAPS);
    }

    /** What a caller sees of one life. */
    private final class Life {
        private final OciRuntime runtime;
        private final List<String> seen = new ArrayList<>();

        Life(OciRuntime runtime) {
            this.runtime = runtime;
        }

        void step(String... words) {
            Finished outcome = runtime.run(words);
            seen.add(String.join(" ", words) + ": " + outcome.exitCode());
            if (outcome.exitCode() != 0 && !List.of("exec", "run").contains(words[0])) {
                assertThat(outcome.err()).contains("level=error").doesNotContain("\tat ");
            }
        }

        void status() {
            seen.add("it is " + runtime.status(id));
        }

        void told(String what, String... words) {
            step(words);
            seen.add(what + ": " + runtime.run(words).out().strip());
        }
    }

    private List<String> live(OciRuntime runtime, Consumer<Life> story) {
        Life life = new Life(runtime);
        try {
            story.accept(life);
        } finally {
            runtime.run("delete", "--force", id);
        }
        assertThat(runtime.status(id)).isEqualTo("none");
        return life.seen;
    }

    private void sameAsRunc(Consumer<Life> story) {
        List<String> runc = live(OciRuntime.runc(directory.resolve("runc")), story);
        List<String> ours = live(OciRuntime.ours(directory.resolve("ours")), story);

        assertThat(ours).containsExactlyElementsOf(runc);
        assertThat(runc).hasSizeGreaterThan(4);
    }

    @Test
    void createStartKillDelete() {
        sameAsRunc(life -> {
            life.status();
            life.step(
                    "create",
                    "--bundle",
                    directory.toString(),
                    "--pid-file",
                    directory.resolve("pid").toString(),
                    id);
            life.status();
            life.seen.add("a pid: " + read(directory.resolve("pid")).matches("[0-9]+"));
            life.step("create", "--bundle", directory.toString(), id);
            life.step("exec", id, "true");
            life.told("ids", "list", "--quiet");
            life.step("start", id);
            life.status();
            life.step("start", id);
            life.step("delete", id);
            life.step("kill", id, "NOSIG");
            life.step("kill", id, "TERM");
            eventually("the program ends", () -> life.runtime.status(id).equals("stopped"));
            life.status();
            life.step("kill", id, "KILL");
            life.step("start", id);
            life.step("exec", id, "true");
            life.step("pause", id);
            life.step("resume", id);
            life.step("ps", id);
            life.step("delete", id);
            life.status();
            life.step("delete", id);
            life.step("delete", "--force", id);
        });
    }

    @Test
    void execPauseAndResume() {
        sameAsRunc(life -> {
            life.step("run", "--detach", "--bundle", directory.toString(), id);
            life.status();
            life.step("exec", id, "sh", "-c", "exit 3");
            life.step("exec", id, "nosuch");
            life.step("exec", id, "/proc");
            life.told(
                    "who",
                    "exec",
                    "--user",
                    "12:34",
                    "--cwd",
                    "/bin",
                    "--env",
                    "A=b",
                    id,
                    "sh",
                    "-c",
                    "id -u; id -g; pwd; echo $A");
            life.told("caps", "exec", id, "grep", "Cap", "/proc/self/status");
            life.told("more", "exec", "--cap", "CAP_CHOWN", id, "grep", "CapEff", "/proc/self/status");
            life.step("pause", id);
            life.status();
            life.step("exec", id, "true");
            life.step("pause", id);
            life.step("resume", id);
            life.status();
            life.step("resume", id);
            life.step("delete", "--force", id);
            life.status();
        });
    }

    @Test
    void whoIsThere() {
        sameAsRunc(life -> {
            life.step("run", "--detach", "--bundle", directory.toString(), id);
            String json = life.runtime.run("ps", "--format", "json", id).out().strip();
            life.seen.add("numbers: " + json.matches("\\[[0-9]+(,[0-9]+)*]"));
            String table = life.runtime.run("ps", id, "-o", "pid,comm").out();
            life.seen.add("table: " + table.lines().findFirst().orElse("").strip());
            life.step("kill", "--all", id, "KILL");
            eventually("it ends", () -> life.runtime.status(id).equals("stopped"));
            life.step("delete", id);
        });
    }

    @Test
    void whatIsNotThere() {
        sameAsRunc(life -> {
            for (String verb : List.of("start", "state", "pause", "resume", "delete", "ps", "update")) {
                life.step(verb, "no-such-container");
            }
            life.step("kill", "no-such-container", "KILL");
            life.step("exec", "no-such-container", "true");
            life.step("create", "--bundle", "/no/such/bundle", id);
            life.step("create", "--bundle", directory.toString(), "a/b");
            life.step("create", "--bundle", directory.toString(), "..");
            life.step("create", "--bundle", directory.toString(), "a b");
        });
    }

    @Test
    void runExitsAsTheProgramDoes() throws IOException {
        for (String program : List.of("exit 0", "exit 42", "kill -9 $$$$; exit 5")) {
            Files.writeString(directory.resolve("config.json"), OciRuntime.config(program.replace("$$$$", "$$")));
            sameAsRunc(life -> {
                life.step("run", "--bundle", directory.toString(), id);
                life.status();
                life.step("run", "--bundle", directory.toString(), id);
                life.status();
                life.step("list");
            });
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
