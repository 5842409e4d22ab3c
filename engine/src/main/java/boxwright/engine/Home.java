package boxwright.engine;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where Boxwright keeps its data on disk: images, and a directory for each container that lives.
 *
 * @param directory {@code /var/lib/boxwright} for root, {@code ~/.local/share/boxwright} for others (the XDG base
 *     directory specification), or what {@code BOXWRIGHT_HOME} says
 */
public record Home(Path directory) {
    /** The home of the user who runs this JVM. */
    public static Home ofThisUser() {
        Map<String, String> environment = System.getenv();
        String chosen = environment.getOrDefault("BOXWRIGHT_HOME", "");
        if (!chosen.isEmpty()) {
            return new Home(Path.of(chosen).toAbsolutePath());
        }
        if (System.getProperty("user.name").equals("root")) {
            return new Home(Path.of("/var/lib/boxwright"));
        }
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        // The specification says $HOME; to the JVM only the entry in /etc/passwd counts, which not everybody has.
        String own = environment.getOrDefault("HOME", "");
        Path home =
                Path.of(own.isEmpty() ? System.getProperty("user.home") : own).toAbsolutePath();
        Path base = data.isEmpty() ? home.resolve(".local").resolve("share") : Path.of(data);
        return new Home(base.resolve("boxwright"));
    }

    /** The images, a directory each. */
    public Path images() {
        return made("images");
    }

    /** The containers that live, a directory each. */
    public Path containers() {
        return made("containers");
    }

    /** The names of the containers that live, a symbolic link each. */
    public Path names() {
        return made("names");
    }

    /** The directory of a volume's files; it need not be there. */
    public Path volume(String name) {
        return directory.resolve("volumes").resolve(name).resolve("_data");
    }

    /** What can be made again. It is not made here: who cannot write to it does without. */
    public Path cache() {
        return directory.resolve("cache");
    }

    private Path made(String name) {
        Path path = directory.resolve(name);
        try {
            return Files.isDirectory(path) ? path : Files.createDirectories(path);
        } catch (IOException e) {
            String why = e instanceof FileSystemException known && known.getReason() != null
                    ? known.getReason()
                    : e.getClass().getSimpleName();
            throw new EngineException("cannot make the directory " + path + ": " + why
                    + ". Boxwright keeps images and containers there; set BOXWRIGHT_HOME to a directory that you can"
                    + " write to, on a disk with space.");
        }
    }
}
