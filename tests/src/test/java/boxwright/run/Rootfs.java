package boxwright.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A root file system of one program, busybox, for tests to put something wicked into.
 *
 * @param directory where it is
 */
record Rootfs(Path directory) {
    private static final List<String> APPLETS = List.of(
            "sh",
            "ls",
            "rm",
            "true",
            "cat",
            "id",
            "touch",
            "mkdir",
            "pwd",
            "sleep",
            "grep",
            "stat",
            "env",
            "mount",
            "kill",
            "ps",
            "readlink",
            "tty",
            "wc",
            "test",
            "echo",
            "umount",
            "tr",
            "head",
            "ln",
            "mv",
            "chmod");

    /** Makes one in an empty or missing directory. */
    static Rootfs in(Path directory) throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path busybox = Stream.of("/bin/busybox", "/usr/bin/busybox")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("these tests need busybox-static; tests/run installs it"));
        Files.copy(busybox, bin.resolve("busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        return new Rootfs(directory);
    }

    /** Adds a symbolic link. */
    Rootfs link(String path, String target) throws IOException {
        Path link = at(path);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
        return this;
    }

    /** Adds a directory. */
    Rootfs directory(String path) throws IOException {
        Files.createDirectories(at(path));
        return this;
    }

    /** Adds a file. */
    Rootfs file(String path, String text) throws IOException {
        Files.createDirectories(at(path).getParent());
        Files.writeString(at(path), text);
        return this;
    }

    /** Where a path of the container lies on the host. */
    Path at(String path) {
        return directory.resolve(path.substring(1));
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
