package boxwright.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import boxwright.run.BoxwrightCommand;
import boxwright.vm.GuestResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The tests of the kernel, again on two others: Debian's, in QEMU, with cgroup v2 alone and AppArmor, and with SELinux.
 * Each test that ran there is a test here, skipped or failed as it was there.
 */
@Tag("slow")
class OtherKernelsTest {
    /** Where a container can have its writable layer in the machine; see {@code tests/vm/init}. */
    private static final String TMPDIR = "/run/tmp";

    /**
     * What depends on the kernel and not on us: a line more here is run there. Emulated, a JVM needs three seconds to
     * start; so they are those that start none for each test, and two or three that start the whole command.
     */
    private static final List<String> EVERYWHERE = List.of(
            "boxwright.kernel.LauncherTest",
            "boxwright.kernel.LauncherLimitsTest",
            "boxwright.runtime.ContainerProcessTest#aContainerHasItsOwnProcessesNameAndRoot(java.nio.file.Path)",
            "boxwright.runtime.ContainerProcessTest#closingARunningContainerEndsItAndRemovesItsDirectory(java.nio.file.Path)",
            "boxwright.runtime.ContainerProcessTest#anEndedMonitorEndsTheContainer(java.nio.file.Path)",
            "boxwright.runtime.ContainerProcessTest#aSetUpThatFailsLeavesNothing(java.nio.file.Path)",
            "boxwright.isolation.CapabilitiesTest",
            "boxwright.isolation.SeccompTest",
            "boxwright.doctor.ThisMachineTest#aNamespaceIsOkWhereUnshareMakesOne(java.lang.String,java.lang.String)",
            "boxwright.doctor.ThisMachineTest#anOverlayIsOkWhereTheMountProgramMakesOne()",
            "boxwright.doctor.ThisMachineTest#devicesAreOkWhereTheMknodProgramMakesOne()",
            "boxwright.doctor.ThisMachineTest#controllersOfTheSecondVersionAreThoseOfItsFile()",
            "boxwright.isolation.LandlockTest",
            "boxwright.steps.Step03InsideTest#its_mounts_are_these()",
            "boxwright.run.RunCapabilitiesTest#rootHasDockersFourteen()",
            "boxwright.escapes.ReadADiskByItsNumberTest",
            "boxwright.escapes.TypeIntoTheUsersTerminalTest",
            "boxwright.escapes.TurnAKnobOfTheKernelTest#root_outside_may_and_root_inside_may_not(java.lang.String)");

    private static final List<String> WITH_CGROUP_V2_AND_APPARMOR = List.of(
            "boxwright.vm.GuestWithAppArmor",
            "boxwright.run.RunSecurityModulesTest#aContainerHasTheDefaultProfileWhichIsLoadedForIt()",
            "boxwright.run.RunSecurityModulesTest#itHoldsBesideNoNewPrivilegesAndForOtherUsers()",
            "boxwright.run.RunSecurityModulesTest#itForbidsMountsToWhoHasTheCapabilityForThem()",
            "boxwright.run.RunSecurityModulesTest#whatOfProcAndSysIsTheMachinesMayNotBeWrittenThoughNothingIsMasked()",
            "boxwright.run.RunSecurityModulesTest#processesOfAContainerMaySignalEachOther()",
            "boxwright.run.RunSecurityModulesTest#privilegedIsNotConfined()",
            "boxwright.run.RunSecurityModulesTest#aProfileThatIsNotLoadedIsNamed()",
            "boxwright.run.RunSecurityModulesTest#aProcOfTheImagesOwnDoesNotTakeTheRequest()",
            "boxwright.isolation.CgroupTest",
            "boxwright.runtime.oci.SecondVersionTest",
            "boxwright.runtime.oci.PlainUserTest",
            "boxwright.steps.StepPlanTest#step_7_is_this_list_of_system_calls()");

    private static final List<String> WITH_SELINUX = List.of(
            "boxwright.vm.GuestWithSeLinux",
            "boxwright.run.RunSecurityModulesTest#aLabelThatThePolicyDoesNotKnowIsRefused()",
            "boxwright.run.RunSecurityModulesTest#withoutALabelAContainerHasOurs()",
            "boxwright.run.RunSecurityModulesTest#aLabelThatThePolicyKnowsIsTheContainers()");

    /** Engines that drive our runtime. A swarm does what it does too slowly here. */
    private static final List<String> ENGINES = List.of(
            "boxwright.engines.PodmanTest#itIsUsedEveryDay()",
            "boxwright.engines.PodmanTest#anotherJoinsTheNamespacesOfTheFirst()",
            "boxwright.engines.ContainerdTest",
            "boxwright.engines.DockerTest#itIsUsedEveryDay()");

    private static final List<String> WITH_SYSTEMD = List.of(
            "boxwright.runtime.oci.SystemdTest",
            "boxwright.runtime.oci.UserSystemdTest",
            "boxwright.engines.RootlessPodmanTest#hisContainerIsInAScopeOfHisSystemd()",
            "boxwright.engines.ContainerdTest#itsContainerIsInAScopeOfSystemd()",
            "boxwright.engines.PodmanTest#itsContainerIsInAScopeOfSystemd()",
            "boxwright.engines.DockerTest#itsContainerIsInAScopeOfSystemd()");

    /** On a machine with nothing else to do it takes a third of that. */
    private static final int SECONDS = 900;

