package boxwright.isolation.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.isolation.seccomp.Comparison.Op;
import boxwright.kernel.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileReaderTest {
    private static final ProfileContext OLD =
            new ProfileContext(Architecture.X86_64, Set.of("CAP_SYS_ADMIN"), new KernelVersion(4, 7));
    private static final ProfileContext NEW =
            new ProfileContext(Architecture.AARCH64, Set.of(), new KernelVersion(6, 12));

    @Test
    void aProfileOfTheRuntimeSpecificationIsReadWhole() {
        Profile profile = ProfileReader.read("""
                {
                  "defaultAction": "SCMP_ACT_TRACE",
                  "defaultErrnoRet": 7,
                  "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_S390X"],
                  "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"],
                  "listenerPath": "/run/agent.sock",
                  "listenerMetadata": "box",
                  "syscalls": [
                    {"names": ["getcwd", "chmod"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "comment": "why"},
                    {"names": ["mount"], "action": "SCMP_ACT_NOTIFY"},
                    {"name": "clone", "action": "SCMP_ACT_KILL", "args": [
                      {"index": 0, "value": 18446744073709551615, "valueTwo": 4, "op": "SCMP_CMP_MASKED_EQ"},
                      {"index": 1, "value": 5, "op": "SCMP_CMP_GE"}]}
                  ]
                }
                """).in(NEW);

        assertThat(profile)
                .isEqualTo(new Profile(
                        new Action(Action.Kind.TRACE, 7),
                        List.of(Abi.X86_64, Abi.X32),
                        6,
                        "/run/agent.sock",
                        "box",
                        List.of(
                                Rule.of(Action.errno(38), List.of("getcwd", "chmod")),
                                Rule.of(new Action(Action.Kind.NOTIFY, 0), List.of("mount")),
                                new Rule(
                                        List.of("clone"),
                                        new Action(Action.Kind.KILL_THREAD, 0),
                                        List.of(Comparison.masked(0, -1, 4), Comparison.of(1, Op.GE, 5))))));
    }

    @Test
    void theConditionsOfDockersFormatChooseTheRules() {
        ConditionalProfile profile = ProfileReader.read("""
                {
                  "defaultAction": "SCMP_ACT_ERRNO",
                  "archMap": [
                    {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
                    {"architecture": "SCMP_ARCH_RISCV64", "subArchitectures": null}],
                  "syscalls": [
                    {"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [], "includes": {}, "excludes": {}},
                    {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}},
                    {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
                    {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
                    {"names": ["uselib"], "action": "SCMP_ACT_ALLOW", "excludes": {"minKernel": "4.8"}},
                    {"names": ["iopl"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["amd64", "x86"]}},
                    {"names": ["getcpu"], "action": "SCMP_ACT_ALLOW", "excludes": {"arches": ["amd64"]}}
                  ]
                }
                """);

        assertThat(profile.in(OLD).abis()).containsExactly(Abi.X86);
        assertThat(names(profile.in(OLD))).containsExactly("read", "mount", "uselib", "iopl");
        assertThat(names(profile.in(NEW))).containsExactly("read", "clone", "ptrace", "getcpu");
    }

    private static List<String> names(Profile profile) {
        return profile.rules().stream().flatMap(rule -> rule.names().stream()).toList();
    }

    @Test
    void anArgumentComparedTwiceStandsForTwoRules() {
        Rule rule = new Rule(
                List.of("socket"), Action.ALLOW, List.of(Comparison.of(0, Op.EQ, 1), Comparison.of(0, Op.EQ, 2)));

        assertThat(rule.matches(new long[] {1, 0, 0, 0, 0, 0})).isTrue();
        assertThat(rule.matches(new long[] {2, 0, 0, 0, 0, 0})).isTrue();
        assertThat(rule.matches(new long[] {3, 0, 0, 0, 0, 0})).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}                                                       | no defaultAction",
                "[]                                                       | not what belongs there",
                "{\"defaultAction\": \"SCMP_ACT_NO\"}                     | unknown action \"SCMP_ACT_NO\", at defaultAction",
                "{\"defaultAction\": 7}                                   | unknown action \"7\", at defaultAction",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"defaultErrnoRet\": 1} | an errnoRet for the action ALLOW, which has none",
                "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 5000} | errnoRet 5000 is not 0 to 4095",
                "{\"defaultAction\": \"SCMP_ACT_NOTIFY\"}                 | SCMP_ACT_NOTIFY as the default",
                "{\"architectures\": [\"x86\"]}                           | unknown architecture \"x86\", at architectures",
                "{\"flags\": [\"LOG\"]}                                   | unknown flag \"LOG\"",
                "{\"flags\": [3]}                                         | a list of strings is wanted, at flags[0]",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"defaultAction\": \"SCMP_ACT_KILL\"} | \"defaultAction\" twice",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\"} {}               | no valid JSON",
                "{'defaultAction': \"SCMP_ACT_ALLOW\"}                    | no valid JSON",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\"                   | the JSON ends too early",
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"listenerMetadata\": \"x\"} | listenerMetadata without a listenerPath",
            })
    void aProfileThatIsNoneIsRefusedWithTheReason(String text, String reason) {
        assertThatExceptionOfType(SeccompException.class)
                .isThrownBy(() -> ProfileReader.read(text))
                .withMessageStartingWith("seccomp profile: ")
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"action\": \"SCMP_ACT_ALLOW\"}                          | a rule without names",
                "{\"names\": [\"read\"]}                                   | a rule without an action, at syscalls[",
                "{\"names\": [\"read\"], \"name\": \"read\"}               | a rule with both name and names",
                "{\"names\": [\"a\"], \"action\": \"SCMP_ACT_KILL\", \"errnoRet\": 1} | an errnoRet for the action KILL_THREAD",
                "{\"names\": [\"a\"], \"action\": \"SCMP_ACT_NOTIFY\"}     | SCMP_ACT_NOTIFY needs a listenerPath",
                "{\"args\": [{\"index\": 6, \"op\": \"SCMP_CMP_EQ\"}]}     | a system call has the arguments 0 to 5, and no 6",
                "{\"args\": [{\"index\": 1, \"op\": \"SCMP_CMP_IS\"}]}     | unknown operator \"SCMP_CMP_IS\", at syscalls[0].args[0].op",
                "{\"args\": [{\"index\": 1, \"value\": -1}]}               | -1 is no whole number",
                "{\"args\": [{\"index\": 1, \"value\": 1.5}]}              | 1.5 is no whole number",
                "{\"args\": [{\"index\": 1, \"value\": 18446744073709551616}]} | 18446744073709551616 is no whole number",
                "{\"args\": [{\"index\": 1, \"value\": \"1\"}]}            | a value is a number",
                "{\"args\": [{\"value\": 1}]}                              | a condition without an index",
                "{\"args\": [{\"index\": 1}]}                              | a condition without an op",
                "{\"includes\": {\"minKernel\": \"new\"}}                  | \"new\" is no kernel version",
            })
    void aRuleThatIsNoneIsRefusedWithTheReason(String rule, String reason) {
        assertThatExceptionOfType(SeccompException.class)
                .isThrownBy(() ->
                        ProfileReader.read("{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [" + rule + "]}"))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"6.12.4-arch1-1, 6.12", "4.8, 4.8", "5.10-rc3+, 5.10", "6.1.0, 6.1"})
    void ofAReleaseTheFirstTwoNumbersCount(String release, String version) {
        assertThat(KernelVersion.ofRelease(release)).hasToString(version);
    }

    /** A large profile that others use. It is older than ours, and has an errno of its own for what it denies. */
    @Test
    void podmansProfileCompiles() throws IOException {
        Path file = Path.of("/usr/share/containers/seccomp.json");
        assumeTrue(Files.exists(file), "needs " + file + " (Debian: golang-github-containers-common)");
        ConditionalProfile read = ProfileReader.read(Files.readString(file));
        Profile theirs = read.in(new ProfileContext(Architecture.X86_64, Set.of(), new KernelVersion(6, 12)));
        SeccompCompiler.Compiled compiled = SeccompCompiler.compile(theirs, Architecture.X86_64);
        BpfMachine machine = new BpfMachine(compiled.program());
        int arch = Abi.X86_64.auditArch();

        // It allows setns to all, and then denies it to those without CAP_SYS_ADMIN; libseccomp takes the first.
        assertThat(compiled.overruled()).contains("setns gets ALLOW, and not: setns gets ERRNO(EPERM)");
        assertThat(machine.run(arch, 0, new long[6])).isEqualTo(Action.ALLOW.returnValue());
        assertThat(machine.run(arch, 175, new long[6]))
                .isEqualTo(Action.errno(1).returnValue());
        assertThat(machine.run(arch, 41, new long[] {16, 3, 9, 0, 0, 0}))
                .isEqualTo(Action.errno(22).returnValue());
        assertThat(machine.run(arch, 41, new long[] {16, 3, 0, 0, 0, 0})).isEqualTo(Action.ALLOW.returnValue());
    }
}
