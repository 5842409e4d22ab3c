package boxwright.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxwright.engine.Users.User;
import boxwright.kernel.ForeignTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who somebody is, by the files of an image. */
class UsersTest {
    @TempDir
    private Path root;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), """
                root:x:0:0:root:/root:/bin/sh
                broken:x:zero:0::/:/bin/sh
                short
                ann:x:1000:100:Ann:/home/ann:/bin/sh
                ann:x:2000:200:another:/elsewhere:/bin/sh
                homeless:x:1001:1001:::/bin/sh
                12:x:1012:1012::/home/12:/bin/sh
                """);
        Files.writeString(root.resolve("etc/group"), """
                root:x:0:
                users:x:100:
                wheel:x:10:root,ann
                audio:x:29:bob,ann
                video:x:44:annabel
                empty:x:55
                """);
    }

    private User find(String words, String... added) {
        return new Users(new ForeignTree(root)).find(words, List.of(added));
    }

    @Test
    void withoutAWordItIsRootWithRootsGroupsAndHome() {
        assertThat(find("")).isEqualTo(new User(0, 0, List.of(0, 10), "/root"));
    }

    @Test
    void aNameIsTheFirstOfThatName() {
        assertThat(find("ann")).isEqualTo(new User(1000, 100, List.of(100, 10, 29), "/home/ann"));
    }

    @Test
    void aNumberIsThatUserWithAnEntryOrWithout() {
        assertThat(find("1000")).isEqualTo(find("ann"));
        assertThat(find("4321")).isEqualTo(new User(4321, 0, List.of(0), "/"));
        assertThat(find("12"))
                .as("a number, though there is a name like it")
                .isEqualTo(new User(12, 0, List.of(0), "/"));
    }

    @Test
    void whoNamesAGroupGetsThatOneAlone() {
        assertThat(find("ann:audio")).isEqualTo(new User(1000, 29, List.of(29), "/home/ann"));
        assertThat(find("4321:8765")).isEqualTo(new User(4321, 8765, List.of(8765), "/"));
        assertThat(find(":100")).isEqualTo(new User(0, 100, List.of(100), "/root"));
        assertThat(find("ann:").groups()).containsExactly(100, 10, 29);
    }

    @Test
    void groupsCanBeAdded() {
        assertThat(find("ann", "video", "10", "4711").groups()).containsExactly(100, 10, 29, 44, 4711);
        assertThat(find("4321:1", "empty").groups()).containsExactly(1, 55);
    }

    @Test
    void whoHasNoHomeIsAtTheRoot() {
        assertThat(find("homeless").home()).isEqualTo("/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob", "broken", "-1", "annabel", "an", "0x0", "short"})
    void aNameWithoutAnEntryIsTold(String name) {
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> find(name))
                .withMessageStartingWith("there is no user \"" + name + "\" in /etc/passwd of the image");
    }

    @Test
    void aGroupWithoutAnEntryIsTold() {
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> find("ann:nogroup"))
                .withMessageStartingWith("there is no group \"nogroup\" in /etc/group of the image");
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> find("ann", "nogroup"))
                .withMessageContaining("\"nogroup\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "4294967295", "99999999999999999999", "0:4294967296"})
    void aNumberThatNobodyCanHaveIsTold(String words) {
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> find(words))
                .withMessageContaining("from 0 to 2147483647");
    }

    @Test
    void anImageWithoutTheFilesKnowsNumbersOnly() throws IOException {
        Files.delete(root.resolve("etc/passwd"));
        Files.delete(root.resolve("etc/group"));

        assertThat(find("")).isEqualTo(new User(0, 0, List.of(0), "/"));
        assertThat(find("5:6", "7")).isEqualTo(new User(5, 6, List.of(6, 7), "/"));
        assertThatExceptionOfType(EngineException.class).isThrownBy(() -> find("root"));
    }

    @Test
    void theHostsFilesAreNotReadWhateverTheImageLinksTo() throws IOException {
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/etc/passwd"));
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> find("daemon"))
                .withMessageContaining("ELOOP");
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("../../../../../../../etc/../etc/passwd-"));
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> find("daemon"))
                .withMessageContaining("no user \"daemon\"");
    }
}
