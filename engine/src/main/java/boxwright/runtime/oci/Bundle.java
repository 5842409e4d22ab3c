package boxwright.runtime.oci;

import boxwright.runtime.spec.Configuration;
import boxwright.runtime.spec.ConfigurationReader;
import boxwright.runtime.spec.SpecException;
import boxwright.runtime.spec.Validation;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A directory with a {@code config.json}, bundle.md.
 *
 * @param directory absolute
 * @param text what the file has
 * @param configuration the same, read and checked
 * @param rootfs the root file system, absolute and without symbolic links
 */
record Bundle(Path directory, String text, Configuration configuration, Path rootfs) {
    private static final String FILE = "config.json";

    /**
     * Reads it.
     *
     * @throws SpecException with what is wrong with it
     */
    static Bundle read(Path directory) throws IOException {
        String text = text(directory.resolve(FILE));
        Configuration configuration = ConfigurationReader.read(FILE, text);
        try {
            Validation.check(configuration);
        } catch (SpecException e) {
            throw new SpecException(FILE + ": " + e.getMessage());
        }
        String path = configuration.root().orElseThrow().path();
        Path rootfs = directory.resolve(path);
        if (!Files.isDirectory(rootfs)) {
            throw new SpecException(FILE + ": root.path: " + rootfs + " is no directory");
        }
        Path real = rootfs.toRealPath();
        if (!directory.toRealPath().resolve(path).normalize().equals(real)) {
            throw new SpecException(FILE + ": root.path: " + rootfs
                    + " is a symbolic link, or leads through one, and could soon lead elsewhere: name " + real);
        }
        return new Bundle(directory, text, configuration, real);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new SpecException(
                    "no " + FILE + " in the bundle " + file.resolveSibling(".").normalize()
                            + ": no such file or directory. Name the bundle with --bundle");
        } catch (AccessDeniedException e) {
            throw new SpecException("cannot read " + file + ": permission denied");
        } catch (MalformedInputException e) {
            throw new SpecException(file + " is no text in UTF-8");
        }
    }
}
