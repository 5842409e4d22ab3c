package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import boxwright.users.OrdinaryUser;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user who is nobody on the machine, with the configuration that {@code spec --rootless} writes; where cgroups are of
 * version 2, in a part of the tree that was given to him. OtherKernelsTest runs it in such a machine, too.
 */
class PlainUserTest {
    private static final int USER = 58999;

    private final Path delegated =
            Path.of("/sys/fs/cgroup/boxwright-user-" + ProcessHandle.current().pid());

    @TempDir
    Path directory;

    @BeforeEach
    void bundle() throws IOException {
        Machine.needsRoot();
        Machine.needs("setpriv");
        assumeTrue(
                !Files.readString(Path.of("/proc/sys/user/max_user_namespaces"))
                        .strip()
                        .equals("0"),
                "needs user namespaces");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Machine.busyboxRoot(Files.createDirectory(directory.resolve("rootfs")));
        Machine.give(directory, USER);
        if (Machine.hasSecondVersion()) {
            delegate();
        }
    }

    /** As systemd does it: the directory and the files that say who is where are his. */
    private void delegate() throws IOException {
        Files.writeString(Path.of("/sys/fs/cgroup/cgroup.subtree_control"), "+memory +pids");
        for (Path group : List.of(delegated, delegated.resolve("session"))) {
            Files.createDirectory(group);
            for (String file : List.of("", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads")) {
                Files.setAttribute(group.resolve(file), "unix:uid", USER);
            }
        }
    }

    @AfterEach
    void end() throws IOException {
        Files.deleteIfExists(delegated.resolve("session"));
        Files.deleteIfExists(delegated);
    }

    private Finished as(String... words) throws IOException {
        Path group = delegated.resolve("session/cgroup.procs");
        return Finished.of(
                directory,
                Stream.concat(
                                Stream.of(
                                        "sh",
                                        "-c",
                                        (Files.exists(group) ? "echo $$ >" + group + ";" : "") + "exec \"$@\"",
                                        "sh",
                                        "setpriv",
                                        "--reuid=" + USER,
                                        "--regid=" + USER,
                                        "--clear-groups",
                                        "env",
                                        "HOME=" + directory,
                                        "XDG_RUNTIME_DIR=" + directory),
                                Stream.concat(
                                        Stream.of(OciRuntime.ours(directory)
                                                .command()
                                                .toString()),
                                        Stream.of(words)))
                        .toList());
    }

    private JsonObject configuration(String script) throws IOException {
        as("spec", "--rootless").text();
        return script(directory, script);
    }

    private static JsonObject script(Path bundle, String script) throws IOException {
        JsonObject config = JsonParser.parseString(Files.readString(bundle.resolve("config.json")))
                .getAsJsonObject();
        JsonObject process = config.getAsJsonObject("process");
        process.addProperty("terminal", false);
        JsonArray args = new JsonArray();
        Stream.of("sh", "-c", script).forEach(args::add);
        process.add("args", args);
        return config;
    }

    @Test
    void heHasAContainerOfHisOwn() throws Exception {
        boolean limited = Machine.hasSecondVersion();
        JsonObject config =
                configuration("id -u; stat -c %F /dev/null" + (limited ? "; cat /sys/fs/cgroup/memory.max" : ""));
        if (limited) {
            config.getAsJsonObject("linux")
                    .add("resources", JsonParser.parseString("{\"memory\": {\"limit\": 67108864}}"));
        }
        Files.writeString(directory.resolve("config.json"), config.toString());
        Finished outcome = as("run", "his");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo("0\ncharacter special file\n" + (limited ? "67108864\n" : ""));
        assertThat(as("list", "-q").text()).isEmpty();
    }

    /** Whose image has no {@code /dev}, and none is mounted: the first leaves what the devices were mounted on. */
    @Test
    void withoutAMountAtDevTheDevicesAreTheHostsEachTime() throws Exception {
        JsonObject config = configuration("stat -c %F /dev/null; echo gone >/dev/null");
        JsonArray mounts = new JsonArray();
        config.getAsJsonArray("mounts").forEach(mount -> {
            if (!mount.getAsJsonObject().get("destination").getAsString().startsWith("/dev")) {
                mounts.add(mount);
            }
        });
        config.add("mounts", mounts);
        Files.writeString(directory.resolve("config.json"), config.toString());
        for (int i = 0; i < 2; i++) {
            Finished outcome = as("run", "his" + i);

            assertThat(outcome.err()).isEmpty();
            assertThat(outcome.out()).isEqualTo("character special file\n");
        }
    }

    /** He can mount nothing before there is the container, whose first process so copies for itself. */
    @Test
    void aTmpfsWithTmpcopyupBeginsWithWhatTheImageHasThere() throws Exception {
        Path etc = Files.createDirectories(directory.resolve("rootfs/etc"));
        Path below = Files.createDirectory(etc.resolve("below"));
        Files.setPosixFilePermissions(below, PosixFilePermissions.fromString("rwx--x--x"));
        Files.writeString(below.resolve("file"), "from the image");
        Files.setLastModifiedTime(below.resolve("file"), FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
        Files.writeString(etc.resolve("empty"), "");
        Files.write(etc.resolve("big"), new byte[300_000]);
        Files.createSymbolicLink(etc.resolve("link"), Path.of("below/file"));
        Machine.give(etc, USER);
        Files.setAttribute(etc.resolve("big"), "unix:mode", 04711);
        JsonObject config =
                configuration("cat /etc/link; echo; stat -c '%a %u %Y' /etc/below/file; stat -c %a /etc/below;"
                        + " stat -c '%a %s' /etc/big /etc/empty; echo changed >/etc/below/file; mount | grep ' /etc '");
        copyUp(directory, config, "mode=711", "size=1m");
        Finished outcome = as("run", "his");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .startsWith("from the image\n644 0 981173106\n711\n4711 300000\n644 0\n")
                .contains("t on /etc type tmpfs", "size=1024k", "mode=711", "nosuid");
        assertThat(below.resolve("file")).hasContent("from the image");

        copyUp(directory, config, "size=64k");
        assertThat(as("run", "his").err())
                .contains("No space left on device", "tmpcopyup")
                .hasLineCount(1);

        Files.setAttribute(below, "unix:uid", 0);
        Files.setAttribute(below, "unix:mode", 0700);
        assertThat(as("run", "his").err())
                .contains("tmpcopyup: " + below + ": permission denied")
                .hasLineCount(1);
        assertThat(as("list", "-q").text()).isEmpty();
    }

    /** Files of his container's other users, which he himself may not even read. */
    @Test
    void whatItsOtherUsersHaveInTheImageIsTheirsInTheTmpfs() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.withGrantedIds()) {
            Path bundle = Files.createDirectory(user.directory().resolve("bundle"));
            Path etc = Files.createDirectories(bundle.resolve("rootfs/etc"));
            Machine.busyboxRoot(bundle.resolve("rootfs"));
            Path secret = Files.writeString(etc.resolve("secret"), "of user 7");
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
            Machine.give(bundle, user.id());
            Files.setAttribute(secret, "unix:uid", OrdinaryUser.FIRST_GRANTED + 6);
            List<String> runtime = user.command(
                    user.checkout().resolve("bin/boxwright-runtime").toString(),
                    "--root",
                    user.home().toString());
            assertThat(Finished.of(bundle, with(runtime, "spec", "--rootless")).text())
                    .isEmpty();
            JsonObject config = script(bundle, "cat /etc/secret; stat -c ' %u %a' /etc/secret /etc");
            for (String map : List.of("uidMappings", "gidMappings")) {
                config.getAsJsonObject("linux")
                        .add(
                                map,
                                JsonParser.parseString("[{\"containerID\": 0, \"hostID\": " + user.id()
                                        + ", \"size\": 1}, {\"containerID\": 1, \"hostID\": "
                                        + OrdinaryUser.FIRST_GRANTED + ", \"size\": 1000}]"));
            }
            config.getAsJsonObject("process").add("user", JsonParser.parseString("{\"uid\": 7, \"gid\": 0}"));
            copyUp(bundle, config, "mode=755");
            Finished outcome = Finished.of(bundle, with(runtime, "run", "his"));

            assertThat(outcome.err()).isEmpty();
            assertThat(outcome.out()).isEqualTo("of user 7 7 600\n 0 755\n");
        }
    }

    private static List<String> with(List<String> before, String... words) {
        return Stream.concat(before.stream(), Stream.of(words)).toList();
    }

    private static void copyUp(Path bundle, JsonObject config, String... options) throws IOException {
        JsonObject changed = config.deepCopy();
        JsonObject mount = JsonParser.parseString("{\"destination\": \"/etc\", \"type\": \"tmpfs\", \"source\": \"t\"}")
                .getAsJsonObject();
        JsonArray all = new JsonArray();
        Stream.concat(Stream.of("tmpcopyup", "nosuid"), Stream.of(options)).forEach(all::add);
        mount.add("options", all);
        changed.getAsJsonArray("mounts").add(mount);
        Files.writeString(bundle.resolve("config.json"), changed.toString());
    }
}
