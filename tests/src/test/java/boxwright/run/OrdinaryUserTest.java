package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.run.BoxwrightCommand.Outcome;
import boxwright.users.OrdinaryUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code boxwright run} without sudo: by a user who has no id but his own, and by one who was granted more. */
class OrdinaryUserTest {

    enum Kind {
        ALONE,
        GRANTED;

        OrdinaryUser make() {
            return this == ALONE ? OrdinaryUser.alone() : OrdinaryUser.withGrantedIds();
        }
    }

    private final List<OrdinaryUser> users = new ArrayList<>();

    private OrdinaryUser user(Kind kind) {
        OrdinaryUser user = kind.make();
        users.add(user);
        return user;
    }

    private static Outcome run(OrdinaryUser user, String... words) {
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(List.of(words));
        return BoxwrightCommand.outcome(new ProcessBuilder(user.boxwright(all.toArray(String[]::new))), "");
    }

    @AfterEach
    void nothingIsLeft() {
        for (OrdinaryUser user : users) {
            assertThat(new BoxwrightCommand(user.home()).leftovers()).isEmpty();
            user.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void heIsRootInAContainerOfHisOwn(Kind kind) {
        OrdinaryUser user = user(kind);
        Outcome outcome = run(user, "host", "sh", "-c", "id -u; id -g; hostname; echo x > /etc/mine; ps; exit 42");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines()).startsWith("0", "0").hasSizeLessThan(8);
        assertThat(outcome.exitCode()).isEqualTo(42);
    }

    @ParameterizedTest
    @EnumSource
    void whoIsWhoIsTheSameFromBothSides(Kind kind) throws Exception {
        OrdinaryUser user = user(kind);
        String mark = "sleep 30." + ProcessHandle.current().pid() + user.id();
        Process process = start(user, "host", "sh", "-c", "cat /proc/self/uid_map; " + waiting(mark));
        try {
            Path inside = processOf(mark);
            String own = "0 " + user.id() + " 1";
            String more = "1 " + OrdinaryUser.FIRST_GRANTED + " " + OrdinaryUser.COUNT_GRANTED;
            List<String> expected = user.granted() ? List.of(own, more) : List.of(own);
            for (String map : List.of("uid_map", "gid_map")) {
                assertThat(lines(inside.resolve(map))).isEqualTo(expected);
            }
            assertThat(lines(inside.resolve("status")))
                    .contains(("Uid:" + ("\t" + user.id()).repeat(4)).replace('\t', ' '))
                    .contains(("Gid:" + ("\t" + user.id()).repeat(4)).replace('\t', ' '))
                    // Inside it is group 0, which is his own; who was granted none may not set any.
                    .contains(user.granted() ? "Groups: " + user.id() : "Groups:");
            assertThat(Files.readString(inside.resolve("setgroups"))).isEqualTo(user.granted() ? "allow\n" : "deny\n");
        } finally {
            process.toHandle().destroy();
            assertThat(process.waitFor()).isEqualTo(7);
        }
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(OrdinaryUserTest::spaced))
                .contains("0 " + user.id() + " 1");
    }

