package boxwright.run;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Machine;
import boxwright.run.BoxwrightCommand.Outcome;
import java.io.FileOutputStream;
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
import org.junit.jupiter.params.provider.ValueSource;

/** {@code boxwright exec}: who joins a container is one of its processes, and can do no more than they can. */
class ExecTest {
    private static final String[] SLEEP = {"host", "sleep", "1000"};

    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @AfterEach
    void nothingIsLeft() {
        if (BoxwrightCommand.isRoot()) {
            assertThat(boxwright.leftovers()).isEmpty();
        }
    }

    @Test
    void itIsInAllNamespacesOfTheContainerAndHasItsRoot() throws IOException {
        try (Background container = sleeping("joined")) {
            Outcome outcome = exec(
                    "joined", "for f in /proc/self/ns/* /proc/1/ns/*; do readlink $f; done; ls -di / /proc/1/root/");

            List<String> lines = outcome.out().lines().toList();
            int half = (lines.size() - 2) / 2;
            assertThat(lines.subList(0, half)).isEqualTo(lines.subList(half, 2 * half));
            assertThat(lines)
                    .contains(Files.readSymbolicLink(container.proc("ns/pid")).toString());
            assertThat(lines)
                    .doesNotContain(
                            Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString())
                    .doesNotContain(
                            Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString());
            assertThat(exec("joined", "hostname").out().strip())
                    .isEqualTo(container.state().shortId());
            assertThat(exec("joined", "ps").out()).contains("    1 root     sleep 1000");
        }
    }

