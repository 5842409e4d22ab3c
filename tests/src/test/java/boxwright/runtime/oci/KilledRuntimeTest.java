package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is lost, and nothing left: many callers at once, and commands that are killed at any moment. */
class KilledRuntimeTest {
    private static final int CALLERS = 8;
    private static final int CONTAINERS = 200;
    private static final int KILLS = 40;
    private static final int DELAY_MICROS = 3_000_000;

    private static final long SEED = 20_261_125;

    @TempDir
    Path directory;

    private final String prefix = "crowd-" + ProcessHandle.current().pid() + "-";
    private final String mark = "sleep 7" + ProcessHandle.current().pid();
    private OciRuntime runtime = OciRuntime.ours(Path.of("/nonexistent"));

    @BeforeEach
    void bundle() throws IOException {
        Machine.needsRoot();
        runtime = OciRuntime.ours(directory.resolve("state"));
        OciRuntime.bundle(directory, "exec " + mark);
    }

    /** What a create and a delete take here, in milliseconds: no other command takes longer. */
    private long aCreateAndADelete() {
        String id = prefix + "timed";
        return Machine.quickest(() -> {
            assertThat(runtime.run("create", "--bundle", directory.toString(), id)
                            .exitCode())
                    .isZero();
            assertThat(runtime.run("delete", "--force", id).exitCode()).isZero();
        });
    }

    private void nothingIsLeft() throws IOException {
        assertThat(Leftovers.of(directory, prefix)).isEmpty();
        assertThat(Machine.commandLines().values()).noneMatch(line -> line.contains(mark));
    }

