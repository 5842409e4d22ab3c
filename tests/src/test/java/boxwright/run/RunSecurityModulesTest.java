package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.engine.AppArmorProfiles;
import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AppArmor and SELinux, where the kernel has them: on most machines of ours that is a virtual one ({@code tests/vm}). */
class RunSecurityModulesTest {
    private static final String PROFILE = "cat /proc/self/attr/apparmor/current";

    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    private static void needsAppArmor() {
        assumeTrue(
                AppArmorProfiles.ofThisMachine().isOn(),
                "needs a kernel with AppArmor switched on (apparmor=1); tests/vm/run has one");
        assumeTrue(AppArmorProfiles.ofThisMachine().parser().isPresent(), "needs apparmor_parser (Debian: apparmor)");
    }

    private static void needsSeLinux() {
        assumeTrue(
                Files.exists(Path.of("/sys/fs/selinux/context")),
                "needs a kernel with SELinux switched on (selinux=1), and selinuxfs; tests/vm/run --selinux has one");
    }

    private Outcome sh(List<String> flags, String script) {
        String[] words = new String[flags.size() + 5];
        words[0] = "run";
        for (int i = 0; i < flags.size(); i++) {
            words[i + 1] = flags.get(i);
        }
        words[words.length - 4] = "host";
        words[words.length - 3] = "sh";
        words[words.length - 2] = "-c";
        words[words.length - 1] = script;
        return boxwright.run(words);
    }

    @Test
    void aContainerHasTheDefaultProfileWhichIsLoadedForIt() {
        needsAppArmor();
        Outcome outcome = sh(List.of(), PROFILE);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo(AppArmorProfiles.DEFAULT + " (enforce)\n");
        assertThat(AppArmorProfiles.ofThisMachine().has(AppArmorProfiles.DEFAULT))
                .isTrue();
    }

    @Test
    void itHoldsBesideNoNewPrivilegesAndForOtherUsers() {
        needsAppArmor();
        assertThat(sh(List.of("--security-opt", "no-new-privileges", "--user", "1234"), PROFILE)
                        .out())
                .isEqualTo(AppArmorProfiles.DEFAULT + " (enforce)\n");
    }

    @Test
    void itForbidsMountsToWhoHasTheCapabilityForThem() {
        needsAppArmor();
        List<String> capability = List.of("--cap-add", "SYS_ADMIN");
        String mount = "mount -t tmpfs none /mnt && echo mounted";

        assertThat(sh(capability, mount).err()).containsIgnoringCase("permission denied");
        assertThat(sh(
                                List.of("--cap-add", "SYS_ADMIN", "--security-opt", "apparmor=unconfined"),
                                PROFILE + "; " + mount)
                        .out())
                .isEqualTo("unconfined\nmounted\n");
    }

    /** Without the masks, the policy is all that stands between root and these. */
    @Test
    void whatOfProcAndSysIsTheMachinesMayNotBeWrittenThoughNothingIsMasked() {
        needsAppArmor();
        List<String> open = List.of("--security-opt", "systempaths=unconfined");
        for (String file : List.of(
                "/proc/sys/kernel/core_pattern",
                "/proc/sys/vm/drop_caches",
                "/proc/sysrq-trigger",
                "/proc/timer_list")) {
            assertThat(sh(open, "echo '' >" + file).err()).as(file).contains("ermission denied");
        }
        assertThat(sh(open, "cat /proc/kcore | head -c 1; ls /sys/kernel/security")
                        .err())
                .contains("/proc/kcore': Permission denied");
        assertThat(sh(open, "echo 0 >/proc/self/oom_score_adj && echo 1 >/proc/sys/kernel/shm_rmid_forced && echo fine")
                        .out())
                .isEqualTo("fine\n");
    }

    @Test
    void processesOfAContainerMaySignalEachOther() {
        needsAppArmor();
        assertThat(sh(List.of(), "sleep 60 & kill $! && wait $!; echo $?").out())
                .isEqualTo("143\n");
    }

    @Test
    void privilegedIsNotConfined() {
        needsAppArmor();
        assertThat(sh(List.of("--privileged"), PROFILE).out()).isEqualTo("unconfined\n");
    }

    @Test
    void aProfileThatIsNotLoadedIsNamed() {
        needsAppArmor();
        Outcome outcome = sh(List.of("--security-opt", "apparmor=no-such-profile"), "true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).startsWith("boxwright: ").contains("no-such-profile", "apparmor_parser -r");
        assertThat(boxwright.leftovers()).isEmpty();
    }

    /** CVE-2019-16884: a volume over /proc would take what is meant for the kernel. Here the image brings the fake. */
    @Test
    void aProcOfTheImagesOwnDoesNotTakeTheRequest() throws IOException {
        needsAppArmor();
        Path image = Files.createDirectories(shared.resolve("image"));
        Path fake = Files.createDirectories(image.resolve("proc/thread-self/attr/apparmor"));
        Files.writeString(fake.resolve("exec"), "");
        Files.createDirectories(image.resolve("bin"));
        Path busybox = Files.exists(Path.of("/bin/busybox")) ? Path.of("/bin/busybox") : Path.of("/usr/bin/busybox");
        assumeTrue(Files.exists(busybox), "needs busybox (Debian: busybox-static)");
        if (!Files.exists(image.resolve("bin/sh"))) {
            Files.copy(busybox, image.resolve("bin/sh"));
        }
        Outcome outcome =
                boxwright.run("run", image.toString(), "sh", "-c", "read x </proc/self/attr/apparmor/current; echo $x");

        assertThat(outcome.out()).isEqualTo(AppArmorProfiles.DEFAULT + " (enforce)\n");
        assertThat(Files.readString(fake.resolve("exec"))).isEmpty();
    }

    @Test
    void aLabelThatThePolicyDoesNotKnowIsRefused() {
        needsSeLinux();
        Outcome outcome = sh(List.of("--security-opt", "label=type:no_such_type_t"), "true");

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err())
                .startsWith("boxwright: ")
                .contains("SELinux", "no_such_type_t")
                .contains("policy");
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @Test
    void withoutALabelAContainerHasOurs() throws IOException {
        needsSeLinux();
        String label = Files.readString(Path.of("/proc/self/attr/current")).replace("\0", "");

        assertThat(sh(List.of(), "cat /proc/self/attr/current").out().replace("\0", ""))
                .isEqualTo(label);
    }

    @Test
    void aLabelThatThePolicyKnowsIsTheContainers() throws IOException {
        needsSeLinux();
        String label = "system_u:system_r:container_t:s0:c1,c2";
        assumeTrue(
                Files.readString(Path.of("/proc/self/attr/current")).contains(":"), "needs an SELinux policy, loaded");
        try {
            Files.writeString(Path.of("/sys/fs/selinux/context"), label);
        } catch (IOException e) {
            assumeTrue(
                    false,
                    "needs a policy that knows container_t (container-selinux); this one says " + e.getMessage());
        }
        Outcome outcome = sh(
                List.of("--security-opt", "label=level:s0:c1,c2"),
                "cat /proc/self/attr/current; echo; grep -c ' /\\(dev.*\\)\\? .*context=.*container_file_t:s0:c1,c2' /proc/mounts");
        assumeTrue(!outcome.err().contains("overlayfs"), "needs a place where overlayfs can write: " + outcome.err());
        assertThat(outcome.out().replace("\0", "")).as(outcome.err()).isEqualTo(label + "\n4\n");
    }
}