    @Test
    void onlyTheProgramIsEverSeenInside() {
        String watch =
                "while :; do for p in /proc/[0-9]*; do echo \"$(cat $p/comm $p/cmdline 2>/dev/null | tr '\\0' ' ')\";"
                        + " done; done";
        try (Background container = Background.of(boxwright, "watched", List.of(), "host", "sh", "-c", watch)) {
            List<String> seen = new ArrayList<>();
            Thread reading = new Thread(() -> container.output().lines().forEach(line -> {
                if (line.contains("boxwright")) {
                    seen.add(line);
                }
            }));
            reading.start();
            for (int i = 0; i < 5; i++) {
                assertThat(exec("watched", "true").exitCode()).isZero();
            }
            ProcessHandle.of(container.state().pid()).ifPresent(ProcessHandle::destroyForcibly);
            join(reading);
            // For a moment the launcher's name is the program's: with the container's own rights, and nothing to do but
            // execve.
            assertThat(seen).allMatch(line -> line.contains("monitor of sh"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--cap-drop ALL --cap-add CHOWN",
                "--security-opt no-new-privileges",
                "--security-opt seccomp=unconfined",
                "--user 1000:1001 --group-add 1234",
                "--privileged",
                "--ulimit nofile=77:99 --ulimit core=0 --oom-score-adj 300",
                "--pid host --network host --ipc host --uts host",
                "--userns private",
                "--read-only --memory 64m --pids-limit 50"
            })
    void itIsHeldBackAsTheContainerIs(String flags) throws IOException {
        List<String> words = flags.isEmpty() ? List.of() : List.of(flags.split(" "));
        // Whatever one of the container's own processes has, the one that joins has too.
        String mine = "grep -E '^(Uid|Gid|Groups|Cap|NoNew|Seccomp)' /proc/self/status; cat /proc/self/limits"
                + " /proc/self/oom_score_adj /proc/self/attr/current 2>/dev/null; for f in /proc/self/ns/*; do readlink $f; done;"
                + " awk '{print $5, $6, $9}' /proc/self/mountinfo; ulimit -a";
        String show = "sh -c \"" + mine.replace("$", "\\$") + "\" > /dev/shm/all; sleep 1000";
        try (Background container = Background.of(boxwright, "held", words, "host", "sh", "-c", show)) {
            eventually(
                    "it has shown what it has",
                    () -> !exec("held", "cat /dev/shm/all").out().isEmpty()
                            && exec("held", "ps").out().contains("sleep"));

            assertThat(exec("held", mine).out())
                    .isEqualTo(exec("held", "cat /dev/shm/all").out());
            assertThat(container.state().pid()).isPositive();
        }
    }

    /** It ends with the container. */
    private void detached(String name, String... command) {
        List<String> words = new ArrayList<>(List.of("exec", "-d", name));
        words.addAll(List.of(command));
        assertThat(boxwright.run(words.toArray(String[]::new)).exitCode()).isZero();
    }

    @Test
    void itIsInTheContainersCgroups() throws IOException {
        try (Background container =
                Background.of(boxwright, "grouped", List.of("--memory", "64m", "--pids-limit", "20"), SLEEP)) {
            detached("grouped", "sleep", "778");
            long joined = processes("sleep 778").getFirst();
            List<String> theirs = Files.readAllLines(container.proc("cgroup"));
            assertThat(theirs)
                    .anyMatch(line ->
                            line.contains("boxwright-" + container.state().id()));
            assertThat(Files.readAllLines(Path.of("/proc/" + joined + "/cgroup")))
                    .isEqualTo(theirs);
            assertThat(exec("grouped", "i=0; while [ $i -lt 30 ]; do sleep 5 & i=$((i+1)); done")
                            .err())
                    .contains("can't fork");
        }
    }

    @Test
    void theExitCodeIsTheProgramsOwnOrTellsWhyThereIsNone() {
        try (Background container = sleeping("codes")) {
            assertThat(container.state().pid()).isPositive();
            assertThat(exec("codes", "exit 42").exitCode()).isEqualTo(42);
            assertThat(exec("codes", "kill -TERM $$").exitCode()).isEqualTo(128 + 15);
            assertThat(exec("codes", "kill -KILL $$").exitCode()).isEqualTo(128 + 9);
            assertThat(boxwright.run("exec", "codes", "no-such-program"))
                    .satisfies(outcome -> assertThat(outcome.exitCode()).isEqualTo(127))
                    .satisfies(outcome -> assertThat(outcome.err()).contains("no-such-program", "ENOENT"));
            assertThat(boxwright.run("exec", "codes", "/etc/passwd").exitCode()).isEqualTo(126);
            assertThat(boxwright.run("exec", "codes", "/etc").exitCode()).isEqualTo(126);
        }
    }

    @Test
    void variablesDirectoryAndUserAreTheContainersUnlessAsked() {
        try (Background container =
                Background.of(boxwright, "vars", List.of("-e", "A=1", "-e", "B=2", "-w", "/srv", "-u", "7:8"), SLEEP)) {
            assertThat(container.state().command()).containsExactly("sleep", "1000");
            assertThat(exec("vars", "echo $A $B $HOSTNAME; pwd; id -u; id -g").out())
                    .isEqualTo("1 2 " + container.state().shortId() + "\n/srv\n7\n8\n");
            assertThat(boxwright
                            .run(
                                    "exec",
                                    "-e",
                                    "B=3",
                                    "-e",
                                    "C=4",
                                    "-w",
                                    "/tmp/..",
                                    "-u",
                                    "root",
                                    "vars",
                                    "sh",
                                    "-c",
                                    "echo $A $B $C $HOME; pwd; id -u")
                            .out())
                    .isEqualTo("1 3 4 /root\n/\n0\n");
            assertThat(boxwright.run("exec", "-u", "nobody-here", "vars", "true"))
                    .satisfies(outcome -> assertThat(outcome.exitCode()).isEqualTo(125))
                    .satisfies(outcome -> assertThat(outcome.err()).contains("nobody-here"));
        }
    }

    @Test
    void privilegedMeansEveryCapabilityAndNothingElse() {
        try (Background container = sleeping("more")) {
            assertThat(container.state().pid()).isPositive();
            String status = "grep -E 'CapEff|Seccomp:' /proc/self/status";
            String ours = boxwright
                    .run("exec", "--privileged", "more", "sh", "-c", status)
                    .out();
            assertThat(ours).contains("Seccomp:\t2").doesNotContain("CapEff:\t00000000a80425fb");
            assertThat(exec("more", status).out()).isEqualTo("CapEff:\t00000000a80425fb\nSeccomp:\t2\n");
            assertThat(boxwright
                            .run("exec", "--privileged", "more", "mount", "-t", "tmpfs", "x", "/mnt")
                            .exitCode())
                    .as("a call that the filter lets pass with the capability")
                    .isIn(0, 1);
        }
    }

    @Test
    void standardInputIsPassedOnWhereItIsAskedFor() {
        try (Background container = sleeping("input")) {
            assertThat(container.state().pid()).isPositive();
            assertThat(BoxwrightCommand.outcome(boxwright.builder("exec", "-i", "input", "cat"), "typed\n")
                            .out())
                    .isEqualTo("typed\n");
            assertThat(BoxwrightCommand.outcome(boxwright.builder("exec", "input", "cat"), "typed\n")
                            .out())
                    .isEmpty();
        }
    }

    @Test
    void itsTerminalIsOneOfTheContainers() {
        try (Background container = sleeping("terminal")) {
            assertThat(container.state().pid()).isPositive();
            Outcome outcome = boxwright.run(
                    "exec",
                    "-t",
                    "terminal",
                    "sh",
                    "-c",
                    "tty; stty size; test -c $(tty) && echo there; ps -o pid,tty");
            assertThat(outcome.out()).startsWith("/dev/pts/0\r\n24 80\r\nthere\r\n");
            assertThat(outcome.out()).contains("136,0");
        }
    }

    @Test
    void aContainerIsFoundByNameIdAndTheBeginningOfItsId() {
        try (Background container = sleeping("by-name")) {
            String id = container.state().id();
            for (String word : List.of("by-name", id, id.substring(0, 12), id.substring(0, 3))) {
                assertThat(exec(word, "echo found").out()).as(word).isEqualTo("found\n");
            }
            for (String word : List.of("by-nam", "no-such", "", "..", "../names/by-name", id + "0", "/", "*")) {
                assertThat(boxwright.run("exec", word, "true"))
                        .satisfies(outcome -> assertThat(outcome.exitCode()).isEqualTo(125))
                        .satisfies(outcome ->
                                assertThat(outcome.err()).isEqualTo("boxwright: No such container: " + word + "\n"));
            }
        }
        assertThat(boxwright.run("exec", "by-name", "true").err()).isEqualTo("boxwright: No such container: by-name\n");
    }

    @Test
    void aNumberThatWasGivenToAnotherProcessIsNotTheContainer() throws IOException {
        try (Background container = sleeping("reused")) {
            Path state =
                    boxwright.home().resolve("containers/" + container.state().id() + "/state.json");
            String before = Files.readString(state);
            String wrong = before.replaceAll("\"start\":\\d+", "\"start\":1");
            Files.writeString(state, wrong);
            assertThat(boxwright.run("exec", "reused", "true").err())
                    .isEqualTo("boxwright: container reused is not running\n");
            assertThat(boxwright.run("ps", "-q").out()).isEmpty();
            assertThat(boxwright.run("kill", "reused").exitCode()).isEqualTo(125);
            Files.writeString(state, "{\"schema\": \"boxwright.state/1\"}");
            assertThat(boxwright.run("exec", "reused", "true"))
                    .satisfies(outcome -> assertThat(outcome.exitCode()).isEqualTo(125))
                    .satisfies(outcome -> assertThat(outcome.err()).contains("state.json is damaged"));
            Files.delete(state);
            assertThat(boxwright.run("exec", "reused", "true").err())
                    .startsWith("boxwright: container reused is not running: it is only being started");
            Files.writeString(state, before);
            assertThat(exec("reused", "true").exitCode()).isZero();
        }
    }

    @Test
    void aProgramThatIsDetachedGoesOnAndEndsWithTheContainer() {
        try (Background container = sleeping("detached")) {
            detached("detached", "/bin//sh", "-c", "echo $$ > /dev/shm/me; exec sleep 779");
            eventually("it runs", () -> exec("detached", "ps").out().contains("sleep 779"));
            assertThat(exec("detached", "for n in 0 1 2; do readlink /proc/$(cat /dev/shm/me)/fd/$n; done")
                            .out())
                    .isEqualTo("/dev/null\n/dev/null\n/dev/null\n");
            assertThat(container.state().pid()).isPositive();
        }
        assertThat(running("sleep 779")).isFalse();
        eventually("its monitor has ended", () -> !running("monitor of /bin//sh"));
    }

    @Test
    void aProgramEndsWithItsCommandAndWithTheContainer() throws Exception {
        try (Background container = sleeping("ends")) {
            Process command = boxwright.builder("exec", "ends", "sleep", "780").start();
            eventually("it runs", () -> exec("ends", "ps").out().contains("sleep 780"));
            command.descendants().forEach(ProcessHandle::destroyForcibly);
            command.destroyForcibly().waitFor();
            eventually("it has ended", () -> !exec("ends", "ps").out().contains("sleep 780"));

            Process second = boxwright.builder("exec", "ends", "sleep", "781").start();
            eventually("it runs", () -> exec("ends", "ps").out().contains("sleep 781"));
            ProcessHandle.of(container.state().pid()).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(second.waitFor()).isEqualTo(137);
        }
    }

    @Test
    void aSignalIsPassedOn() throws Exception {
        try (Background container = sleeping("signals")) {
            assertThat(container.state().pid()).isPositive();
            Process command = boxwright
                    .builder("exec", "signals", "sh", "-c", "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done")
                    .start();
            assertThat(command.inputReader().readLine()).isEqualTo("up");
            Machine.run("kill", "-TERM", "" + command.pid());
            assertThat(command.waitFor()).isEqualTo(5);
        }
    }

    /** CVE-2024-21626 and its kin: the container decides what its links lead to, and changes them as it likes. */
    @Test
    void noLinkOfTheContainerLeadsUsOutside() {
        try (Background container = sleeping("wicked")) {
            assertThat(container.state().pid()).isPositive();
            exec("wicked", "for n in $(seq 0 30); do ln -s /proc/self/fd/$n /fd$n; done; ln -s /proc/self/cwd /cwd");
            List<String> places = new ArrayList<>(List.of("/cwd", "/proc/self/fd/8", "/proc/1/root", "/proc/1/cwd"));
            for (int descriptor = 0; descriptor <= 30; descriptor++) {
                places.add("/fd" + descriptor);
            }
            for (String place : places) {
                Outcome outcome = boxwright.run("exec", "-w", place, "wicked", "ls", "-d", "../../../../.." + shared);
                assertThat(outcome.exitCode()).as(place + outcome.out()).isEqualTo(125);
                assertThat(outcome.out()).isEmpty();
            }
        }
    }

    @Test
    void itHasTheStandardDescriptorsOnly() {
        try (Background container = sleeping("few")) {
            assertThat(container.state().pid()).isPositive();
            assertThat(exec("few", "for n in $(seq 3 40); do test ! -e /proc/$$/fd/$n || readlink /proc/$$/fd/$n; done")
                            .out())
                    .isEmpty();
        }
    }

    /** CVE-2019-5736: what joins is the launcher until it is the program, and its file cannot be written. */
    @Test
    void theFileOfTheLauncherCannotBeWritten() throws Exception {
        try (Background container = sleeping("sealed")) {
            Process command =
                    boxwright.builder("exec", "sealed", "sleep", "782").start();
            try {
                eventually("it runs", () -> exec("sealed", "ps").out().contains("sleep 782"));
                long monitor = ProcessHandle.allProcesses()
                        .filter(process ->
                                process.parent().map(ProcessHandle::pid).equals(java.util.Optional.of(command.pid())))
                        .mapToLong(ProcessHandle::pid)
                        .findFirst()
                        .orElseThrow();
                assertThat(Files.readSymbolicLink(Path.of("/proc/" + monitor + "/exe"))
                                .toString())
                        .startsWith("/memfd:boxwright");
                assertThatThrownBy(() -> new FileOutputStream("/proc/" + monitor + "/exe", true).close())
                        .isInstanceOf(IOException.class)
                        .message()
                        .containsAnyOf("Text file busy", "Operation not permitted");
                // Not even by somebody who has it open when it runs no more: it is sealed.
                assertThat(exec("sealed", "#!/proc/self/exe > /run/me; /proc/self/exe --help")
                                .exitCode())
                        .isNotEqualTo(125);
            } finally {
                command.descendants().forEach(ProcessHandle::destroyForcibly);
                command.destroyForcibly();
            }
            assertThat(container.state().pid()).isPositive();
        }
    }

    @Test
    void aFilterThatForbidsNewProcessesForbidsExecTooAndSaysSo(@TempDir Path directory) throws IOException {
        Path profile = Files.writeString(directory.resolve("profile.json"), """
                {"defaultAction": "SCMP_ACT_ALLOW",
                 "syscalls": [{"names": ["clone", "fork", "vfork", "clone3"], "action": "SCMP_ACT_ERRNO"}]}
                """);
        try (Background container =
                Background.of(boxwright, "alone", List.of("--security-opt", "seccomp=" + profile), SLEEP)) {
            Files.delete(profile);
            assertThat(container.state().pid()).isPositive();
            Outcome outcome = exec("alone", "true");
            assertThat(outcome.exitCode()).isEqualTo(125);
            assertThat(outcome.err()).contains("clone(CLONE_PARENT|SIGCHLD", "EPERM");
        }
    }

    @Test
    void aPlainUserJoinsHisOwnContainer() throws IOException {
        Machine.needs("setpriv");
        assumeTrue(userNamespacesAreAllowed(), "needs a kernel that lets plain users make user namespaces");
        Path home = Files.createTempDirectory("boxwright-exec");
        Files.createDirectories(home.resolve("home/containers"));
        Machine.run("chown", "-R", "1000:1000", home.toString());
        List<String> user = List.of("env", "HOME=" + home, "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups");
        BoxwrightCommand theirs = new BoxwrightCommand(home.resolve("home"));
        try (Background container = Background.of(theirs, user, "theirs", List.of(), SLEEP)) {
            Outcome outcome = BoxwrightCommand.outcome(
                    theirs.builder(
                            user,
                            "exec",
                            "theirs",
                            "sh",
                            "-c",
                            "id -u; cat /proc/self/uid_map; grep CapEff"
                                    + " /proc/self/status; readlink /proc/self/ns/user"),
                    "");
            assertThat(outcome.out().lines().toList())
                    .satisfiesExactly(
                            id -> assertThat(id).isEqualTo("0"),
                            map -> assertThat(map).matches(" +0 +1000 +1"),
                            capabilities -> assertThat(capabilities).isEqualTo("CapEff:\t00000000a80425fb"),
                            namespace -> assertThat(namespace)
                                    .isEqualTo(Files.readSymbolicLink(container.proc("ns/user"))
                                            .toString()));
            assertThat(BoxwrightCommand.outcome(theirs.builder(user, "exec", "-t", "theirs", "tty"), "")
                            .out())
                    .isEqualTo("/dev/pts/0\r\n");
        } finally {
            Machine.run("rm", "-rf", home.toString());
        }
    }

    private static boolean userNamespacesAreAllowed() {
        return Machine.run("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "unshare", "-U", "true")
                        .exitCode()
                == 0;
    }

    @Test
    void aDryRunPrintsThePlanAndRunsNothing() {
        try (Background container = sleeping("dry")) {
            Outcome outcome = boxwright.run("exec", "--dry-run", "dry", "touch", "/dev/shm/ran");
            assertThat(outcome.out()).contains("setns(8, CLONE_NEW", "clone(CLONE_PARENT|SIGCHLD", "\"/dev/shm/ran\"");
            assertThat(exec("dry", "ls /dev/shm").out()).isEmpty();
            Outcome explained = boxwright.run("exec", "--explain", "dry", "true");
            assertThat(explained.err()).contains("setns(8, CLONE_NEW", "µs");
            assertThat(explained.exitCode()).isZero();
            assertThat(container.state().pid()).isPositive();
        }
    }

    private Background sleeping(String name) {
        return Background.of(boxwright, name, List.of(), SLEEP);
    }

    private Outcome exec(String name, String script) {
        return boxwright.run("exec", name, "sh", "-c", script);
    }

    private static boolean running(String command) {
        return !processes(command).isEmpty();
    }

    /** The processes of the machine whose command line ends so. ProcessHandle would look at their files too. */
    private static List<Long> processes(String end) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> commandLine(pid).endsWith(end))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
