package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What config.md demands of the root and of mounts. */
class MountMustTest {
    private static final String MAPS = "[{\"containerID\": 0, \"hostID\": 700000, \"size\": 65536}]";

    @TempDir
    Path directory;

    private Box box() {
        return new Box(directory);
    }

    @Test
    @Must("root-required")
    void withoutARootThereIsNoContainer() throws Exception {
        try (Box box = box().without("root")) {
            assertThat(box.refused()).contains("root");
        }
    }

    @Test
    @Must("root-directory")
    void theRootIsADirectory() throws Exception {
        Files.createFile(directory.resolve("file"));
        for (String path : new String[] {"missing", "file"}) {
            try (Box box = box().with("root.path", "\"" + path + "\"")) {
                assertThat(box.refused()).contains(path);
            }
        }
    }

    @Test
    @Must("root-readonly")
    void aReadOnlyRootCannotBeWrittenTo() throws Exception {
        try (Box box = box().with("root.readonly", "true")) {
            assertThat(box.run("touch /x").err()).contains("Read-only file system");
        }
        try (Box box = box()) {
            assertThat(box.prints("touch /x && echo written")).isEqualTo("written");
        }
    }

    @Test
    @Must("mounts-order")
    void theLaterMountLiesOnTheEarlier() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("one")).resolve("name"), "one");
        Files.writeString(Files.createDirectory(directory.resolve("two")).resolve("name"), "two");
        for (String[] order : new String[][] {{"one", "two"}, {"two", "one"}}) {
            try (Box box = box()) {
                for (String source : order) {
                    box.with("mounts+", bind(source, "/data"));
                }
                assertThat(box.prints("cat /data/name")).isEqualTo(order[1]);
            }
        }
    }

    @Test
    @Must("mounts-relative")
    void aRelativeDestinationBeginsAtTheRoot() throws Exception {
        try (Box box = box().with("process.cwd", "\"/bin\"")
                .with("mounts+", "{\"destination\": \"a/b\", \"type\": \"tmpfs\", \"source\": \"planted\"}")) {
            assertThat(box.prints("grep -c ' /a/b .*planted' /proc/self/mountinfo"))
                    .isEqualTo("1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "async",
                "atime",
                "defaults",
                "dev",
                "diratime",
                "dirsync",
                "exec",
                "iversion",
                "lazytime",
                "loud",
                "noatime",
                "nodev",
                "nodiratime",
                "noexec",
                "noiversion",
                "nolazytime",
                "norelatime",
                "nostrictatime",
                "nosuid",
                "private",
                "relatime",
                "ro",
                "rprivate",
                "rshared",
                "rslave",
                "runbindable",
                "rw",
                "shared",
                "silent",
                "slave",
                "strictatime",
                "suid",
                "sync",
                "unbindable"
            })
    @Must("mounts-options")
    void anOptionThatEveryRuntimeKnowsIsUnderstood(String option) throws Exception {
        try (Box box = box().with(
                        "mounts+",
                        "{\"destination\": \"/data\", \"type\": \"tmpfs\", \"source\": \"planted\", \"options\": [\""
                                + option + "\"]}")) {
            String line = box.prints("grep ' /data ' /proc/self/mountinfo");

            assertThat(line).contains("tmpfs planted");
            switch (option) {
                case "ro", "nosuid", "nodev", "noexec", "noatime", "nodiratime" ->
                    assertThat(line.split(" ")[5].split(",")).contains(option);
                case "shared", "rshared" -> assertThat(line).contains(" shared:");
                case "unbindable", "runbindable" -> assertThat(line).contains(" unbindable");
                case "sync", "dirsync", "lazytime" ->
                    assertThat(line.substring(line.indexOf(" - "))).contains(option);
                default -> assertThat(line.substring(line.indexOf(" - "))).doesNotContain("," + option);
            }
        }
    }

    @Test
    @Must("mounts-options")
    void bindRbindAndRemountAreUnderstood() throws Exception {
        Files.createDirectory(directory.resolve("source"));
        try (Box box = box().with("mounts+", bind("source", "/one"))
                .with("mounts+", bind("source", "/two").replace("\"bind\"]", "\"rbind\"]"))
                .with("mounts+", "{\"destination\": \"/three\", \"type\": \"tmpfs\", \"source\": \"planted\"}")
                .with(
                        "mounts+",
                        "{\"destination\": \"/three\", \"type\": \"tmpfs\", \"source\": \"x\", \"options\": [\"remount\","
                                + " \"ro\"]}")) {
            assertThat(box.prints("grep -c -E ' /(one|two) ' /proc/self/mountinfo; touch /three/x 2>&1 || echo no"))
                    .startsWith("2")
                    .endsWith("no");
        }
    }

    @Test
    @Must("features-mount-options")
    void everyOptionThatFeaturesNamesIsUnderstood() throws Exception {
        Files.createDirectory(directory.resolve("source"));
        String features = box().runtime.run("features").text();
        Box box = box();
        int count = 0;
        for (JsonElement option :
                JsonParser.parseString(features).getAsJsonObject().getAsJsonArray("mountOptions")) {
            String word = option.getAsString();
            switch (word) {
                case "remount", "acl", "noacl", "mand", "nomand" -> {} // of some file systems and kernels only
                case "bind", "rbind" ->
                    box.with("mounts+", bind("source", "/d" + count).replace("bind\"]", word + "\"]"));
                case "idmap", "ridmap" ->
                    box.with(
                            "mounts+",
                            bind("source", "/d" + count)
                                    .replace(
                                            "\"bind\"]",
                                            "\"bind\", \"" + word + "\"], \"uidMappings\": " + MAPS
                                                    + ", \"gidMappings\": " + MAPS));
                default ->
                    box.with(
                            "mounts+",
                            "{\"destination\": \"/d" + count + "\", \"type\": \"tmpfs\", \"source\": \"planted\","
                                    + " \"options\": [\"" + word + "\"]}");
            }
            count++;
        }
        try (box) {
            assertThat(box.prints("grep -c ' /d[0-9]* ' /proc/self/mountinfo")).isEqualTo(Integer.toString(count - 5));
        }
    }

    private static String bind(String source, String destination) {
        return "{\"destination\": \"" + destination + "\", \"type\": \"bind\", \"source\": \"" + source
                + "\", \"options\": [\"bind\"]}";
    }

    private Box mapped(String options) throws IOException {
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.setAttribute(Files.createFile(source.resolve("file")), "unix:uid", 5);
        return box().with("mounts+", bind("source", "/data").replace("\"bind\"]", options));
    }

    @Test
    @Must("mounts-idmap")
    void anIdmappedMountShowsOtherOwners() throws Exception {
        try (Box box = mapped("\"bind\", \"idmap\"], \"uidMappings\": " + MAPS + ", \"gidMappings\": " + MAPS)) {
            assertThat(box.prints("stat -c %u /data/file")).isEqualTo("700005");
            assertThat(Files.getAttribute(directory.resolve("source/file"), "unix:uid"))
                    .isEqualTo(5);
        }
    }

    @Test
    @Must("mounts-idmap")
    void withoutMapsOfItsOwnItHasThoseOfTheContainer() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Box unmapped = box(); // Whose root file system belongs to users who are nobody inside.
        for (String made : List.of("proc", "dev", "data")) {
            Files.createDirectory(unmapped.bundle().resolve("rootfs").resolve(made));
        }
        try (Box box = mapped("\"rbind\", \"ridmap\", \"ro\"]")
                .with("mounts+", "{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"dev\"}")
                .with("linux.namespaces+", "{\"type\": \"user\"}")
                .with("linux.uidMappings", MAPS)
                .with("linux.gidMappings", MAPS)) {
            assertThat(box.prints("stat -c %u /data/file; stat -c %u /bin/busybox; touch /data/x 2>&1"
                            + " | grep -o 'Read-only.*'"))
                    .isEqualTo("5\n65534\nRead-only file system");
        }
    }

    @Test
    @Must("mounts-idmap-none")
    void withoutAnyMapsItIsRefused() throws Exception {
        try (Box box = mapped("\"bind\", \"idmap\"]")) {
            assertThat(box.refused()).contains("idmap");
        }
    }

    @Test
    @Must("mounts-idmap-both")
    void mapsOfUsersComeWithMapsOfGroups() throws Exception {
        try (Box box = mapped("\"bind\", \"idmap\"], \"uidMappings\": " + MAPS)) {
            assertThat(box.refused()).contains("gidMappings");
        }
    }

    @Test
    void aTmpfsWithTmpcopyupBeginsWithWhatTheImageHasThere() throws Exception {
        try (Box box = box()) {
            Path etc = Files.createDirectories(directory.resolve("rootfs/etc/below"));
            Files.writeString(etc.resolve("file"), "from the image");
            Files.setAttribute(etc.resolve("file"), "unix:uid", 7);
            Files.createSymbolicLink(etc.resolveSibling("link"), Path.of("below/file"));
            box.with(
                    "mounts+",
                    "{\"destination\": \"/etc\", \"type\": \"tmpfs\", \"source\": \"t\", \"options\": [\"tmpcopyup\","
                            + " \"mode=755\", \"size=1m\", \"nosuid\"]}");
            assertThat(box.prints("cat /etc/link; echo; stat -c %u /etc/below/file; echo changed >/etc/below/file;"
                            + " grep -c ' /etc rw,nosuid.*tmpfs.*size=1024k,mode=755' /proc/self/mountinfo"))
                    .isEqualTo("from the image\n7\n1");
            assertThat(etc.resolve("file")).hasContent("from the image");
        }
    }

    @Test
    void inAUserNamespaceItsOwnersAreThoseThatTheImageHasThere() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Box box = box()) {
            for (String made : List.of("proc", "dev", "etc")) {
                Files.createDirectory(directory.resolve("rootfs").resolve(made));
            }
            Path etc = directory.resolve("rootfs/etc");
            Files.writeString(etc.resolve("file"), "from the image");
            Files.setAttribute(etc.resolve("file"), "unix:uid", 700_007);
            box.with("linux.namespaces+", "{\"type\": \"user\"}")
                    .with("linux.uidMappings", MAPS)
                    .with("linux.gidMappings", MAPS)
                    .with("mounts+", "{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"dev\"}")
                    .with(
                            "mounts+",
                            "{\"destination\": \"/etc\", \"type\": \"tmpfs\", \"source\": \"t\", \"options\":"
                                    + " [\"tmpcopyup\", \"mode=711\", \"gid=5\"]}");
            assertThat(box.prints(
                            "stat -c '%u:%g %a' /etc; stat -c %u /etc/file; cat /etc/file; echo; echo new >/etc/new;"
                                    + " stat -c %u /etc/new"))
                    .isEqualTo("0:5 711\n7\nfrom the image\n0");
            assertThat(etc.resolve("new")).doesNotExist();
        }
    }

    @Test
    void whatDoesNotFitIntoSuchATmpfsIsAnError() throws Exception {
        try (Box box = box()) {
            Files.write(Files.createDirectories(directory.resolve("rootfs/etc")).resolve("big"), new byte[300_000]);
            box.with(
                    "mounts+",
                    "{\"destination\": \"/etc\", \"type\": \"tmpfs\", \"source\": \"t\", \"options\": [\"tmpcopyup\","
                            + " \"size=64k\"]}");
            assertThat(box.refused()).contains("tmpcopyup", "No space left on device");
        }
    }

    /** Where mounts propagate, as systemd has it: played by a mount namespace of this test's own. */
    @ParameterizedTest
    @ValueSource(strings = {"shared", "rshared", "slave", "rslave", "private", "rprivate"})
    void whateverItsPropagationNoMountOfTheContainerIsTheHosts(String propagation) throws Exception {
        try (Box box = box().with("linux.rootfsPropagation", "\"" + propagation + "\"")
                .with("mounts+", "{\"destination\": \"/data\", \"type\": \"tmpfs\", \"source\": \"planted\"}")
                .script("mount -t tmpfs planted /bin; true")
                .write()) {
            String compares = "before=$(cat /proc/self/mountinfo); \"$@\""
                    + " && test \"$before\" = \"$(cat /proc/self/mountinfo)\" && echo same";
            List<String> line = new ArrayList<>(
                    List.of("unshare", "--mount", "--propagation", "shared", "sh", "-c", compares, "sh"));
            line.addAll(box.line("run"));
            Finished outcome = Finished.of(directory, line);

            assertThat(outcome.out()).as(outcome.err()).endsWith("same\n");
        }
    }

    @Test
    void aRecursiveAttributeIsAlsoOfTheMountsBelow() throws Exception {
        try (Box box = box().with(
                        "mounts+",
                        "{\"destination\": \"/x\", \"type\": \"bind\", \"source\": \"/proc\","
                                + " \"options\": [\"rbind\", \"rro\", \"rnoexec\"]}")) {
            assertThat(box.prints("grep ' /x' /proc/self/mountinfo | grep -v -c ' ro,.*noexec' || true"))
                    .isEqualTo("0");
        }
    }
}
