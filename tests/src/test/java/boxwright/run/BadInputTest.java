package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input and missing means: one message, the right exit code, nothing left. */
class BadInputTest {
    @TempDir
    Path directory;

    private BoxwrightCommand boxwright = new BoxwrightCommand(Path.of("/nonexistent"));

    @BeforeEach
    void home() {
        boxwright = new BoxwrightCommand(directory.resolve("home"));
    }

    private static void isOneMessage(Outcome outcome, String... parts) {
        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.err()).startsWith("boxwright: ").contains(parts).doesNotContain("\tat ", "defect");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void anUnknownImageIsNamedWithTheOneThatThereIs() {
        isOneMessage(boxwright.run("run", "debian:12", "true"), "debian:12", "host");
    }

    @Test
    void aMissingRootfs() {
        isOneMessage(boxwright.run("run", "./missing", "true"), "./missing", "does not exist");
    }

    @Test
    void aFileAsRootfs() throws IOException {
        Path file = Files.writeString(directory.resolve("rootfs.tar"), "no directory");
        isOneMessage(boxwright.run("run", file.toString(), "true"), "rootfs.tar", "must be a directory");
    }

    @Test
    void anEmptyRootfsHasNoCommand() throws IOException {
        BoxwrightCommand.needsRoot();
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Outcome outcome = boxwright.run("run", empty.toString(), "sh");
        assertThat(outcome.exitCode()).isEqualTo(127);
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @Test
    void aTerminalWithoutATerminal() {
        isOneMessage(boxwright.run("run", "-it", "host", "sh"), "not a TTY");
    }

    @Test
    void whereAnOrdinaryUserMayMakeNoUserNamespaceTheMessageSaysHowToAllowIt() {
        BoxwrightCommand.needsRoot();
        // Limits hold for a user namespace and all below it, namespaces(7): this one has nobody else in it.
        String script = "echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all \"$@\"";
        Outcome outcome = BoxwrightCommand.outcome(
                boxwright.builder(
                        List.of("unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"),
                        "run",
                        "host",
                        "true"),
                "");
        isOneMessage(
                outcome,
                "may not make a user namespace",
                "user.max_user_namespaces=0",
                "sudo sysctl -w user.max_user_namespaces=15000",
                "run it with sudo");
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @Test
    void aKernelThatGivesNoMoreNamespacesIsNamed() {
        BoxwrightCommand.needsRoot();
        // Limits hold for a user namespace and all below it, namespaces(7): this one has nobody else in it.
        String script = "echo 0 > /proc/sys/user/max_uts_namespaces && exec \"$@\"";
        Outcome outcome = BoxwrightCommand.outcome(
                boxwright.builder(
                        List.of("unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"),
                        "run",
                        "host",
                        "true"),
                "");
        isOneMessage(outcome, "clone3", "ENOSPC", "max_uts_namespaces");
        assertThat(boxwright.leftovers()).isEmpty();
    }

    @Test
    void aHomeOnAReadOnlyDisk() throws IOException {
        BoxwrightCommand.needsRoot();
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Outcome outcome = BoxwrightCommand.outcome(
                new BoxwrightCommand(disk.resolve("home")).builder(onDisk(disk, "ro"), "run", "host", "true"), "");
        isOneMessage(outcome, disk.toString(), "Read-only file system", "BOXWRIGHT_HOME");
    }

    @Test
    void aHomeOnAFullDisk() throws IOException {
        BoxwrightCommand.needsRoot();
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Outcome outcome = BoxwrightCommand.outcome(
                new BoxwrightCommand(disk.resolve("home")).builder(onDisk(disk, "size=64k"), "run", "host", "true"),
                "");
        isOneMessage(outcome, "space");
    }

    @Test
    void aRootfsOnAReadOnlyDiskWorks() throws IOException {
        BoxwrightCommand.needsRoot();
        Path disk = Files.createDirectory(directory.resolve("disk"));
        String script = "mount -t tmpfs none " + disk + " && mkdir " + disk + "/bin && cp $(command -v busybox) " + disk
                + "/bin/sh && mount -o remount,ro " + disk + " && exec \"$@\"";
        Outcome outcome = BoxwrightCommand.outcome(
                boxwright.builder(
                        List.of("unshare", "--mount", "sh", "-c", script, "sh"),
                        "run",
                        disk.toString(),
                        "sh",
                        "-c",
                        "echo written > /file && echo done"),
                "");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("done\n");
    }

    @Test
    void whereOverlayfsCannotWriteTheImageIsCopied() throws IOException {
        BoxwrightCommand.needsRoot();
        Path disk = Files.createDirectory(directory.resolve("disk"));
        // An overlay is no place for the upper layer of another one.
        String script = "mount -t tmpfs none " + disk + " && cd " + disk
                + " && mkdir lower upper work merged && mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged"
                + " && exec \"$@\"";
        BoxwrightCommand onOverlay = new BoxwrightCommand(disk.resolve("merged/home"));
        Outcome outcome = BoxwrightCommand.outcome(
                onOverlay.builder(
                        List.of("unshare", "--mount", "sh", "-c", script, "sh"),
                        "run",
                        "host",
                        "sh",
                        "-c",
                        "echo written > /file && grep ' / ' /proc/mounts"),
                "");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .startsWith("overlay / overlay ")
                .contains(disk.getFileName().toString().isEmpty() ? "" : "lower");
        assertThat(outcome.exitCode()).isZero();
    }

    /** Runs what follows with a tmpfs at a place that only it sees. */
    private static List<String> onDisk(Path disk, String options) {
        return List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o " + options + " none " + disk + " && exec \"$@\"",
                "sh");
    }
}
