package boxwright.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real image of the real machine; and real disks that are full or may not be written. */
class HostImageOnThisMachineTest {
    private static final Path MACHINE = Path.of("/");

    @TempDir
    Path temp;

    /**
     * JUnit would do it, but warns of every link that leads out of a temporary directory, and an image is full of
     * them.
     */
    @AfterEach
    void cleanUp() throws Exception {
        Commands.removeContent(temp);
    }

    @Test
    void runs_what_a_reader_types_first() throws Exception {
        assertRuns(HostImage.in(temp, MACHINE));
    }

    @Test
    void runs_it_with_the_machines_own_programs_too() throws Exception {
        assertRuns(HostImage.in(temp, MACHINE).withoutBusybox());
    }

    /** In a mount namespace and a PID namespace of util-linux's, which take the /proc along when they go. */
    private static void assertRuns(HostImage image) throws IOException, InterruptedException {
        Commands.assumeRoot("chroot(2) and mount(2)");
        Path unshare = Commands.assumeProgram("unshare", "it makes the namespaces of this test");
        Path rootfs = image.rootfs();
        List<String> leftOut = image.leftOut();
        for (String command :
                List.of("ls /", "id", "ps", "hostname", "ip link", "mount", "stty --help", "getent group tty")) {
            String name = command.split(" ")[0];
            if (leftOut.stream().anyMatch(line -> line.startsWith(name + ": "))) continue;
            if (!Files.exists(rootfs.resolve("usr/bin/" + name)) && name.equals("getent")) continue;
            Commands.Result result = Commands.run(
                    unshare.toString(),
                    "--mount",
                    "--pid",
                    "--fork",
                    "sh",
                    "-c",
                    "mount -t proc proc \"$1/proc\" && exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=xterm"
                            + " chroot \"$1\" /bin/sh -c \"$2\"",
                    "sh",
                    rootfs.toString(),
                    command);
            assertThat(result.exitCode()).as("%s: %s", command, result.output()).isZero();
            switch (name) {
                case "ls" -> assertThat(result.output().split("\n")).contains("bin", "etc", "proc", "root", "tmp");
                case "id" -> assertThat(result.output()).startsWith("uid=0(root) gid=0(root)");
                case "ps" -> assertThat(result.output()).containsPattern("(?m)^ *1 ");
                case "ip" -> assertThat(result.output()).contains("lo:");
                case "getent" -> assertThat(result.output()).isEqualTo("tty:x:5:\n");
                default -> {}
            }
        }
    }

    @Test
    void has_every_library_by_the_word_of_the_loader_inside() throws Exception {
        Commands.assumeRoot("chroot(2)");
        Path rootfs = HostImage.in(temp, MACHINE).withoutBusybox().rootfs();
        RootDirectory root = new RootDirectory(rootfs);
        int asked = 0;
        for (String name : HostPrograms.ALL) {
            Optional<RootDirectory.Found> program =
                    root.findFile(Path.of("/usr/bin", name)).or(() -> root.findFile(Path.of("/bin", name)));
            if (program.isEmpty()) continue;
            Optional<String> loader;
            try {
                loader = ElfFile.read(program.get().file()).interpreter();
            } catch (ImageException e) {
                continue; // a script
            }
            if (loader.isEmpty() || loader.get().contains("musl")) continue;
            Commands.Result result = Commands.run(
                    "chroot",
                    rootfs.toString(),
                    loader.get(),
                    "--list",
                    program.get().path().toString());
            assertThat(result.output()).as("%s", program.get().path()).doesNotContain("not found");
            assertThat(result.exitCode())
                    .as("%s: %s", program.get().path(), result.output())
                    .isZero();
            asked++;
        }
        assumeTrue(asked > 0, "this machine has no dynamic programs of glibc");
    }

    @Test
    void belongs_to_whoever_built_it_and_has_no_privileged_file() throws Exception {
        Path rootfs = HostImage.in(temp, MACHINE).withoutBusybox().rootfs();
        Object me = Files.getAttribute(temp, "unix:uid");
        try (Stream<Path> all = Files.walk(rootfs)) {
            for (Path path : all.toList()) {
                if (Files.isSymbolicLink(path)) continue;
                assertThat(Files.getAttribute(path, "unix:uid")).as("%s", path).isEqualTo(me);
                assertThat((int) Files.getAttribute(path, "unix:mode") & 06000)
                        .as("%s", path)
                        .isZero();
            }
        }
    }

    @Test
    void says_that_the_disk_is_full_and_leaves_nothing() throws Exception {
        Path disk = mount("size=3m");
        try {
            assertThatThrownBy(() -> HostImage.in(disk, MACHINE).rootfs())
                    .isInstanceOf(ImageException.class)
                    .hasMessageContainingAll(
                            "Cannot make the image host in " + disk, "No space left on device", " MB: free some space");
            try (Stream<Path> left = Files.walk(disk).filter(Files::isRegularFile)) {
                assertThat(left.map(path -> path.getFileName().toString())).containsOnly(".lock");
            }
        } finally {
            unmount(disk);
        }
    }

    @Test
    void says_that_the_disk_is_read_only() throws Exception {
        Path disk = mount("ro");
        try {
            assertThatThrownBy(() -> HostImage.in(disk, MACHINE).rootfs())
                    .isInstanceOf(ImageException.class)
                    .hasMessageContainingAll("Read-only file system", "can be written");
        } finally {
            unmount(disk);
        }
    }

    @Test
    void is_found_on_a_disk_that_became_read_only() throws Exception {
        Path disk = mount("size=200m");
        try {
            Path rootfs = HostImage.in(disk, MACHINE).rootfs();
            Files.delete(disk.resolve("host/current"));
            assertThat(Commands.run("mount", "-o", "remount,ro", disk.toString())
                            .exitCode())
                    .isZero();
            assertThat(HostImage.in(disk, MACHINE).rootfs()).isEqualTo(rootfs);
        } finally {
            unmount(disk);
        }
    }

    @Test
    void lists_the_applets_that_busybox_lists() throws Exception {
        Path busybox = Commands.assumeProgram("busybox", "its list of applets is searched for");
        Set<String> listed = new TreeSet<>(
                List.of(Commands.run(busybox.toString(), "--list").output().split("\n")));
        assertThat(BusyboxApplets.of(busybox)).containsExactlyElementsOf(listed);
    }

    @Test
    void finds_no_applets_where_there_is_no_busybox() throws Exception {
        assertThat(BusyboxApplets.of(MACHINE.resolve("usr/bin/env").toRealPath()))
                .doesNotContain("[[");
        Path text = Files.writeString(temp.resolve("text"), "cat\0echo\0ls\0");
        assertThat(BusyboxApplets.of(text)).isEmpty();
    }

    private Path mount(String options) throws IOException, InterruptedException {
        Commands.assumeRoot("mount(2) of a small tmpfs");
        Path disk = Files.createDirectory(temp.resolve("disk"));
        Commands.Result result = Commands.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString());
        assumeTrue(result.exitCode() == 0, "cannot mount a tmpfs here: " + result.output());
        return disk;
    }

    private static void unmount(Path disk) throws IOException, InterruptedException {
        assertThat(Commands.run("umount", disk.toString()).exitCode()).isZero();
    }
}
