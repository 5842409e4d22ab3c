package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvFileTest {

    @TempDir
    private Path directory;

    @Test
    void aFileHasOneVariableALine() throws IOException {
        Typed typed = Typed.in(Map.of("HAVE", "ours"), "run", "--env-file", file("""
                # a comment

                A=b=c
                  INDENTED=  kept
                QUOTED="as it is" # no comment
                EMPTY=
                HAVE
                LACK
                """), "host");

        assertThat(typed.request().container().environment())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "A",
                        "b=c",
                        "INDENTED",
                        "  kept",
                        "QUOTED",
                        "\"as it is\" # no comment",
                        "EMPTY",
                        "",
                        "HAVE",
                        "ours"));
    }

    @Test
    void aWordCountsMoreThanAFileAndALaterFileMoreThanAnEarlierOne() throws IOException {
        String first = file("A=1\nB=1\nC=1\n");
        String second = file("B=2\nC=2\n");

        Typed typed = Typed.words("run", "-e", "C=3", "--env-file", first, "--env-file", second, "host");

        assertThat(typed.request().container().environment())
                .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1", "B", "2", "C", "3"));
    }

    @Test
    void aByteOrderMarkAndCarriageReturnsOfAnotherEditorDoNoHarm() throws IOException {
        assertThat(Typed.words("run", "--env-file", file("\uFEFFA=1\r\nB=2\r\n"), "host")
                        .request()
                        .container()
                        .environment())
                .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1", "B", "2"));
    }

    @Test
    void aLineThatIsNoVariableIsRefusedWithItsNumber() throws IOException {
        assertRefused("A=1\n=x\n", "line 2 has no variable name: '=x'");
        assertRefused("A B=1\n", "line 1: variable 'A B' contains white space");
        assertRefused("A=\0\n", "line 1 contains a NUL byte");
    }

    @Test
    void aFileThatIsNotTextIsRefused() throws IOException {
        Path file = directory.resolve("binary");
        Files.write(file, new byte[] {'A', '=', (byte) 0xff, (byte) 0xfe});

        assertThat(Typed.words("run", "--env-file", file.toString(), "host").err())
                .contains("it is not UTF-8 text");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Typed typed = Typed.words("run", "--env-file", "/no/such.env", "host");

        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.err()).isEqualTo("boxwright: /no/such.env: no such file or directory\n");
    }

    private void assertRefused(String content, String reason) throws IOException {
        String file = file(content);
        Typed typed = Typed.words("run", "--env-file", file, "host");

        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.asked()).isEmpty();
        assertThat(typed.err()).startsWith("boxwright: invalid env file \"" + file + "\": " + reason);
    }

    private String file(String content) throws IOException {
        Path file = Files.createTempFile(directory, "variables", ".env");
        Files.writeString(file, content, StandardCharsets.UTF_8);
        return file.toString();
    }
}
