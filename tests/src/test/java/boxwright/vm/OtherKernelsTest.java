package boxwright.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.run.BoxwrightCommand;
import boxwright.vm.GuestResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
            "boxwright.steps.StepPlanTest#step_7_is_this_list_of_system_calls()");

    private static final List<String> WITH_SELINUX = List.of(
            "boxwright.vm.GuestWithSeLinux",
            "boxwright.run.RunSecurityModulesTest#aLabelThatThePolicyDoesNotKnowIsRefused()",
            "boxwright.run.RunSecurityModulesTest#withoutALabelAContainerHasOurs()",
            "boxwright.run.RunSecurityModulesTest#aLabelThatThePolicyKnowsIsTheContainers()");

    /** On a machine with nothing else to do it takes a third of that. */
    private static final int SECONDS = 600;

    @TestFactory
    Stream<DynamicTest> on_cgroup_v2_with_AppArmor() throws Exception {
        return tests(List.of(), Stream.concat(WITH_CGROUP_V2_AND_APPARMOR.stream(), EVERYWHERE.stream()));
    }

    @TestFactory
    Stream<DynamicTest> with_SELinux() throws Exception {
        return tests(List.of("--selinux"), WITH_SELINUX.stream());
    }

    private static Stream<DynamicTest> tests(List<String> options, Stream<String> tests) throws Exception {
        assumeTrue(BoxwrightCommand.isRoot(), "needs root: to give the test machine root's own files to read");
        Run check = Run.of(List.of("--check"), List.of("true"), 120);
        assumeTrue(check.exitCode() == 0, check.log().strip());
        buildOnce();
        Path directory = Files.createTempDirectory("other-kernel");
        try {
            Path report = directory.resolve("report");
            Run run = Run.of(
                    Stream.concat(
                                    options.stream(),
                                    Stream.of("--share", directory.toString(), "--seconds", "" + SECONDS))
                            .toList(),
                    Stream.concat(jvm(report), tests).toList(),
                    SECONDS + 30);
            List<GuestResult> results = Files.exists(report) ? GuestResult.read(report) : List.of();
            boolean whole = Files.exists(report) && Files.readString(report).endsWith(GuestResult.END + "\n");
            return Stream.concat(
                    results.stream().map(OtherKernelsTest::test),
                    Stream.of(DynamicTest.dynamicTest("the machine told all there was to tell", () -> {
                        assertThat(whole).as(run.log()).isTrue();
                        assertThat(results).isNotEmpty();
                    })));
        } finally {
            Files.deleteIfExists(directory.resolve("report"));
            Files.delete(directory);
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
