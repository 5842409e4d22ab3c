package boxwright.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of an image, whose symbolic links were made by somebody who wants ours. */
class ForeignTreeTest {
    @TempDir
    private Path directory;

    private ForeignTree tree = new ForeignTree(Path.of("/"));
    private Path root = Path.of("/");

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectories(directory.resolve("root"));
        tree = new ForeignTree(root);
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(directory.resolve("secret"), "ours");
    }

    @Test
    void aFileIsRead() throws IOException {
        String text = "root:x:0:0::/:/bin/sh\n".repeat(2000);
        Files.writeString(root.resolve("etc/passwd"), text);

        assertThat(tree.text("/etc/passwd")).contains(text);
        assertThat(tree.text("etc/passwd")).contains(text);
    }

    @Test
    void whatIsNotThereIsNot() throws IOException {
        Files.writeString(root.resolve("file"), "");

        assertThat(tree.text("/etc/passwd")).isEmpty();
        assertThat(tree.text("/file/passwd")).isEmpty();
        assertThat(tree.text("/etc")).as("a directory").isEmpty();
    }

    @Test
    void noLinkLeadsOutside() throws IOException {
        Files.createSymbolicLink(root.resolve("etc/absolute"), directory.resolve("secret"));
        Files.createSymbolicLink(root.resolve("etc/relative"), Path.of("../../secret"));
        Files.createSymbolicLink(root.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("host"), Path.of("/proc/self/root"));
        Files.createSymbolicLink(root.resolve("etc/magic"), Path.of("/proc/self/cwd"));

        for (String path : new String[] {
            "/etc/absolute", "/etc/relative", "/up/secret", "/../secret", "/host/etc/passwd", "/etc/magic/pom.xml"
        }) {
            assertThat(tree.text(path)).as(path).isEmpty();
        }
    }

    @Test
    void aLinkMayLeadInside() throws IOException {
        Files.writeString(root.resolve("users"), "inside");
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/users"));
        Files.createSymbolicLink(root.resolve("etc/group"), Path.of("../../../users"));

        assertThat(tree.text("/etc/passwd")).contains("inside");
        assertThat(tree.text("/etc/group")).contains("inside");
    }

    @Test
    void aLinkToItselfIsAnError() throws IOException {
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("passwd"));

        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> tree.text("/etc/passwd"))
                .withMessageContaining("ELOOP");
    }

    @Test
    void aPipeIsNotWaitedForAndADeviceIsNotOpened() {
        Machine.needs("mkfifo");
        assertThat(Machine.run("mkfifo", root.resolve("etc/passwd").toString()).exitCode())
                .isZero();
        assertThat(tree.text("/etc/passwd")).isEmpty();
        Machine.needsRoot();
        assertThat(Machine.run("mknod", root.resolve("etc/group").toString(), "c", "1", "5")
                        .exitCode())
                .isZero();
        assertThat(tree.text("/etc/group")).isEmpty();
    }

    @Test
    void aFileThatIsTooLongToBeHonestIsRefused() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(root.resolve("etc/passwd").toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertThatExceptionOfType(KernelException.class)
                .isThrownBy(() -> tree.text("/etc/passwd"))
                .withMessageContaining("EFBIG");
    }
}
