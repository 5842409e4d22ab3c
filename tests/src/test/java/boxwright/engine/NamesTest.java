package boxwright.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxwright.isolation.NetworkNamespace;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "box-1", "my_app", "_x", "a.b.example", "0", "A-9"})
    void theseAreHostNames(String name) {
        assertThat(Names.hostname(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", ".a", "a.", "a b", "a/b", "böx", "a\n", "\uD83D\uDC33"})
    void theseAreNot(String name) {
        assertThatThrownBy(() -> Names.hostname(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHostNameMayHaveTheKernels64BytesAndNoMore() {
        assertThat(Names.hostname("x".repeat(64))).hasSize(64);
        assertThatThrownBy(() -> Names.hostname("x".repeat(65)))
                .hasMessage("it is 65 bytes long, and the kernel takes at most 64");
    }

    @Test
    void aHostNamesLengthCountsInBytes() {
        assertThatThrownBy(() -> Names.hostname("ü".repeat(33))).hasMessageContaining("it is 66 bytes long");
    }

    @Test
    void aRefusedLetterIsShownWhole() {
        assertThatThrownBy(() -> Names.hostname("a\uD83D\uDC33")).hasMessageContaining("'\uD83D\uDC33' is not allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "a.", "0_", "Web-1.x"})
    void theseAreContainerNames(String name) {
        assertThat(Names.container(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "-ab", "_ab", ".ab", "a/b", "../x", "a b", "äb", "ab\n"})
    void theseAreNoContainerNames(String name) {
        assertThatThrownBy(() -> Names.container(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tmp", "./tmp", "~"})
    void aWorkingDirectoryIsAbsolute(String path) {
        assertThatThrownBy(() -> Names.absolutePath(path)).hasMessage("it needs to be an absolute path");
    }

    @Test
    void aRequestThatIsNotFromTheCommandLineIsCheckedToo() {
        assertThatThrownBy(() -> namespaces("-x")).isInstanceOf(IllegalArgumentException.class);
        assertThat(namespaces("x").hostname()).contains("x");
    }

    private static NamespaceRequest namespaces(String hostname) {
        return new NamespaceRequest(
                Optional.of(hostname),
                Optional.empty(),
                NetworkNamespace.Mode.NONE,
                Sharing.PRIVATE,
                Sharing.PRIVATE,
                Sharing.PRIVATE,
                NamespaceRequest.Users.usual(),
                List.of(),
                List.of());
    }
}
