package boxwright.cli;

import boxwright.engine.VolumeRequest;
import boxwright.isolation.Volume.Propagation;
import boxwright.isolation.Volume.Writing;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A value of {@code -v}: {@code [HOST-PATH|NAME:]TARGET[:MODE,…]}, as Docker reads it. A path that begins with a slash or
 * a dot is one of the host; other words are names.
 */
final class VolumeWord {
    private VolumeWord() {}

    static VolumeRequest parse(String text) {
        String[] parts = text.split(":", -1);
        boolean modeForTarget = parts.length == 2 && Mode.isOne(parts[1]);
        if (parts.length > 3 || modeForTarget) {
            throw invalid(text);
        }
        for (String part : parts) {
            if (part.isEmpty()) {
                throw invalid(text);
            }
        }
        Mode mode = new Mode();
        if (parts.length == 3) {
            mode.read(parts[2]);
        }
        String target = parts[parts.length == 1 ? 0 : 1];
        String source = parts.length == 1 ? "" : parts[0];
        if (source.startsWith("/") || source.startsWith(".")) {
            Path path = Path.of(source).toAbsolutePath();
            return new VolumeRequest.Host(
                    path.toString(),
                    true,
                    target,
                    mode.readOnly ? Writing.FORBIDDEN : Writing.ALLOWED,
                    mode.recursive,
                    mode.propagation,
                    mode.relabel);
        }
        if (mode.propagation != Propagation.PRIVATE || !mode.recursive) {
            throw new IllegalArgumentException("invalid mode: " + parts[2] + ": a named volume is a plain directory");
        }
        return new VolumeRequest.Named(source, target, mode.readOnly);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("invalid volume specification: '" + text + "'");
    }

    /** The third part. Of each kind of mode one may be named, {@code linuxParser.validateMountMode} in moby. */
    private static final class Mode {
        private boolean readOnly;
        private boolean recursive = true;
        private boolean relabel;
        private Propagation propagation = Propagation.PRIVATE;

        /** Whether a word can only be a mode. */
        static boolean isOne(String words) {
            if (words.startsWith("/")) {
                return false;
            }
            try {
                new Mode().read(words);
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        void read(String words) {
            Set<String> kinds = new HashSet<>();
            for (String word : words.split(",", -1)) {
                if (!kinds.add(kind(word))) {
                    throw new IllegalArgumentException("invalid mode: " + words);
                }
            }
        }

        private String kind(String word) {
            return switch (word) {
                case "rw", "ro" -> {
                    readOnly = word.equals("ro");
                    yield "writing";
                }
                case "z", "Z" -> {
                    relabel = true;
                    yield "label";
                }
                case "bind", "rbind" -> {
                    recursive = word.equals("rbind");
                    yield "recursion";
                }
                case "nocopy" -> "copying"; // nothing ever is copied out of the image
                case "consistent", "cached", "delegated" ->
                    "consistency"; // for Docker Desktop; a bind mount is consistent
                default -> {
                    propagation = propagation(word);
                    yield "propagation";
                }
            };
        }
    }

    /** {@code rslave}, {@code slave}; both mean the whole tree, since its parts are all that could differ. */
    static Propagation propagation(String word) {
        return switch (word) {
            case "private", "rprivate" -> Propagation.PRIVATE;
            case "slave", "rslave" -> Propagation.SLAVE;
            case "shared", "rshared" -> Propagation.SHARED;
            default -> throw new IllegalArgumentException("invalid mode: " + word);
        };
    }
}
