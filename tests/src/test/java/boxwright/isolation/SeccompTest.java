package boxwright.isolation;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Errno.EPERM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.isolation.seccomp.DefaultProfile;
import boxwright.isolation.seccomp.ProfileContext;
import boxwright.isolation.seccomp.ProfileReader;
import boxwright.isolation.seccomp.Program;
import boxwright.isolation.seccomp.SeccompCompiler;
import boxwright.isolation.seccomp.SeccompException;
import boxwright.kernel.Architecture;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters in the real kernel. No root is needed: with no_new_privs anyone may have a filter. */
class SeccompTest {
    @TempDir
    private Path directory;

    @BeforeAll
    static void needsSeccomp() {
        assumeTrue(
                Files.exists(Path.of("/proc/sys/kernel/seccomp/actions_avail")),
                "needs a kernel with CONFIG_SECCOMP_FILTER");
    }

    private static Program program(String profile) {
        ProfileContext context = ProfileContext.here(Set.of());
        return SeccompCompiler.compile(ProfileReader.read(profile).in(context), context.architecture())
                .program();
    }

    private static Seccomp filter(String rules) {
        return Seccomp.of(program("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [" + rules + "]}"));
    }

    private static Seccomp usual(String... capabilities) {
        ProfileContext context = ProfileContext.here(Set.of(capabilities));
        return Seccomp.of(SeccompCompiler.compile(DefaultProfile.conditional().in(context), context.architecture())
                .program());
    }

    /** As anyone may have it. */
    private static List<Isolation> behind(Seccomp filter) {
        return List.of(new NoNewPrivileges(), filter);
    }

    private int errnoOf(Seccomp filter, Consumer<PlanBuilder> call) {
        List<Report> reports = Confined.calls(directory, behind(filter), call);
        return reports.getFirst().errno();
    }

