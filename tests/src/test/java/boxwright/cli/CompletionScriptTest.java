package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion scripts in the real shells, which ask a real {@code boxwright}. */
class CompletionScriptTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void putBoxwrightOnThePath() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path command = directory.resolve("boxwright");
        Files.writeString(
                command,
                "#!/bin/sh\nexec '" + java + "' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '"
                        + System.getProperty("java.class.path") + "' boxwright.cli.Main \"$@\"\n");
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(directory.resolve("hostile rootfs"));
        Files.writeString(directory.resolve("hot.env"), "A=1\n");
    }

    @Test
    void bashKnowsTheCommand() throws Exception {
        assertThat(bash("complete -p boxwright")).containsExactly("complete -F _boxwright boxwright");
    }

    @Test
    void bashCompletesCommandsFlagsAndImages() throws Exception {
        assertThat(bashReply("boxwright", "ver")).containsExactly("version");
        assertThat(bashReply("boxwright", "run", "--env")).containsExactly("--env", "--env-file");
        assertThat(bashReply("boxwright", "run", "-it", "ho")).containsExactly("host", "hostile rootfs");
        assertThat(bashReply("boxwright", "run", "--env-file", "hot")).containsExactly("hot.env");
    }

    @Test
    void bashCompletesBehindTheEqualsSignAtWhichItSplitsWords() throws Exception {
        assertThat(bashReply("boxwright", "run", "--explain", "=", "j")).containsExactly("json");
        assertThat(bashReply("boxwright", "run", "--explain", "=")).containsExactly("tree", "json");
    }

    @Test
    void bashCompletesAWordThatItDidNotSplit() throws Exception {
        assertThat(bashReply("boxwright", "run", "--explain=j")).containsExactly("--explain=json");
    }

    @Test
    void fishCompletesWithDescriptions() throws Exception {
        assumeInstalled("fish");
        assertThat(output(
                        "fish",
                        "--no-config",
                        "-c",
                        "boxwright completion fish | source; complete -C 'boxwright run --tt'"))
                .containsExactly("--tty\tAllocate a pseudo-TTY");
        assertThat(output(
                        "fish",
                        "--no-config",
                        "-c",
                        "boxwright completion fish | source; complete -C 'boxwright run --explain=j'"))
                .containsExactly("--explain=json");
        assertThat(output(
                        "fish",
                        "--no-config",
                        "-c",
                        "boxwright completion fish | source; complete -C 'boxwright run ho'"))
                .anyMatch(line -> line.startsWith("host\t"))
                .anyMatch(line -> line.startsWith("hostile rootfs/"))
                .noneMatch(line -> line.startsWith("hot.env"));
    }

    @Test
    void zshCompletesWithDescriptions() throws Exception {
        assumeInstalled("zsh");
        // A real TAB in a real line editor, on a terminal of its own: zsh has no other way to ask for completions.
        // The words after the TAB prove that the line reads as it should: the shell runs it.
        String typed = """
                zmodload zsh/zpty
                zpty box 'PS1=">" TERM=dumb zsh -f -i'
                zpty -w box 'bindkey -e; autoload -Uz compinit; compinit -D; source <(boxwright completion zsh); echo rea''dy'
                zpty -r box line '*ready*'
                for words in 'ver' 'run --expl' 'run --explain=j' 'run --rm --env-file hot'; do
                    zpty -w -n box "boxwright $words"$'\\t'
                    zpty -w -n box $'\\x01print -r -- "<\\x05>"\\n'
                    zpty -r -m box line '*<*>*<*>*'
                    print -r -- "$line"
                done
                zpty -d box
                """;
        assertThat(String.join("\n", output("zsh", "-f", "-c", typed)))
                .contains("<boxwright version>", "<boxwright run --explain>", "<boxwright run --explain=json>")
                .contains("<boxwright run --rm --env-file hot.env>");
    }

    @Test
    void anotherShellIsRefused() {
        assertThat(Typed.words("completion", "tcsh"))
                .returns(125, Typed::exitCode)
                .satisfies(typed -> assertThat(typed.err())
                        .startsWith("boxwright: invalid shell \"tcsh\": must be one of bash, zsh, fish\n"));
    }

    private List<String> bashReply(String... words) throws Exception {
        StringBuilder array = new StringBuilder();
        for (String word : words) {
            array.append(" '").append(word).append("'");
        }
        return bash("COMP_WORDS=(" + array + "); COMP_CWORD=" + (words.length - 1)
                + "; _boxwright; printf '%s\\n' \"${COMPREPLY[@]}\"");
    }

    private List<String> bash(String commands) throws Exception {
        assumeInstalled("bash");
        return output("bash", "--norc", "--noprofile", "-c", "source <(boxwright completion bash); " + commands);
    }

    private List<String> output(String... command) throws Exception {
        Path out = directory.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PATH", directory + ":" + System.getenv("PATH"));
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("the shell ended")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(out, StandardCharsets.UTF_8);
    }

    private static void assumeInstalled(String shell) {
        boolean there = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(place -> Files.isExecutable(Path.of(place, shell)));
        assumeTrue(there, shell + " is not installed");
    }
}
