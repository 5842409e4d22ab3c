package boxwright.isolation;

import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.O_CREAT;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EPERM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.LandlockAbi;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Landlock in the real kernel. No root is needed; as root it holds too. */
class LandlockTest {
    @TempDir
    private Path directory;

    private static int abi(int needed) {
        int abi = LandlockAbi.version();
        assumeTrue(abi >= needed, "needs Landlock, version " + needed + "; this kernel has version " + abi);
        return abi;
    }

    private List<Integer> errnos(List<LandlockRule> rules, Consumer<PlanBuilder> calls) {
        Landlock landlock = new Landlock(rules, true, abi(Landlock.needed(rules)));
        return Confined.calls(directory, List.of(new NoNewPrivileges(), landlock), calls).stream()
                .map(Report::errno)
                .toList();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static LandlockRule rw(String path) {
        return new LandlockRule.WriteBeneath(path);
    }

    @Test
    void beneathAWritableDirectoryItMayBeWrittenAndNowhereElse() throws IOException {
        Files.createDirectories(directory.resolve("open"));
        Files.createDirectories(directory.resolve("closed"));
        Files.writeString(directory.resolve("closed/file"), "text");

        List<Integer> errnos = errnos(List.of(rw(path("open"))), lines -> {
            lines.open(path("open/new"), O_WRONLY | O_CREAT, 0600).reported();
            lines.mkdir(path("open/directory"), 0700).reported();
            lines.open(path("closed/file"), O_RDONLY, 0).reported();
            lines.open(path("closed/file"), O_WRONLY, 0).tolerate(EACCES).reported();
            lines.open(path("closed/new"), O_WRONLY | O_CREAT, 0600)
                    .tolerate(EACCES)
                    .reported();
            lines.mkdir(path("closed/directory"), 0700).tolerate(EACCES).reported();
            lines.symlink("x", path("closed/link")).tolerate(EACCES).reported();
        });

        assertThat(errnos).containsExactly(0, 0, 0, EACCES, EACCES, EACCES, EACCES);
        assertThat(directory.resolve("closed")).isDirectoryContaining("glob:**/file");
    }

    @Test
    void rootHasNoWayAroundIt() throws IOException {
        Machine.needsRoot();
        Path closed = Files.writeString(directory.resolve("file"), "text");
        Files.createDirectories(directory.resolve("open"));

        List<Integer> errnos = errnos(List.of(rw(path("open"))), lines -> {
            lines.chmod(closed.toString(), 0777).reported();
            lines.open(closed.toString(), O_WRONLY, 0).tolerate(EACCES).reported();
            lines.mount("none", path("open"), "tmpfs", 0).tolerate(EPERM).reported();
        });

        assertThat(errnos).containsExactly(0, EACCES, EPERM);
    }

    @Test
    void wherePathsMayBeReadNothingElseMayBeReadOrWritten() throws IOException {
        Files.createDirectories(directory.resolve("read"));
        Files.createDirectories(directory.resolve("write"));
        Files.writeString(directory.resolve("read/file"), "text");
        Files.writeString(directory.resolve("secret"), "text");

        List<Integer> errnos = errnos(List.of(new LandlockRule.ReadBeneath(path("read")), rw(path("write"))), lines -> {
            lines.open(path("read/file"), O_RDONLY, 0).reported();
            lines.open(path("read/file"), O_WRONLY, 0).tolerate(EACCES).reported();
            lines.open(path("write/new"), O_WRONLY | O_CREAT, 0600).reported();
            lines.open(path("write/new"), O_RDONLY, 0).reported();
            lines.open(path("secret"), O_RDONLY, 0).tolerate(EACCES).reported();
        });

        assertThat(errnos).containsExactly(0, EACCES, 0, 0, EACCES);
    }

    @Test
    void aRuleMayBeAboutOneFile() throws IOException {
        Files.writeString(directory.resolve("one"), "text");
        Files.writeString(directory.resolve("other"), "text");

        List<Integer> errnos = errnos(List.of(rw(path("one"))), lines -> {
            lines.open(path("one"), O_WRONLY, 0).reported();
            lines.open(path("other"), O_WRONLY, 0).tolerate(EACCES).reported();
        });

        assertThat(errnos).containsExactly(0, EACCES);
    }

    @Test
    void aProgramBehindItIsHeldByItToo() {
        abi(1);
        String touched = path("touched");
        Landlock landlock = Landlock.writableOnly(List.of("/dev"), LandlockAbi.version());
        Confined.Ran ran = Confined.run(
                directory,
                List.of(new NoNewPrivileges(), landlock),
                Machine.needs("sh"),
                "-c",
                "echo fine >/dev/null && ls / >/dev/null && echo read; echo x >" + touched);

        assertThat(ran.output()).startsWith("read\n").contains("Permission denied");
        assertThat(Path.of(touched)).doesNotExist();
    }

    @Test
    void aPortWithoutARuleCannotBeConnectedTo() throws IOException {
        int abi = abi(4);
        String busybox = Machine.needs("busybox");
        try (ServerSocket open = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServerSocket closed = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Landlock landlock = new Landlock(List.of(new LandlockRule.Connect(open.getLocalPort())), false, abi);
            List<Isolation> isolation = List.of(new NoNewPrivileges(), landlock);

            assertThat(connect(isolation, busybox, open.getLocalPort()).exitCode())
                    .isZero();
            assertThat(connect(isolation, busybox, closed.getLocalPort()).output())
                    .contains("Permission denied");
            assertThat(connect(List.of(), busybox, closed.getLocalPort()).exitCode())
                    .as("without it")
                    .isZero();
        }
    }

    private Confined.Ran connect(List<Isolation> isolation, String busybox, int port) {
        String script = "exec " + busybox + " nc -w 5 127.0.0.1 " + port + " -e true";
        return Confined.run(directory, isolation, Machine.needs("sh"), "-c", script);
    }

    @Test
    void aSignalDoesNotReachOutOfItsScope() {
        abi(6);
        List<LandlockRule> rules = List.of(LandlockRule.of("scope:signal"));
        long parent = ProcessHandle.current().pid();

        assertThat(errnos(
                        rules,
                        lines -> lines.call(SystemCall.KILL, number(parent), number(0))
                                .tolerate(EPERM)
                                .reported()))
                .containsExactly(EPERM);
    }

    @ParameterizedTest
    @CsvSource({"1, false, false", "2, true, false", "3, true, true"})
    void whatAKernelDoesNotKnowItIsNotAskedFor(int abi, boolean refer, boolean truncate) {
        Landlock landlock = Landlock.writableOnly(List.of("/tmp"), abi);
        String create = Plan.of(lines -> {
                    landlock.addLast(lines);
                    lines.exit_group(0);
                })
                .calls()
                .getFirst()
                .code();

        assertThat(create).endsWith("}, 8, 0)").doesNotContain("IOCTL", "handled_access_net", "scoped");
        assertThat(create.contains("LANDLOCK_ACCESS_FS_REFER")).isEqualTo(refer);
        assertThat(create.contains("LANDLOCK_ACCESS_FS_TRUNCATE")).isEqualTo(truncate);
        assertThat(landlock.leavesTruncate()).isEqualTo(!truncate);
    }

    @Test
    void aKernelThatLacksWhatARuleIsAboutIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Landlock(List.of(new LandlockRule.Connect(443)), false, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new Landlock(List.of(), false, 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc",
                "ro:etc",
                "ro:",
                "rx:/etc",
                "connect:",
                "connect:0",
                "connect:65536",
                "connect:+80",
                "bind:-1",
                "bind:http",
                "scope:all"
            })
    void aRuleThatIsNoneIsRefusedWithTheReason(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LandlockRule.of(text))
                .withMessageStartingWith("landlock");
    }

    @Test
    void rulesAreWords() {
        assertThat(LandlockRule.of("ro:/etc")).isEqualTo(new LandlockRule.ReadBeneath("/etc"));
        assertThat(LandlockRule.of("rw:/a:b")).isEqualTo(new LandlockRule.WriteBeneath("/a:b"));
        assertThat(LandlockRule.of("connect:443")).isEqualTo(new LandlockRule.Connect(443));
        assertThat(LandlockRule.of("bind:0")).isEqualTo(new LandlockRule.Bind(0));
        assertThat(LandlockRule.of("scope:abstract")).isEqualTo(new LandlockRule.Scope(1));
    }
}