    @Test
    void aDeniedCallFailsWithTheErrnoOfTheRule() {
        String rule = "{\"names\": [\"getpid\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 71}";

        assertThat(errnoOf(
                        filter(rule),
                        lines -> lines.call(SystemCall.GETPID).tolerate(71).reported()))
                .isEqualTo(71);
        assertThat(errnoOf(filter(""), lines -> lines.call(SystemCall.GETPID).reported()))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL", "SCMP_ACT_TRAP"})
    void aCallThatKillsEndsTheProcessWithSigsys(String action) {
        Confined.Ran ran = Confined.run(
                directory,
                behind(filter("{\"names\": [\"uname\"], \"action\": \"" + action + "\"}")),
                Machine.needs("uname"));

        assertThat(ran.signal()).as(ran.output()).isEqualTo(31);
        assertThat(ran.output()).isEmpty();
    }

    @Test
    void aTracedCallWithoutATracerDoesNotExist() {
        String rule = "{\"names\": [\"getpid\"], \"action\": \"SCMP_ACT_TRACE\"}";
        int errno = errnoOf(
                filter(rule),
                lines -> lines.call(SystemCall.GETPID).tolerate(Errno.ENOSYS).reported());
        assertThat(errno).isEqualTo(Errno.ENOSYS);
    }

    @Test
    void aLoggedCallIsMade() {
        int errno = errnoOf(
                filter("{\"names\": [\"getpid\"], \"action\": \"SCMP_ACT_LOG\"}"),
                lines -> lines.call(SystemCall.GETPID).reported());
        assertThat(errno).isZero();
    }

    /** kill(pid, 0) of nobody: the kernel looks at no more than its arguments. */
    @Test
    void conditionsOnArgumentsHoldInTheKernel() {
        long[] values = {0, 1, 0x7fffffffL, 0x80000000L, 0xffffffffL, 0x100000000L, 0x100000001L, 1L << 63, -1};
        for (String op : List.of("EQ", "NE", "LT", "LE", "GT", "GE")) {
            for (long value : new long[] {1, 0x80000000L, 0x100000000L}) {
                Seccomp filter = filter("{\"names\": [\"fcntl\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 72,"
                        + " \"args\": [{\"index\": 2, \"value\": " + value + ", \"op\": \"SCMP_CMP_" + op + "\"}]}");
                List<Report> reports = Confined.calls(directory, behind(filter), lines -> {
                    for (long argument : values) {
                        lines.call(SystemCall.FCNTL, number(-1), number(Constants.F_GETFD), number(argument))
                                .tolerate(72, Errno.EBADF)
                                .reported();
                    }
                });
                for (int i = 0; i < values.length; i++) {
                    int order = Long.compareUnsigned(values[i], value);
                    boolean matches = switch (op) {
                        case "EQ" -> order == 0;
                        case "NE" -> order != 0;
                        case "LT" -> order < 0;
                        case "LE" -> order <= 0;
                        case "GT" -> order > 0;
                        default -> order >= 0;
                    };
                    assertThat(reports.get(i).errno())
                            .as("%x %s %x", values[i], op, value)
                            .isEqualTo(matches ? 72 : Errno.EBADF);
                }
            }
        }
    }

    @Test
    void theDefaultProfileLetsAShellWork() {
        Path root = Machine.busyboxRoot(directory);
        Confined.Ran ran = Confined.run(
                directory,
                behind(usual()),
                root.resolve("bin/sh").toString(),
                "-c",
                "cd " + directory + " && echo a > f && cat f | (read x; echo got $x) && sleep 0.01 && ls bin | wc -l"
                        + " && kill -0 $$ && echo end");

        assertThat(ran.output()).startsWith("got a\n").endsWith("end\n");
        assertThat(ran.exitCode()).isZero();
    }

    @Test
    void theDefaultProfileStopsWhatReachesPastTheContainer() {
        long none = 0xffffffL; // no address that anything is at: an allowed call would give EFAULT or so, never EPERM
        List<Report> reports = Confined.calls(directory, behind(usual()), lines -> {
            lines.mount("none", "/proc", "", Constants.MS_PRIVATE)
                    .tolerate(EPERM)
                    .reported();
            lines.umount2("/nowhere", 0).tolerate(EPERM).reported();
            lines.unshare(Constants.CLONE_NEWUSER).tolerate(EPERM).reported();
            lines.setns(number(-1), 0).tolerate(EPERM).reported();
            lines.sethostname("x").tolerate(EPERM).reported();
            lines.chroot("/nowhere").tolerate(EPERM).reported();
            lines.pivot_root("/nowhere", "/nowhere").tolerate(EPERM).reported();
            lines.call(SystemCall.OPEN_TREE, number(-1), number(none), number(0))
                    .tolerate(EPERM)
                    .reported();
            lines.call(SystemCall.CLONE, number(Constants.CLONE_NEWUSER | 17), NULL, NULL, NULL, NULL)
                    .tolerate(EPERM)
                    .reported();
        });
        assertThat(reports)
                .hasSize(9)
                .allSatisfy(report ->
                        assertThat(report.errno()).as(report.call().code()).isEqualTo(EPERM));

        List<Report> clone3 = Confined.calls(
                directory,
                behind(usual()),
                lines -> lines.call(SystemCall.CLONE3, NULL, number(0))
                        .tolerate(Errno.ENOSYS)
                        .reported());
        assertThat(clone3.getFirst().errno()).as("clone3").isEqualTo(Errno.ENOSYS);
    }

    @Test
    void theDefaultProfileStopsKeysRebootAndModulesInAProgramToo() {
        String python = Machine.needs("python3");
        String script = """
                import ctypes, errno, sys
                libc = ctypes.CDLL(None, use_errno=True)
                for number, arguments in eval(sys.argv[1]):
                    ctypes.set_errno(0)
                    libc.syscall(ctypes.c_long(number), *map(ctypes.c_ulong, arguments))
                    print(number, errno.errorcode.get(ctypes.get_errno(), 0))
                """;
        // The magic numbers of reboot are wrong: were it let through, it would say EINVAL.
        Map<Architecture, String> calls = Map.of(
                Architecture.X86_64,
                "[(250,(0,0)),(248,(0,)),(169,(0,0)),(175,(0,0)),(246,(0,)),(298,(0,)),(323,(0,)),(425,(0,0)),"
                        + "(41,(38,5,0)),(41,(40,1,0)),(135,(0x40000,)),(135,(0xffffffff,))]",
                Architecture.AARCH64,
                "[(219,(0,0)),(217,(0,)),(142,(0,0)),(105,(0,0)),(104,(0,)),(241,(0,)),(282,(0,)),(425,(0,0)),"
                        + "(198,(38,5,0)),(198,(40,1,0)),(92,(0x40000,)),(92,(0xffffffff,))]");
        Confined.Ran ran = Confined.run(
                directory, behind(usual()), python, "-c", script, calls.getOrDefault(Architecture.current(), "[]"));

        assertThat(ran.exitCode()).as(ran.output()).isZero();
        List<String> lines = ran.output().lines().toList();
        assertThat(lines).hasSize(12);
        assertThat(lines.subList(0, 11)).allSatisfy(line -> assertThat(line).endsWith(" EPERM"));
        assertThat(lines.getLast()).as("asking for the personality").endsWith(" 0");
    }

    @Test
    void aCapabilityOpensItsCalls() {
        assertThat(errnoOf(
                        usual(),
                        lines -> lines.chroot("/nowhere").tolerate(EPERM).reported()))
                .isEqualTo(EPERM);
        assertThat(errnoOf(
                        usual("CAP_SYS_CHROOT"),
                        lines -> lines.chroot("/nowhere").tolerate(Errno.ENOENT).reported()))
                .isEqualTo(Errno.ENOENT);
    }

    @Test
    void theFilterAndNoNewPrivilegesAreSeenInProc() {
        Confined.Ran ran = Confined.run(
                directory, behind(usual()), Machine.needs("grep"), "-E", "^(NoNewPrivs|Seccomp):", "/proc/self/status");

        assertThat(ran.output()).isEqualTo("NoNewPrivs:\t1\nSeccomp:\t2\n");
    }

    @Test
    void rootNeedsNoNoNewPrivilegesAndTheFilterComesBeforeTheCapabilitiesGo() {
        Machine.needsRoot();
        CapabilityChoice choice = CapabilityChoice.here();
        Seccomp filter = usual();
        Capabilities capabilities = Capabilities.ofRoot(choice.choose(List.of(), List.of()), choice.last());

        Confined.Ran ran = Confined.run(
                directory,
                List.of(filter, capabilities),
                Machine.needs("grep"),
                "-E",
                "^(CapEff|NoNewPrivs|Seccomp):",
                "/proc/self/status");

        assertThat(ran.output()).isEqualTo("CapEff:\t00000000a80425fb\nNoNewPrivs:\t0\nSeccomp:\t2\n");
    }

    @Test
    void aProfileBehindWhichNothingCouldStartIsRefused() {
        assertThatExceptionOfType(SeccompException.class)
                .isThrownBy(() -> filter("{\"names\": [\"execve\"], \"action\": \"SCMP_ACT_ERRNO\"}"))
                .withMessage("seccomp profile: execve gets ERRNO(EPERM), but a container cannot be started without it;"
                        + " allow execve");
    }

    @Test
    void aFilterThatComesFirstMustLetThroughWhatComesBehindIt() {
        Capabilities later =
                Capabilities.of(new Credentials(1000, 1000, Optional.of(List.of()), List.of()), Set.of(), 40);

        usual().requirePassage(later);
        usual("CAP_SYS_ADMIN").requirePassage(later);
        assertThatExceptionOfType(SeccompException.class)
                .isThrownBy(() -> filter("{\"names\": [\"setresuid\"], \"action\": \"SCMP_ACT_ERRNO\"}")
                        .requirePassage(later))
                .withMessageStartingWith("seccomp profile: setresuid gets ERRNO(EPERM), but")
                .withMessageContaining("no-new-privileges");
    }

    @Test
    void aListenerGetsTheNotifications() throws IOException {
        Program program = program("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"listenerPath\": \"/x\", \"syscalls\":"
                + " [{\"names\": [\"getpid\"], \"action\": \"SCMP_ACT_NOTIFY\"}]}");
        try (Descriptor.Pipe sockets = Descriptor.socketPair();
                Descriptor notice = Descriptor.memory("notice")) {
            notice.write("cxyz".getBytes(UTF_8));
            Seccomp filter = new Seccomp(
                    program, 0, Optional.of(new Seccomp.Listener(Launcher.FIRST_FREE, Launcher.FIRST_FREE + 1, 4)));
            Plan plan = Plan.of(lines -> {
                behind(filter).forEach(mechanism -> mechanism.addLast(lines));
                Seccomp.addNotices(List.of(filter), lines);
                lines.exit_group(0);
            });
            Launch launch = new Launcher(directory)
                    .start(plan, "test", Map.of(Launcher.FIRST_FREE, sockets.in(), Launcher.FIRST_FREE + 1, notice));
            try (launch;
                    Descriptor received = sockets.out().receiveDescriptor()) {
                assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + received.number()))
                                .toString())
                        .isEqualTo("anon_inode:seccomp notify");
                assertThat(sockets.out().read(16)).isEqualTo("xyz".getBytes(UTF_8));
                launch.awaitStart(report -> {});
                assertThat(launch.reap()).isZero();
            }
        }
    }

    @Test
    void thePlanTellsTheSizeOfTheFilterAndNotItsBytes() {
        Plan plan = Plan.of(lines -> {
            filter("{\"names\": [\"getpid\"], \"action\": \"SCMP_ACT_ERRNO\"}").addLast(lines);
            lines.exit_group(0);
        });
        assertThat(plan.calls().getFirst().code())
                .matches("seccomp\\(SECCOMP_SET_MODE_FILTER, 0, \\{len=\\d+, filter=\\[\\d+ BPF instructions]}\\)");
    }
}