    @Test
    void twoHundredContainersByEightCallers() throws Exception {
        List<Callable<List<String>>> lives = new ArrayList<>();
        for (int i = 0; i < CONTAINERS; i++) {
            String id = prefix + i;
            lives.add(() -> {
                List<String> complaints = new ArrayList<>();
                for (String[] words : List.of(
                        new String[] {"create", "--bundle", directory.toString(), id},
                        new String[] {"start", id},
                        new String[] {"delete", "--force", id})) {
                    Finished outcome = runtime.run(words);
                    if (outcome.exitCode() != 0) {
                        complaints.add(String.join(" ", words) + ": " + outcome.err());
                    }
                }
                return complaints;
            });
        }
        List<String> complaints = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            for (Future<List<String>> life : callers.invokeAll(lives)) {
                complaints.addAll(life.get());
            }
        }
        assertThat(complaints).isEmpty();
        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "start", "delete"})
    void aCommandThatIsKilledAtAnyMomentLeavesWhatDeleteRemoves(String verb) throws Exception {
        Random random = new Random(SEED);
        Path ignored = directory.resolve("ignored");
        long longest = aCreateAndADelete();
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            String id = prefix + verb + i;
            if (!verb.equals("create")) {
                assertThat(runtime.run("create", "--bundle", directory.toString(), id)
                                .exitCode())
                        .isZero();
            }
            String[] words = verb.equals("create")
                    ? new String[] {verb, "--bundle", directory.toString(), id}
                    : verb.equals("start") ? new String[] {verb, id} : new String[] {verb, "--force", id};
            Process process = runtime.start(ignored, words);
            boolean ended = process.waitFor(random.nextLong(longest), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            killed += ended ? 0 : 1;

            Finished outcome = runtime.run("delete", "--force", id);

            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(runtime.status(id)).isEqualTo("none");
        }
        assertThat(killed).as("commands that were killed before their end").isGreaterThan(KILLS / 4);
        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--detach", "--pid-file"})
    void anExecThatIsKilledAtAnyMomentLeavesTheContainerRunningAndNothingWhenThatIsDeleted(String way)
            throws Exception {
        Random random = new Random(SEED);
        Path ignored = directory.resolve("ignored");
        Path pidFile = directory.resolve("pid");
        long longest = aCreateAndADelete();
        int killed = 0;
        int begun = 0;
        for (int i = 0; i < KILLS / 2; i++) {
            String id = prefix + "exec" + i;
            runtime.run("run", "--detach", "--bundle", directory.toString(), id);
            String[] words = way.equals("--detach")
                    ? new String[] {"exec", way, id, "sh", "-c", "exec " + mark}
                    : new String[] {"exec", way, pidFile.toString(), id, "sh", "-c", "exec " + mark};
            Process process = runtime.start(ignored, words);
            // Every other one is killed before any JVM is through, on a fast machine too.
            long patience = random.nextLong(i % 2 == 0 ? longest / 6 : 2 * longest);
            boolean ended = process.waitFor(patience, TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            killed += ended ? 0 : 1;
            begun += ended || Files.exists(pidFile) ? 1 : 0;

            assertThat(runtime.status(id)).isEqualTo("running");
            if (Files.exists(pidFile)) {
                assertThat(Machine.isAlive(Long.parseLong(Files.readString(pidFile))))
                        .isTrue();
                Files.delete(pidFile);
            }
            Finished outcome = runtime.run("delete", "--force", id);
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        }
        assertThat(killed).as("commands that were killed before their end").isGreaterThan(KILLS / 8);
        assertThat(begun).as("commands whose program ran by then").isPositive();
        nothingIsLeft();
    }

    /** The launcher's first call takes its time: so the command is killed before it asks to be killed with it. */
    @Test
    void aCreateThatIsKilledBeforeItsLauncherRunsLeavesNothingForWhatRunsLater() throws Exception {
        String strace = Machine.needs("strace");
        String id = prefix + "window";
        Path trace = directory.resolve("trace");
        List<String> line = new ArrayList<>(List.of(strace, "-f", "-qq", "-o", trace.toString()));
        line.addAll(List.of("-e", "trace=close_range,mkdirat", "-e", "inject=close_range:delay_enter=" + DELAY_MICROS));
        line.addAll(runtime.line("create", "--bundle", directory.toString(), id));
        Process tracer = Finished.start(directory, directory.resolve("out"), directory.resolve("err"), line);
        try {
            Machine.eventually("the launcher is there", () -> isLaunched(id));
            int jvm = Machine.children(tracer.pid()).getFirst();
            ProcessHandle.of(jvm).orElseThrow().destroyForcibly();
            Machine.eventually("the command is dead", () -> !Machine.isAlive(jvm));
            assertThat(isLaunched(id)).as("it lives").isTrue();
            assertThat(Leftovers.of(directory, prefix))
                    .as("and has made nothing yet")
                    .noneMatch(left -> left.startsWith("cgroup"));

            Finished outcome = runtime.run("delete", "--force", id);

            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(tracer.waitFor(10, TimeUnit.SECONDS))
                    .as("the launcher ends by itself")
                    .isTrue();
        } finally {
            runtime.run("delete", "--force", id);
            tracer.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(trace)).as("the launcher ran").contains("mkdirat(AT_FDCWD, \"/sys/fs/cgroup/");
        nothingIsLeft();
    }

    /** Two containers of one root that are made at once: each takes away what the other may just have made. */
    @Test
    void whoIsMadeMeanwhileOfTheSameRootIsNoObstacle() throws Exception {
        String slow = prefix + "slow";
        assertThat(runtime.status(slow))
                .as("for the first time, when the command makes its cache")
                .isEqualTo("none");
        List<String> line = new ArrayList<>(List.of(Machine.needs("strace"), "-f", "-qq", "-o", "/dev/null"));
        line.addAll(List.of("-e", "trace=unlinkat", "-e", "inject=unlinkat:delay_exit=" + DELAY_MICROS));
        line.addAll(runtime.line("create", "--bundle", directory.toString(), slow));
        Process tracer = Finished.start(directory, directory.resolve("out"), directory.resolve("err"), line);
        try {
            Path last = directory.resolve("rootfs/dev/stderr"); // before the one that is taken away and made again
            Machine.eventually("it makes its devices", () -> Files.isSymbolicLink(last));

            Finished quick = runtime.run("create", "--bundle", directory.toString(), prefix + "quick");

            assertThat(quick.exitCode()).as(quick.err()).isZero();
            assertThat(runtime.status(slow)).as("still being made").isEqualTo("creating");
            Machine.eventually("it is made", () -> !runtime.status(slow).equals("creating"));
            assertThat(runtime.status(slow))
                    .as(Files.readString(directory.resolve("err")))
                    .isEqualTo("created");
        } finally {
            runtime.run("delete", "--force", slow);
            runtime.run("delete", "--force", prefix + "quick");
            tracer.destroyForcibly().waitFor();
        }
        nothingIsLeft();
    }

    private static boolean isLaunched(String id) {
        return Machine.commandLines().values().stream().anyMatch(line -> line.startsWith("boxwright: " + id));
    }

    @Test
    void aContainerOfBeforeARebootIsStoppedAndCanBeDeleted() throws Exception {
        String id = prefix + "old";
        assertThat(runtime.run("run", "--detach", "--bundle", directory.toString(), id)
                        .exitCode())
                .isZero();
        Path file = directory.resolve("state").resolve(id).resolve("state.json");
        String now = Files.readString(file);
        runtime.run("kill", id, "KILL");
        Machine.eventually("it ends", () -> runtime.status(id).equals("stopped"));

        // The number is somebody else's now: ours.
        String later = now.replaceFirst(
                "\"pid\": *\\d+", "\"pid\": " + ProcessHandle.current().pid());
        assertThat(later).isNotEqualTo(now);
        Files.writeString(file, later);

        assertThat(runtime.status(id)).isEqualTo("stopped");
        assertThat(runtime.run("kill", id, "KILL").exitCode()).isEqualTo(1);
        assertThat(runtime.run("delete", id).exitCode()).isZero();
        nothingIsLeft();
    }
}