    @ParameterizedTest
    @EnumSource
    void hisFilesInsideAreHisOutsideAndThoseOfOthersAreThoseThatHeWasGranted(Kind kind) throws Exception {
        OrdinaryUser user = user(kind);
        String mark = "sleep 30." + ProcessHandle.current().pid() + "1" + user.id();
        String script = "echo x > /mine; mkdir -m 700 /theirs; echo y > /theirs/file; chown -R 33:44 /theirs; ";
        Process process = start(user, "host", "sh", "-c", script + waiting(mark));
        try {
            processOf(mark);
            Path upper = layer(user);
            assertThat(owner(upper.resolve("mine"))).isEqualTo(user.id() + ":" + user.id());
            assertThat(owner(upper.resolve("theirs")))
                    .isEqualTo(
                            user.granted()
                                    ? (OrdinaryUser.FIRST_GRANTED + 32) + ":" + (OrdinaryUser.FIRST_GRANTED + 43)
                                    : user.id() + ":" + user.id());
        } finally {
            process.toHandle().destroy();
            process.waitFor();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatHeMayNotRemoveOutsideIsRemovedAllTheSame(Kind kind) {
        String script =
                "mkdir -p /a/b/c; echo x > /a/b/c/d; chown -R 33:44 /a; chmod -R 000 /a; mkdir -m 000 /e; exit 0";
        assertThat(run(user(kind), "host", "sh", "-c", script).exitCode()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void rootInsideIsNobodyOutside(Kind kind) {
        OrdinaryUser user = user(kind);
        Outcome outcome = run(
                user,
                "--cap-add=ALL",
                "host",
                "sh",
                "-c",
                "mknod /disk b 8 0 && echo made a device; date -s @$(date +%s) >/dev/null;"
                        + " umount /proc/sys; echo 1 > /proc/sys/kernel/panic && echo set the machine;"
                        + " chown 99999 / && echo became another; hostname mine && hostname");

        assertThat(outcome.out()).isEqualTo("mine\n");
        assertThat(outcome.err())
                .contains(
                        "/disk: Operation not permitted",
                        "can't set date: Operation not permitted",
                        "/proc/sys/kernel/panic: Permission denied",
                        "chown: /: Invalid argument");
    }

    @Test
    void setgroupsIsDeniedToWhoMapsHimself() {
        Outcome outcome = run(user(Kind.ALONE), "host", "sh", "-c", "cat /proc/self/setgroups; chgrp 7 /etc/passwd");

        assertThat(outcome.out()).isEqualTo("deny\n");
        assertThat(outcome.err()).contains("Invalid argument");
    }

    @Test
    void noGroupOfHisGoesAlong() {
        OrdinaryUser user = user(Kind.GRANTED);
        List<String> command = new ArrayList<>(user.boxwright("run", "host", "id", "-G"));
        command.replaceAll(word -> word.equals("--clear-groups") ? "--groups=65534,4,27" : word);

        assertThat(BoxwrightCommand.outcome(new ProcessBuilder(command), "").out())
                .isEqualTo("0\n");
    }

    @ParameterizedTest
    @EnumSource
    void theNetworkIsALoopbackOfItsOwn(Kind kind) {
        Outcome outcome =
                run(user(kind), "host", "sh", "-c", "ip -o -4 addr; wc -l < /proc/net/route; ls /sys/class/net");

        assertThat(outcome.out()).containsPattern("\\A1: lo +inet 127.0.0.1/8.*\n1\nlo\n\\z");
    }

    @ParameterizedTest
    @EnumSource
    void aTerminalIsATerminal(Kind kind) {
        Outcome outcome = run(user(kind), "-t", "host", "sh", "-c", "tty; test -c /dev/console && stty size");

        assertThat(outcome.out()).isEqualTo("/dev/pts/0\r\n24 80\r\n");
    }

    @ParameterizedTest
    @CsvSource({"pid, --pid", "ipc, --ipc", "uts, --uts", "net, --network"})
    void whatHeSharesIsTheHosts(String namespace, String flag) throws IOException {
        String file = "/proc/self/ns/" + namespace;
        for (Kind kind : Kind.values()) {
            OrdinaryUser user = user(kind);
            String hosts = Files.readSymbolicLink(Path.of(file)) + "\n";

            assertThat(run(user, flag, "host", "host", "readlink", file).out()).isEqualTo(hosts);
            assertThat(run(user, "host", "readlink", file).out())
                    .isNotEqualTo(hosts)
                    .startsWith(namespace);
        }
    }

    @Test
    void withTheHostsProcessesInSightNoneCanBeReached() {
        String one = String.valueOf(ProcessHandle.current().pid());
        Outcome outcome = run(
                user(Kind.ALONE),
                "--pid=host",
                "--cap-add=ALL",
                "host",
                "sh",
                "-c",
                "cat /proc/" + one + "/comm; kill -9 " + one + "; ls /proc/" + one + "/root; cat /proc/" + one
                        + "/environ");

        assertThat(outcome.out()).isEqualTo("java\n");
        assertThat(outcome.err()).contains("Operation not permitted", "/root: Permission denied", "/environ");
    }

    @Test
    void aCableToTheHostNeedsRoot() {
        Outcome outcome = run(user(Kind.ALONE), "--network", "veth", "host", "true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).contains("--network veth needs root", "--network none and --network host work");
    }

    @Test
    void theHostsUsersNeedRoot() {
        Outcome outcome = run(user(Kind.ALONE), "--userns", "host", "host", "true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).contains("--userns host needs root");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0:0:1", "0:65534:2", "1:65534:1", "0:1700000000:10"})
    void whatHeWasNotGrantedHeCannotMap(String map) {
        Outcome outcome = run(user(Kind.GRANTED), "--uidmap", map, "host", "true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).startsWith("boxwright: --uidmap " + map).contains("your own id 65534");
    }

    @Test
    void ofWhatHeWasGrantedHeCanMapAPart() {
        Outcome outcome = run(
                user(Kind.GRANTED),
                "--uidmap=0:65534:1",
                "--uidmap=100:1700000500:10",
                "host",
                "cat",
                "/proc/self/uid_map",
                "/proc/self/gid_map");

        assertThat(outcome.out().lines().map(OrdinaryUserTest::spaced))
                .containsExactly("0 65534 1", "100 1700000500 10", "0 65534 1", "100 1700000500 10");
    }

    @Test
    void withoutNewPrivilegesHeHasHisOwnIdOnly() {
        OrdinaryUser user = user(Kind.GRANTED);
        List<String> command = new ArrayList<>(user.boxwright("run", "host", "cat", "/proc/self/uid_map"));
        command.add(command.indexOf("setpriv") + 1, "--no-new-privs");

        Outcome outcome = BoxwrightCommand.outcome(new ProcessBuilder(command), "");
        assertThat(spaced(outcome.out())).isEqualTo("0 65534 1");
    }

    @Test
    void aHelperThatFailsIsQuoted() {
        OrdinaryUser user = user(Kind.GRANTED);
        List<String> command = new ArrayList<>(user.boxwright("run", "host", "true"));
        int script = command.indexOf("-c") + 1;
        command.set(script, "mount --bind /bin/false /usr/bin/newgidmap && " + command.get(script));

        Outcome outcome = BoxwrightCommand.outcome(new ProcessBuilder(command), "");
        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).contains("/usr/bin/newgidmap", "failed", "set-user-id");
    }

    @Test
    void hisClocksMayBeAhead() {
        Outcome outcome = run(user(Kind.GRANTED), "--time-offset=boottime=1000000000", "host", "cat", "/proc/uptime");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).startsWith("1000");
    }

    @Test
    void hisNamespacesHaveSettingsOfTheirOwn() {
        Outcome outcome = run(
                user(Kind.ALONE),
                "--sysctl=net.ipv4.ip_forward=1",
                "--domainname=example.org",
                "host",
                "cat",
                "/proc/sys/net/ipv4/ip_forward",
                "/proc/sys/kernel/domainname");

        assertThat(outcome.out()).isEqualTo("1\nexample.org\n");
    }

    @Test
    void aDryRunShowsHisMaps() {
        OrdinaryUser user = user(Kind.GRANTED);
        assertThat(run(user, "--dry-run", "host", "true").out())
                .contains("CLONE_NEWUSER", "until it has its users (0:65534:1, 1:1700000000:65536)");
        assertThat(run(user(Kind.ALONE), "--dry-run", "host", "true").out())
                .contains("write(setgroups, \"deny\", 4)", "write(uid_map, \"0 58999 1\", 9)");
    }

    @Test
    void whatIsLeftOfAContainerWhoseMonitorWasKilledTooIsSweptByTheNext() throws Exception {
        OrdinaryUser user = user(Kind.GRANTED);
        assertThat(run(user, "host", "true").exitCode()).isZero();
        // As it lies there when JVM and monitor were killed: old, unlocked, and with files that only root inside may
        // remove.
        Path container = user.home().resolve("containers/abandoned");
        Path left = Files.createDirectories(container.resolve("upper/theirs"));
        Files.writeString(left.resolve("file"), "");
        Machine.give(container, user.id());
        Machine.give(left, OrdinaryUser.FIRST_GRANTED + 32);
        Files.setLastModifiedTime(container, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));

        assertThat(run(user, "host", "true").exitCode()).isZero();
        assertThat(container).doesNotExist();
    }

    /** The first process of a container gets no signal that it has no handler for; pid_namespaces(7). */
    private static String waiting(String program) {
        return "trap 'exit 7' TERM; " + program + " & wait";
    }

    private Process start(OrdinaryUser user, String... words) throws IOException {
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(List.of(words));
        return new ProcessBuilder(user.boxwright(all.toArray(String[]::new)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The directory in /proc of the process that became that program. */
    private static Path processOf(String program) {
        Machine.eventually(
                "a process becomes " + program, () -> !processesOf(program).isEmpty());
        return Path.of("/proc", processesOf(program).getFirst().toString());
    }

    private static List<Integer> processesOf(String program) {
        return Machine.commandLines().entrySet().stream()
                .filter(process -> process.getValue().equals(program + " "))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Path layer(OrdinaryUser user) throws IOException {
        try (Stream<Path> containers = Files.list(user.home().resolve("containers"))) {
            return containers.findFirst().orElseThrow().resolve("upper");
        }
    }

    private static String owner(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS) + ":"
                + Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readString(file).lines().map(OrdinaryUserTest::spaced).toList();
    }

    private static String spaced(String line) {
        return line.strip().replaceAll("\\s+", " ");
    }
}
