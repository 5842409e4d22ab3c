package boxwright.engine;

import boxwright.image.HostImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the root file system that a word on the command line means: an image, or a directory.
 *
 * @param home where images are kept
 */
record RootfsSource(Home home) {
    /** The image that is made from this machine's own programs. */
    static final String HOST = "host";

    private static final List<String> DIRECTORY_MARKS = List.of("/", "./", "../", "~");

    /**
     * A root file system, which is never written to.
     *
     * @param directory absolute, without symbolic links
     * @param command what runs when nothing else is asked for
     * @param environment the image's own variables
     */
    record Rootfs(Path directory, List<String> command, Map<String, String> environment) {}

    /**
     * Finds it.
     *
     * @param word an image name, or a path of a directory
     */
    Rootfs find(String word) {
        if (word.equals(HOST)) {
            return new Rootfs(HostImage.in(home.images(), Path.of("/")).rootfs(), List.of("sh"), hostVariables());
        }
        if (word.equals(".") || word.equals("..") || DIRECTORY_MARKS.stream().anyMatch(word::startsWith)) {
            return new Rootfs(directory(word), List.of("sh"), Map.of());
        }
        if (Files.isDirectory(path(word))) {
            throw new EngineException(
                    "unknown image \"" + word + "\". There is a directory of that name here: to use it"
                            + " as a root file system, write ./" + word);
        }
        throw new EngineException("unknown image \"" + word + "\". The one image is \"" + HOST
                + "\", this machine's own programs; the path of a root file system (./rootfs, /srv/rootfs) works too.");
    }

    private static Map<String, String> hostVariables() {
        Map<String, String> variables = new HashMap<>();
        for (String variable : HostImage.environment()) {
            int equals = variable.indexOf('=');
            variables.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return variables;
    }

    private static Path directory(String word) {
        Path path = path(word);
        if (!Files.exists(path)) {
            throw new EngineException("no such directory: the root file system \"" + word + "\" does not exist.");
        }
        if (!Files.isDirectory(path)) {
            throw new EngineException("not a directory: the root file system \"" + word
                    + "\" must be a directory; unpack an archive first.");
        }
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new EngineException("cannot reach the root file system \"" + word + "\": " + e.getMessage());
        }
    }

    private static Path path(String word) {
        try {
            return Path.of(word);
        } catch (InvalidPathException e) {
            throw new EngineException("not a path: \"" + word + "\": " + e.getReason());
        }
    }
}
