package boxwright.engines;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import boxwright.users.OrdinaryUser;
import boxwright.users.UserSystemd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code podman --runtime boxwright-runtime} of somebody who is not root: all of it happens in a user namespace of his. */
class RootlessPodmanTest {
    private static final String IMAGE = "localhost/busybox:test";

    @TempDir
    Path directory;

    /** With runc first: what does not work with it is not for us to say. */
    @Test
    void aPlainUserRunsContainers() throws Exception {
        Machine.needs("podman");
        Machine.needs("conmon");
        try (OrdinaryUser user = OrdinaryUser.withGrantedIds()) {
            List<String> runc = story(user, "runc", Machine.needs("runc"));
            assumeTrue(
                    runc.contains("exits with 5"),
                    "needs a machine where rootless podman works with runc; here it says: " + runc.getLast());

            assertThat(story(
                            user,
                            "ours",
                            user.checkout().resolve("bin/boxwright-runtime").toString()))
                    .containsExactlyElementsOf(runc);
        }
    }

    /** The usual thing for who has logged in where systemd runs. */
    @Test
    void hisContainerIsInAScopeOfHisSystemd() throws Exception {
        Machine.needs("podman");
        Machine.needs("conmon");
        try (OrdinaryUser user = OrdinaryUser.withGrantedIds();
                UserSystemd systemd = UserSystemd.of(user)) {
            Path own = own(user, "s");
            Engine podman = Podman.of(
                    own, user.checkout().resolve("bin/boxwright-runtime").toString(), systemd.becoming());
            try {
                podman.run("import", layer(own, "s").toString(), IMAGE).text();
                // Where systemd runs, its logs are usually the journal's, which does not run there.
                String[] words = {
                    "--cgroup-manager",
                    "systemd",
                    "run",
                    "--detach",
                    "--name",
                    "scoped",
                    "--network",
                    "none",
                    "--log-driver",
                    "k8s-file",
                    "--memory",
                    "64m",
                    IMAGE,
                    "sh",
                    "-c",
                    Engine.SERVER
                };
                String id = podman.run(words).text();
                eventually("it is up", () -> podman.run("logs", "scoped").out().contains("up"));
                Path group = systemd.group().resolve("user.slice/libpod-" + id + ".scope");

                assertThat(group.resolve("memory.max")).hasContent("67108864");
                assertThat(podman.run("exec", "scoped", "sh", "-c", "exit 3").exitCode())
                        .isEqualTo(3);
                assertThat(podman.run("--cgroup-manager", "systemd", "rm", "--force", "--time", "5", "scoped")
                                .exitCode())
                        .isZero();
                assertThat(group).doesNotExist();
            } finally {
                end(podman, own);
            }
        }
    }

    private static Path own(OrdinaryUser user, String name) throws IOException {
        Path own = Files.createDirectory(user.directory().resolve(name));
        give(own, user);
        return own;
    }

    private Path layer(Path own, String name) throws IOException {
        Path layer = Engine.layer(Files.createDirectory(directory.resolve(name)));
        Path tar = Files.copy(layer, own.resolve("layer.tar"));
        Files.setPosixFilePermissions(tar, PosixFilePermissions.fromString("rw-r--r--"));
        return tar;
    }

    private static void end(Engine podman, Path own) {
        Podman.end(podman);
        podman.run("unshare", "rm", "-rf", own.resolve("storage").toString());
        podman.run("system", "migrate");
    }

    private List<String> story(OrdinaryUser user, String name, String runtime) throws IOException {
        Path own = own(user, name);
        Path tar = layer(own, name);
        Engine podman = Podman.of(
                own, runtime, user.command("env", "XDG_RUNTIME_DIR=" + own).toArray(String[]::new));
        List<String> seen = new ArrayList<>();
        try {
            Finished imported = podman.run("import", tar.toString(), IMAGE);
            seen.add(imported.exitCode() == 0 ? "imported" : imported.err().strip());
            Finished first = podman.run("run", "--rm", "--network", "none", IMAGE, "sh", "-c", "id -u; exit 5");
            seen.add(first.out().strip());
            seen.add(first.exitCode() == 5 ? "exits with 5" : first.err().strip());
            if (first.exitCode() != 5) {
                return seen;
            }
            podman.run("run", "--detach", "--network", "none", "--name", "box", IMAGE, "sh", "-c", Engine.SERVER)
                    .text();
            eventually("it is up", () -> podman.run("logs", "box").out().contains("up"));
            seen.add("exec: " + podman.run("exec", "--user", "12:34", "box", "sh", "-c", "id; exit 3"));
            seen.add("map: "
                    + podman.run("exec", "box", "cat", "/proc/self/uid_map")
                            .text()
                            .replaceAll(" +", " "));
            podman.run("stop", "--time", "5", "box").text();
            seen.add("stopped: "
                    + podman.run("inspect", "--format", "{{.State.ExitCode}}", "box")
                            .text());
            podman.run("rm", "box").text();
            return seen;
        } finally {
            end(podman, own);
        }
    }

    private static void give(Path file, OrdinaryUser user) throws IOException {
        Files.setAttribute(file, "unix:uid", user.id());
        Files.setAttribute(file, "unix:gid", user.id());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
