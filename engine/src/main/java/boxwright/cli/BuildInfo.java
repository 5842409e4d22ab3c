package boxwright.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * What the build wrote into the jar's manifest: {@code Implementation-Version}, {@code Build-Commit} and
 * {@code Build-Time}. Each is "unknown" where it is missing, as when the classes run from a directory.
 *
 * @param version of Boxwright
 * @param commit the git commit it was built from
 * @param time when, as the build wrote it
 */
public record BuildInfo(String version, String commit, String time) {
    static final String UNKNOWN = "unknown";

    /** Reads it. */
    public static BuildInfo ofThisJar() {
        CodeSource source = BuildInfo.class.getProtectionDomain().getCodeSource();
        try {
            Path file =
                    source == null ? Path.of("") : Path.of(source.getLocation().toURI());
            return Files.isRegularFile(file) ? of(file) : of(new Attributes());
        } catch (IOException | URISyntaxException _) {
            return of(new Attributes()); // 'version' must answer even from a jar that is being replaced
        }
    }

    private static BuildInfo of(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            return of(manifest == null ? new Attributes() : manifest.getMainAttributes());
        }
    }

    static BuildInfo of(Attributes attributes) {
        return new BuildInfo(
                orUnknown(attributes.getValue(Attributes.Name.IMPLEMENTATION_VERSION)),
                orUnknown(attributes.getValue("Build-Commit")),
                orUnknown(attributes.getValue("Build-Time")));
    }

    private static String orUnknown(@Nullable String value) {
        return value == null || value.isEmpty() ? UNKNOWN : value;
    }
}