    /** A machine has one processor, and this one mostly more. */
    private static final int AT_ONCE = 2;

    private static final ExecutorService STARTER = Executors.newFixedThreadPool(AT_ONCE);
    private static final Map<String, Future<Results>> MACHINES = new LinkedHashMap<>();

    /** All are started, those with most to do first, and each method waits for its own. */
    @BeforeAll
    static void start() throws Exception {
        if (missing().isEmpty()) {
            buildOnce();
            start(
                    "AppArmor",
                    List.of(),
                    Stream.concat(WITH_CGROUP_V2_AND_APPARMOR.stream(), EVERYWHERE.stream())
                            .toList());
            start("engines", List.of(), ENGINES);
            start("systemd", List.of("--systemd"), WITH_SYSTEMD);
            start("SELinux", List.of("--selinux"), WITH_SELINUX);
        }
    }

    private static void start(String machine, List<String> options, List<String> tests) {
        MACHINES.put(machine, STARTER.submit(() -> Results.of(options, tests)));
    }

    @AfterAll
    static void end() {
        STARTER.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> on_cgroup_v2_with_AppArmor() throws Exception {
        return tests("AppArmor");
    }

    @TestFactory
    Stream<DynamicTest> engines_on_cgroup_v2() throws Exception {
        return tests("engines");
    }

    @TestFactory
    Stream<DynamicTest> with_systemd() throws Exception {
        return tests("systemd");
    }

    @TestFactory
    Stream<DynamicTest> with_SELinux() throws Exception {
        return tests("SELinux");
    }

    /** What there is no machine for. */
    private static String missing() throws Exception {
        if (!BoxwrightCommand.isRoot()) {
            return "needs root: to give the test machine root's own files to read";
        }
        Run check = Run.of(List.of("--check"), List.of("true"), 120);
        return check.exitCode() == 0 ? "" : check.log().strip();
    }

    private static Stream<DynamicTest> tests(String machine) throws Exception {
        Future<Results> running = MACHINES.get(machine);
        if (running == null) {
            return abort(missing());
        }
        Results results = running.get();
        return Stream.concat(
                results.all().stream().map(OtherKernelsTest::test),
                Stream.of(DynamicTest.dynamicTest("the machine told all there was to tell", () -> {
                    assertThat(results.whole()).as(results.log()).isTrue();
                    assertThat(results.all()).isNotEmpty();
                })));
    }

    /** What a machine has told. */
    private record Results(List<GuestResult> all, boolean whole, String log) {
        static Results of(List<String> options, List<String> tests) throws Exception {
            Path directory = Files.createTempDirectory("other-kernel");
            try {
                Path report = directory.resolve("report");
                Run run = Run.of(
                        Stream.concat(
                                        options.stream(),
                                        Stream.of("--share", directory.toString(), "--seconds", "" + SECONDS))
                                .toList(),
                        Stream.concat(jvm(report), tests.stream()).toList(),
                        SECONDS + 30);
                boolean told = Files.exists(report);
                return new Results(
                        told ? GuestResult.read(report) : List.of(),
                        told && Files.readString(report).endsWith(GuestResult.END + "\n"),
                        run.log());
            } finally {
                Files.deleteIfExists(directory.resolve("report"));
                Files.delete(directory);
            }
        }
    }

    /** Here it takes seconds, there it would take minutes. */
    private static void buildOnce() {
        assertThat(new BoxwrightCommand(Path.of(TMPDIR)).run("version").exitCode())
                .isZero();
    }

    private static Stream<String> jvm(Path report) {
        return Stream.of(
                "env",
                "BOXWRIGHT_HOME=" + TMPDIR + "/home",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + TMPDIR,
                "-Dboxwright.steps.home=" + TMPDIR + "/steps-home",
                "-Dboxwright.checkout=" + BoxwrightCommand.CHECKOUT,
                "-cp",
                System.getProperty("java.class.path"),
                GuestTests.class.getName(),
                report.toString());
    }

    private static DynamicTest test(GuestResult result) {
        return DynamicTest.dynamicTest(result.name(), () -> {
            if (result.outcome() == Outcome.SKIPPED) {
                abort("in the test machine: " + result.reason().replaceFirst("^Assumption failed: ", ""));
            }
            if (result.outcome() == Outcome.FAILED) {
                throw new AssertionError("in the test machine: " + result.reason());
            }
        });
    }

    /** A run of {@code tests/vm/run}: what it said, and how it ended. */
    private record Run(int exitCode, String log) {
        static Run of(List<String> options, List<String> command, int patience) throws Exception {
            List<String> words = new ArrayList<>();
            words.add(BoxwrightCommand.CHECKOUT.resolve("tests/vm/run").toString());
            words.addAll(options);
            words.add("--");
            words.addAll(command);
            Path log = Files.createTempFile("other-kernel", ".log");
            try {
                ProcessBuilder builder = new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .directory(BoxwrightCommand.CHECKOUT.toFile());
                builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
                Process process = builder.start();
                try {
                    process.getOutputStream().close();
                    if (!process.waitFor(patience, TimeUnit.SECONDS)) {
                        return new Run(-1, "not ended after " + patience + " seconds: " + text(log));
                    }
                    return new Run(process.exitValue(), text(log));
                } finally {
                    // QEMU is a child of the script, and would live on without it.
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            } finally {
                Files.delete(log);
            }
        }

        private static String text(Path log) throws IOException {
            return Files.readString(log);
        }
    }
}
