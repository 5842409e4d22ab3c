package boxwright.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxwright.image.Recipe.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostImageTest {
    @TempDir
    Path temp;

    private Path images = Path.of("/nonexistent");
    private FakeMachine machine = new FakeMachine(Path.of("/nonexistent"));

    @BeforeEach
    void setUp() {
        images = temp.resolve("images");
        machine = new FakeMachine(temp.resolve("machine"));
    }

    /**
     * JUnit would do it, but warns of every link that leads out of a temporary directory, and an image is full of
     * them.
     */
    @AfterEach
    void cleanUp() throws Exception {
        Commands.removeContent(temp);
    }

    // What is in it.

    @Test
    void keeps_debians_links_so_that_the_loader_is_where_the_program_says() throws Exception {
        machine.debian();
        Path rootfs = image().rootfs();

        assertThat(links(rootfs))
                .contains(
                        "/bin -> usr/bin",
                        "/lib -> usr/lib",
                        "/lib64 -> usr/lib64",
                        "/usr/lib64/ld-linux-x86-64.so.2 -> /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
                        "/usr/bin/sh -> dash",
                        "/usr/bin/awk -> /etc/alternatives/awk",
                        "/etc/alternatives/awk -> /usr/bin/mawk",
                        "/usr/lib/x86_64-linux-gnu/libpcre2-8.so.0 -> libpcre2-8.so.0.11.2");
        assertStartable(rootfs, "/bin/sh", "/bin/ls", "/usr/bin/awk");
    }

    @Test
    void is_complete_on_fedora_and_on_alpine() throws Exception {
        machine.fedora();
        assertStartable(image().rootfs(), "/bin/sh", "/bin/bash", "/bin/ls");

        FakeMachine alpine = new FakeMachine(temp.resolve("alpine")).alpine();
        Path rootfs = HostImage.in(temp.resolve("alpine-images"), alpine.root()).rootfs();
        assertStartable(rootfs, "/bin/sh", "/bin/ls", "/sbin/ip", "/usr/bin/id", "/usr/bin/env", "/usr/bin/strace");
        assertThat(links(rootfs)).contains("/bin/sh -> /bin/busybox").doesNotContain("/bin -> usr/bin");
    }

    @Test
    void makes_a_link_for_each_applet_of_a_static_busybox_and_adds_what_it_lacks() throws Exception {
        machine.debian();
        machine.program("/usr/bin/strace", "libc.so.6");
        staticBusybox("/usr/bin/busybox", "ash", "awk", "busybox", "cat", "echo", "ls", "ps", "sh", "vi");
        Path rootfs = image().rootfs();

        assertThat(links(rootfs))
                .contains("/usr/bin/sh -> /usr/bin/busybox", "/usr/bin/ps -> /usr/bin/busybox")
                .doesNotContain("/usr/bin/busybox -> /usr/bin/busybox", "/usr/bin/sh -> dash");
        assertThat(rootfs.resolve("usr/bin/busybox")).isRegularFile();
        assertStartable(rootfs, "/bin/sh", "/bin/strace");
        assertThat(rootfs.resolve("usr/lib/x86_64-linux-gnu/libselinux.so.1")).doesNotExist();

        Path other = image().withoutBusybox().rootfs();
        assertThat(other).isNotEqualTo(rootfs);
        assertThat(links(other)).contains("/usr/bin/sh -> dash").noneMatch(link -> link.endsWith("busybox"));
        assertThat(image().rootfs()).isEqualTo(rootfs);
    }

    @Test
    void ignores_a_dynamic_busybox_beside_a_real_shell() throws Exception {
        machine.debian();
        machine.program("/usr/bin/busybox", "libc.so.6");
        assertThat(image().rootfs().resolve("usr/bin/busybox")).doesNotExist();
    }

    @Test
    void leads_the_loader_to_a_directory_that_only_ld_so_conf_knows() throws Exception {
        machine.debian();
        machine.text("/etc/ld.so.conf.d/opt.conf", "/opt/x/lib\n");
        TinyElf.library("libx.so.1").writeTo(machine.at("/opt/x/lib/libx.so.1"));
        machine.program("/usr/bin/strace", "libx.so.1", "libc.so.6");
        assertThat(links(image().rootfs())).contains("/usr/lib/x86_64-linux-gnu/libx.so.1 -> /opt/x/lib/libx.so.1");
    }

    @Test
    void keeps_the_directories_that_an_origin_path_goes_through() throws Exception {
        machine.debian();
        TinyElf.program(FakeMachine.GLIBC_LOADER)
                .needs("libmine.so")
                .with(TinyElf.RUNPATH, "/opt/app/empty/../lib")
                .writeTo(machine.at("/usr/bin/strace"));
        TinyElf.library("libmine.so").writeTo(machine.at("/opt/app/lib/libmine.so"));
        Files.createDirectories(machine.at("/opt/app/empty"));
        assertThat(image().rootfs().resolve("opt/app/empty/../lib/libmine.so")).isRegularFile();
    }

    @Test
    void has_modes_of_its_own_and_no_set_user_id_bits() throws Exception {
        machine.debian();
        machine.program("/usr/bin/mount", "libc.so.6");
        Files.setAttribute(machine.at("/usr/bin/mount"), "unix:mode", 06755);
        Path rootfs = image().rootfs();

        assertThat(mode(rootfs, "/usr/bin/mount")).isEqualTo("755");
        assertThat(mode(rootfs, "/tmp")).isEqualTo("1777");
        assertThat(mode(rootfs, "/var/tmp")).isEqualTo("1777");
        assertThat(mode(rootfs, "/root")).isEqualTo("700");
        assertThat(mode(rootfs, "/")).isEqualTo("755");
        assertThat(mode(rootfs, "/etc/passwd")).isEqualTo("644");
        for (String path : List.of("proc", "sys", "dev", "run", "home", "mnt")) {
            assertThat(rootfs.resolve(path)).isEmptyDirectory();
        }
    }

    @Test
    void takes_no_secret_and_no_user_of_the_machine() throws Exception {
        machine.debian();
        machine.text("/etc/shadow", "root:secret");
        machine.text("/etc/passwd", "alice:x:1000:1000::/home/alice:/bin/sh");
        machine.text("/root/.ssh/id_ed25519", "secret");
        Path rootfs = image().rootfs();

        assertThat(rootfs.resolve("etc/shadow")).doesNotExist();
        assertThat(rootfs.resolve("root/.ssh")).doesNotExist();
        assertThat(rootfs.resolve("etc/passwd"))
                .content()
                .startsWith("root:x:0:0:")
                .doesNotContain("alice");
        assertThat(rootfs.resolve("etc/group")).content().contains("tty:x:5:");
        assertThat(rootfs.resolve("etc/os-release")).content().contains("Boxwright host image");
    }

    @Test
    void shares_no_inode_with_the_machine() throws Exception {
        machine.debian();
        Path rootfs = image().rootfs();
        Files.writeString(rootfs.resolve("usr/bin/dash"), "changed in the image");
        assertThat(ElfFile.read(machine.at("/usr/bin/dash")).interpreter()).isPresent();
        assertThat(Files.getAttribute(machine.at("/usr/bin/dash"), "unix:nlink"))
                .isEqualTo(1);
    }

    @Test
    void refuses_a_machine_without_a_shell_and_leaves_nothing() throws Exception {
        machine.debian();
        Files.delete(machine.at("/usr/bin/sh"));
        assertThatThrownBy(() -> image().rootfs())
                .isInstanceOf(ImageException.class)
                .hasMessageContainingAll("Cannot make the image host", "has no sh", "/usr/bin", "Install a shell");
        assertThat(images).doesNotExist();
    }

    @Test
    void says_why_the_shell_could_not_be_copied() throws Exception {
        machine.debian();
        Files.delete(machine.at("/usr/lib/x86_64-linux-gnu/libc.so.6"));
        assertThatThrownBy(() -> image().rootfs())
                .hasMessageContainingAll("/usr/bin/dash", "the library libc.so.6 is not there");
    }

    @Test
    void leaves_out_a_program_that_could_not_be_started_and_says_which() throws Exception {
        machine.debian();
        machine.program("/usr/bin/strace", "libgone.so.1");
        machine.text("/usr/bin/watch", "#!/usr/bin/python3\n");
        Path rootfs = image().rootfs();

        assertThat(rootfs.resolve("usr/bin/strace")).doesNotExist();
        assertThat(image().leftOut())
                .anySatisfy(line -> assertThat(line).startsWith("strace: ").contains("libgone.so.1"))
                .contains("watch: it is a script for /usr/bin/python3", "ps: it is not on this machine");
    }

    // When it is made.

    @Test
    void finds_an_unchanged_image_without_touching_it() throws Exception {
        machine.debian();
        age();
        Path rootfs = image().rootfs();
        Files.writeString(rootfs.resolve("mark"), "");
        List<String> before = Files.readAllLines(images.resolve("host/current"));

        assertThat(Manifest.check(images.resolve("host/current"), machine.root()))
                .isPresent();
        assertThat(image().rootfs()).isEqualTo(rootfs);
        assertThat(rootfs.resolve("mark")).exists();
        assertThat(Files.readAllLines(images.resolve("host/current"))).isEqualTo(before);
    }

    @Test
    void is_made_anew_when_a_library_is_upgraded_in_place_or_by_rename() throws Exception {
        machine.debian();
        age();
        Path first = image().rootfs();

        Path libc = machine.at("/usr/lib/x86_64-linux-gnu/libc.so.6");
        Files.write(
                libc,
                TinyElf.library("libc.so.6")
                        .needs("ld-linux-x86-64.so.2")
                        .flags(1)
                        .bytes());
        Path second = image().rootfs();
        assertThat(second).isNotEqualTo(first);
        assertThat(second.resolve("usr/lib/x86_64-linux-gnu/libc.so.6")).hasSameBinaryContentAs(libc);

        // The same size and the same time, as reproducible builds have it: only the inode is another.
        age();
        Path third = image().rootfs();
        Path upgraded = temp.resolve("upgraded");
        Files.copy(libc, upgraded);
        Files.setLastModifiedTime(upgraded, Files.getLastModifiedTime(libc));
        Files.move(upgraded, libc, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(image().rootfs()).isNotEqualTo(third);
        assertThat(first).as("an old image stays: a container may stand on it").isDirectory();
    }

    @Test
    void notices_a_program_a_library_and_a_busybox_that_newly_appear() throws Exception {
        machine.debian();
        age();
        Path plain = image().rootfs();
        machine.program("/usr/bin/strace", "libc.so.6");
        Path withStrace = image().rootfs();
        assertThat(withStrace).isNotEqualTo(plain);
        assertThat(withStrace.resolve("usr/bin/strace")).exists();

        staticBusybox("/usr/bin/busybox", "cat", "echo", "ls", "sh");
        assertThat(image().rootfs().resolve("usr/bin/busybox")).exists();
    }

    @Test
    void is_not_made_anew_when_only_strange_files_come() throws Exception {
        machine.debian();
        age();
        Path rootfs = image().rootfs();
        Files.writeString(rootfs.resolve("mark"), "");
        machine.program("/usr/bin/something-else", "libc.so.6");

        assertThat(Manifest.check(images.resolve("host/current"), machine.root()))
                .isEmpty();
        assertThat(image().rootfs()).isEqualTo(rootfs);
        assertThat(rootfs.resolve("mark")).exists();
    }

    @Test
    void does_not_trust_a_manifest_that_was_spoilt() throws Exception {
        machine.debian();
        age();
        Path rootfs = image().rootfs();
        Path manifest = images.resolve("host/current");
        byte[] whole = Files.readAllBytes(manifest);
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            Files.write(manifest, java.util.Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertThat(Manifest.check(manifest, machine.root())).isNotPresent();
        }
        assertThat(image().rootfs()).isEqualTo(rootfs);
        assertThat(Files.readAllBytes(manifest)).isEqualTo(whole);
    }

    @Test
    void sweeps_what_a_killed_builder_left() throws Exception {
        machine.debian();
        Path left = images.resolve("host/.building-123/rootfs/usr/bin");
        Files.createDirectories(left);
        Files.writeString(left.resolve("half"), "ELF");
        image().rootfs();
        assertNothingHalf();
    }

    @Test
    void is_made_once_when_many_threads_ask_for_it() throws Exception {
        machine.debian();
        Callable<Path> ask = () -> image().rootfs();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Path> paths = new ArrayList<>();
            for (Future<Path> future : threads.invokeAll(java.util.Collections.nCopies(16, ask)))
                paths.add(future.get());
            assertThat(paths).hasSize(16).containsOnly(paths.getFirst());
        }
        assertThat(roots()).hasSize(1);
        assertNothingHalf();
    }

    @Test
    void is_made_once_when_many_processes_ask_for_it() throws Exception {
        List<Process> builders = new ArrayList<>();
        for (int i = 0; i < 4; i++) builders.add(builder());
        List<String> answers = new ArrayList<>();
        for (Process process : builders) {
            answers.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            assertThat(process.waitFor()).isZero();
        }
        assertThat(answers).hasSize(4).containsOnly(answers.getFirst());
        assertThat(roots()).hasSize(1);
        assertComplete(Path.of(answers.getFirst()));
        assertNothingHalf();
    }

    @Test
    void is_whole_or_absent_after_a_builder_was_killed_at_any_instant() throws Exception {
        Random random = new Random(11);
        int half = 0;
        for (int i = 0; i < 15; i++) {
            Process process = builder();
            // From its first file on, or a little later, or after all is done.
            while (process.isAlive() && halves().isEmpty()) Thread.sleep(1);
            Thread.sleep(random.nextInt(200));
            process.destroyForcibly().waitFor();
            if (!halves().isEmpty()) half++;
            for (Path root : roots()) {
                assertComplete(root.resolve("rootfs"));
                // So that the next one has to build again.
                Commands.run("rm", "-rf", root.toString());
            }
        }
        assertThat(half).as("builders that were killed at work").isPositive();
        assertComplete(HostImage.in(images, Path.of("/")).rootfs());
        assertNothingHalf();
    }

    /** A JVM that makes the image of this machine; SIGKILL comes to it from outside, as it would from a user. */
    private Process builder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        classPath(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        BuildHostImage.class.getName(),
                        images.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String classPath() {
        List<String> paths = new ArrayList<>();
        for (Class<?> type : List.of(HostImage.class, BuildHostImage.class)) {
            paths.add(type.getProtectionDomain().getCodeSource().getLocation().getPath());
        }
        return String.join(":", paths);
    }

    static final class BuildHostImage {
        public static void main(String[] arguments) {
            System.out.println(HostImage.in(Path.of(arguments[0]), Path.of("/")).rootfs());
        }
    }

    private HostImage image() {
        return HostImage.in(images, machine.root());
    }

    /** A file that is younger than the clock's tick is not trusted, see Manifest; so the machine gets older. */
    private void age() throws IOException {
        FileTime past = FileTime.fromMillis(System.currentTimeMillis() - 60_000);
        try (Stream<Path> all = Files.walk(machine.root())) {
            for (Path path : all.toList()) {
                if (!Files.isSymbolicLink(path)) Files.setLastModifiedTime(path, past);
            }
        }
    }

    private void staticBusybox(String path, String... applets) throws IOException {
        TinyElf.staticProgram().writeTo(machine.at(path));
        Files.writeString(
                machine.at(path), "\0" + String.join("\0", applets) + "\0\0", java.nio.file.StandardOpenOption.APPEND);
    }

    private List<Path> roots() throws IOException {
        if (!Files.isDirectory(images.resolve("host"))) return List.of();
        try (Stream<Path> all = Files.list(images.resolve("host"))) {
            return all.filter(path -> path.getFileName().toString().matches("[0-9a-f]{32}"))
                    .toList();
        }
    }

    private List<Path> halves() throws IOException {
        if (!Files.isDirectory(images.resolve("host"))) return List.of();
        try (Stream<Path> all = Files.list(images.resolve("host"))) {
            return all.filter(path -> path.getFileName().toString().startsWith(".building-"))
                    .toList();
        }
    }

    private void assertNothingHalf() throws IOException {
        try (Stream<Path> all = Files.list(images.resolve("host"))) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .allMatch(name -> name.matches("[0-9a-f]{32}|current(-without-busybox)?|\\.lock"));
        }
    }

    /** All that the recipe of this machine lists is there, in its full size. */
    private static void assertComplete(Path rootfs) throws IOException {
        Recipe recipe = HostRecipe.of(new RootDirectory(Path.of("/")), true);
        for (Entry entry : recipe.entries()) {
            Path path = rootfs.resolve(entry.path().toString().substring(1));
            assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                    .as("%s", path)
                    .isTrue();
            if (entry instanceof Entry.Copy copy) assertThat(path).hasSize(copy.size());
        }
    }

    /** Each program, its loader and its libraries are in the new root, by the walk that found them in the old one. */
    private static void assertStartable(Path rootfs, String... programs) {
        RootDirectory root = new RootDirectory(rootfs);
        for (String program : programs) {
            RootDirectory.Found found = root.findFile(Path.of(program))
                    .orElseThrow(() -> new AssertionError(program + " is not in the image"));
            new LibraryWalk(root).of(found);
        }
    }

    private static List<String> links(Path rootfs) throws IOException {
        List<String> links = new ArrayList<>();
        try (Stream<Path> all = Files.walk(rootfs)) {
            for (Path path : all.filter(Files::isSymbolicLink).toList()) {
                links.add("/" + rootfs.relativize(path) + " -> " + Files.readSymbolicLink(path));
            }
        }
        return links;
    }

    private static String mode(Path rootfs, String path) throws IOException {
        int mode = (int) Files.getAttribute(rootfs.resolve(path.substring(1)), "unix:mode");
        return Integer.toOctalString(mode & 07777);
    }
}
