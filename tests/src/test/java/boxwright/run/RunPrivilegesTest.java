package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.LandlockAbi;
import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who a container's program is and what holds it back, seen from inside. */
class RunPrivilegesTest {
    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    private Outcome sh(String flags, String script) {
        String[] words = ("run " + flags + " host sh -c").strip().split(" +");
        String[] all = new String[words.length + 1];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = script;
        return boxwright.run(all);
    }

    private void isRefused(Outcome outcome, String... parts) {
        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).startsWith("boxwright: ").contains(parts).doesNotContain("\tat ", "defect");
        assertThat(outcome.out()).isEmpty();
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @Test
    void aFilterIsThereAndNewPrivilegesArePossibleAsWithDocker() {
        assertThat(sh("", "grep -E 'Seccomp:|NoNewPrivs' /proc/self/status").out())
                .isEqualTo("NoNewPrivs:\t0\nSeccomp:\t2\n");
    }

    @Test
    void theKernelIsNotAskedForAUserNamespace() {
        assertThat(sh("", "unshare -U true").err()).contains("Operation not permitted");
        assertThat(sh("--security-opt seccomp=unconfined", "unshare -U true").exitCode())
                .isZero();
    }

    @Test
    void withTheCapabilityForItTheFilterLetsAMountThrough() {
        assertThat(sh("--cap-add SYS_ADMIN", "mount -t tmpfs none /mnt && grep Seccomp: /proc/self/status")
                        .out())
                .isEqualTo("Seccomp:\t2\n");
    }

    @Test
    void theFilterIsCompiledOnceAndKept() throws IOException {
        Path cache = shared.resolve("home/cache/seccomp");
        sh("", "true");
        List<Path> kept;
        try (var files = Files.list(cache)) {
            kept = files.toList();
        }
        assertThat(kept).isNotEmpty();
        for (Path file : kept) {
            Files.writeString(file, "damaged");
        }
        assertThat(sh("", "grep Seccomp: /proc/self/status").out()).isEqualTo("Seccomp:\t2\n");
    }

    @Test
    void newPrivilegesCanBeRuledOut() {
        assertThat(sh("--security-opt no-new-privileges", "grep -E 'Seccomp:|NoNewPrivs|CapEff' /proc/self/status")
                        .out())
                .isEqualTo("CapEff:\t00000000a80425fb\nNoNewPrivs:\t1\nSeccomp:\t2\n");
    }

    @Test
    void aProfileOfOnesOwnHoldsAndWhatItDoesNotKnowIsTold() throws IOException {
        Path profile = profile("""
                {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": ["mkdir", "mkdirat", "mkdirr"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95}]}
                """);
        Outcome outcome = sh("--security-opt seccomp=" + profile, "mkdir /tmp/x");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("Operation not supported")
                .contains("boxwright: warning: seccomp profile: there are no system calls named mkdirr");
    }

