package boxwright.users;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The systemd of an ordinary user with his own D-Bus, as a login would start it; user@.service(5).
 *
 * @param user whose it is
 * @param runtime his {@code XDG_RUNTIME_DIR}
 * @param unit what it is to the systemd of the machine
 */
public record UserSystemd(OrdinaryUser user, Path runtime, String unit) implements AutoCloseable {
    /** Starts it. */
    public static UserSystemd of(OrdinaryUser user) throws IOException {
        Machine.needsSystemd();
        assumeTrue(
                Files.exists(Path.of("/usr/lib/systemd/user/dbus.socket")),
                "needs a D-Bus for users (Debian: dbus-user-session)");
        Machine.run("systemctl", "start", "dbus.service").output();
        Path runtime = Files.createDirectory(user.directory().resolve("run"));
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
        Files.setAttribute(runtime, "unix:uid", user.id());
        Files.setAttribute(runtime, "unix:gid", user.id());
        String unit = "boxwright-user-" + ProcessHandle.current().pid() + ".service";
        Machine.Ran started = Machine.run(
                "systemd-run",
                "--quiet",
                "--collect",
                "--unit=" + unit,
                "--property=User=" + user.id(),
                "--property=Type=notify",
                "--property=Delegate=yes",
                "--property=DefaultDependencies=no",
                "--setenv=XDG_RUNTIME_DIR=" + runtime,
                "--setenv=HOME=" + user.directory().resolve("home"),
                "/lib/systemd/systemd",
                "--user");
        if (started.exitCode() != 0) {
            throw new AssertionError("no systemd of a user: " + started.output());
        }
        return new UserSystemd(user, runtime, unit);
    }

    /** The words that come before a command of his. */
    public String[] becoming() {
        return user.command(
                        "env",
                        "XDG_RUNTIME_DIR=" + runtime,
                        "DBUS_SESSION_BUS_ADDRESS=unix:path=" + runtime.resolve("bus"))
                .toArray(String[]::new);
    }

    /** Where its part of the tree of cgroups begins. */
    public Path group() {
        return Path.of("/sys/fs/cgroup/system.slice", unit);
    }

    @Override
    public void close() {
        Machine.run("systemctl", "stop", unit).output();
    }
}
