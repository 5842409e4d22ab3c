package boxwright.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The container's variables, from {@code --env-file} and then {@code --env}: the later one of a name counts. */
final class Variables {
    private final Console console;
    private final Map<String, String> values = new LinkedHashMap<>();

    private Variables(Console console) {
        this.console = console;
    }

    /**
     * Reads the files and adds the words.
     *
     * @param words checked by {@link #word}
     * @throws CommandFailure if a file has a line that is no variable
     * @throws IOException if a file cannot be read
     */
    static Map<String, String> of(List<Path> files, List<String> words, Console console) throws IOException {
        Variables variables = new Variables(console);
        for (Path file : files) {
            variables.addFile(file);
        }
        words.forEach(variables::add);
        return variables.values;
    }

    /** Checks one {@code K=V}, or {@code K} alone. */
    static String word(String text) {
        if (text.isEmpty() || text.startsWith("=")) {
            throw new IllegalArgumentException("invalid environment variable: " + text);
        }
        return text;
    }

    /** {@code K} alone takes our own value; where we have none, the container gets none (docker run, "-e"). */
    private void add(String word) {
        int equals = word.indexOf('=');
        if (equals < 0) {
            console.variable(word).ifPresent(value -> values.put(word, value));
        } else {
            values.put(word.substring(0, equals), word.substring(equals + 1));
        }
    }

    /** Docker's format: one variable a line, {@code #} begins a comment line, a value is taken as it is, quotes too. */
    private void addFile(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException _) {
            throw invalid(file, "it is not UTF-8 text");
        } catch (FileSystemException e) {
            throw e; // it names the file, and what is wrong with it
        } catch (IOException e) {
            throw invalid(file, String.valueOf(e.getMessage()));
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (i == 0 && line.startsWith("\uFEFF")) {
                line = line.substring(1);
            }
            line = line.stripLeading();
            if (!line.isEmpty() && !line.startsWith("#")) {
                checkLine(file, i + 1, line);
                add(line);
            }
        }
    }

    private static void checkLine(Path file, int number, String line) {
        int equals = line.indexOf('=');
        String name = equals < 0 ? line : line.substring(0, equals);
        if (name.isEmpty()) {
            throw invalid(file, "line " + number + " has no variable name: '" + line + "'");
        }
        if (name.chars().anyMatch(Character::isWhitespace)) {
            throw invalid(file, "line " + number + ": variable '" + name + "' contains white space");
        }
        if (line.indexOf('\0') >= 0) {
            throw invalid(file, "line " + number + " contains a NUL byte, which ends a string for the kernel");
        }
    }

    private static CommandFailure invalid(Path file, String reason) {
        return new CommandFailure("invalid env file \"" + file + "\": " + reason, ExitCode.ENGINE_ERROR);
    }
}