    @Test
    void aProfileThatForbidsWhatTheStartNeedsIsRefusedUnlessItComesLast() throws IOException {
        Path profile = profile("""
                {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": ["capset", "setgroups"], "action": "SCMP_ACT_ERRNO"}]}
                """);

        isRefused(sh("--security-opt seccomp=" + profile, "true"), "setgroups gets ERRNO(EPERM)", "no-new-privileges");
        assertThat(sh("--security-opt no-new-privileges --security-opt seccomp=" + profile, "echo works")
                        .out())
                .isEqualTo("works\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no profile at all | no valid JSON",
                "{} | no defaultAction",
                "{\"defaultAction\": \"SCMP_ACT_DENY\"} | unknown action \"SCMP_ACT_DENY\", at defaultAction",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"read\"], \"action\": \"X\"}]} | syscalls[0].action",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [\"PDP_11\"]} | unknown architecture \"PDP_11\"",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"listenerPath\": \"/x\"} | listenerPath",
                "{\"defaultAction\": \"SCMP_ACT_ERRNO\"} | execve"
            })
    void aProfileThatIsNoneIsRefusedWithTheReason(String text, String reason) throws IOException {
        isRefused(sh("--security-opt seccomp=" + profile(text), "true"), "seccomp", reason);
    }

    @Test
    void aProfileThatIsNotThereIsNamed() {
        isRefused(sh("--security-opt seccomp=/no/such.json", "true"), "/no/such.json", "no such file");
        isRefused(sh("--security-opt seccomp=/etc", "true"), "/etc");
    }

    private static Path profile(String text) throws IOException {
        return Files.writeString(Files.createTempFile(shared, "profile", ".json"), text);
    }

    @Test
    void aUserIsLookedUpInTheContainersOwnFiles() {
        assertThat(sh("--user nobody", "id; echo $HOME; grep -E 'CapEff|CapBnd' /proc/self/status")
                        .out())
                .isEqualTo("uid=65534(nobody) gid=65534(nobody) groups=65534(nobody)\n/\n"
                        + "CapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb\n");
        assertThat(sh("-u 1234:tty --group-add 99", "id").out()).isEqualTo("uid=1234 gid=5(tty) groups=5(tty),99\n");
    }

    @Test
    void theGroupsOfWhoeverStartsItStayOutside() {
        Outcome outcome = BoxwrightCommand.outcome(
                boxwright.builder(
                        List.of("setpriv", "--groups", "4711,4712"),
                        "run",
                        "host",
                        "grep",
                        "Groups",
                        "/proc/self/status"),
                "");
        assertThat(outcome.out().strip()).isEqualTo("Groups:\t0");
    }

    @Test
    void aUserWhoDoesNotExistIsNamed() {
        isRefused(sh("--user bob", "true"), "no user \"bob\"", "/etc/passwd");
        isRefused(sh("--user 0:crew", "true"), "no group \"crew\"");
        isRefused(sh("--group-add crew", "true"), "no group \"crew\"");
        isRefused(sh("--user a:b:c", "true"), "a:b:c", "--user");
        isRefused(sh("--user 4294967295", "true"), "4294967295");
    }

    @Test
    void anImageCannotHaveUsReadTheHostsUsers() throws IOException {
        Path image = Files.createDirectories(shared.resolve("image"));
        Files.createDirectories(image.resolve("etc"));
        Path users = Files.writeString(shared.resolve("hosts-users"), "spy:x:4711:4711::/spy:/bin/sh\n");
        Files.deleteIfExists(image.resolve("etc/passwd"));
        Files.createSymbolicLink(image.resolve("etc/passwd"), users);

        Outcome outcome = boxwright.run("run", "--user", "spy", image.toString(), "true");
        isRefused(outcome, "no user \"spy\"");
    }

    @Test
    void aPipeMayBeOpenedAgainByItsName() {
        assertThat(sh("--user 1234", "echo written >/dev/stdout").out()).isEqualTo("written\n");
    }

    @Test
    void privilegedMeansEverything() {
        Outcome outcome = sh(
                "--privileged",
                "grep -E 'CapEff|Seccomp:' /proc/self/status; grep CapBnd /proc/self/status | cut -f2;"
                        + " grep -c ' /proc/' /proc/mounts; mount | grep ' /sys ' | grep -o '(rw'; test -c /dev/kmsg && echo kmsg");

        String bounding = bounding();
        assertThat(outcome.out()).isEqualTo("CapEff:\t" + bounding + "\nSeccomp:\t0\n" + bounding + "\n0\n(rw\nkmsg\n");
        assertThat(sh("", "test -c /dev/kmsg || echo none").out()).isEqualTo("none\n");
    }

    @Test
    void privilegedTakesOneCapabilityBackWhenAsked() {
        assertThat(sh("--privileged --cap-drop CHOWN", "chown 1 /etc/passwd").err())
                .contains("Operation not permitted");
    }

    private static String bounding() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapBnd:"))
                    .map(line -> line.substring(7).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void systemPathsCanBeOpened() {
        String masks = "grep -c ' /proc/' /proc/mounts";
        assertThat(sh("", masks).out().strip()).isNotEqualTo("0");
        assertThat(sh("--security-opt systempaths=unconfined", masks).out()).isEqualTo("0\n");
    }

    @Test
    void landlockLimitsWhatRootMayWrite() {
        assumeTrue(LandlockAbi.version() > 0, "needs a kernel with Landlock");
        Outcome outcome = sh(
                "--security-opt landlock=rw:/tmp",
                "echo x >/tmp/file && echo x >/dev/null && ls /etc >/dev/null && echo fine; echo x >>/etc/passwd");

        assertThat(outcome.out()).isEqualTo("fine\n");
        assertThat(outcome.err()).contains("/etc/passwd: Permission denied");
    }

    @Test
    void aPathThatLandlockDoesNotFindIsNamed() {
        assumeTrue(LandlockAbi.version() > 0, "needs a kernel with Landlock");
        isRefused(sh("--security-opt landlock=rw:/no/such", "true"), "/no/such", "ENOENT");
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense, there is no such option",
        "landlock=/etc, ro:PATH",
        "label=type, filetype:",
        "no-new-privileges=perhaps, true or false",
        "systempaths=all, unconfined"
    })
    void anOptionThatIsNoneIsRefused(String option, String reason) {
        isRefused(sh("--security-opt " + option, "true"), "--security-opt", reason);
    }

    @Test
    void aSecurityModuleThatIsNotThereCannotBeAskedFor() {
        if (!Files.exists(Path.of("/sys/module/apparmor/parameters/enabled"))) {
            isRefused(sh("--security-opt apparmor=docker-default", "true"), "AppArmor");
        }
        if (!Files.exists(Path.of("/sys/fs/selinux/context"))) {
            isRefused(sh("--security-opt label=type:container_t", "true"), "SELinux");
        }
        assertThat(sh("--security-opt apparmor=unconfined --security-opt label=disable", "echo runs")
                        .out())
                .isEqualTo("runs\n");
    }

    @Test
    void theProgramCanBePrinted() {
        Outcome outcome = boxwright.run("seccomp", "print");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).startsWith("   0  ld [4] ").contains("; ERRNO(EPERM)", "; ALLOW");
        assertThat(boxwright.run("seccomp", "print", "/no/such.json").exitCode())
                .isEqualTo(125);
        isRefused(boxwright.run("seccomp", "prnt"), "print", "boxwright seccomp --help");
    }
}
