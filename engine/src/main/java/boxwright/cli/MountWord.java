package boxwright.cli;

import static boxwright.kernel.Constants.MS_RDONLY;

import boxwright.engine.VolumeRequest;
import boxwright.isolation.Volume.Propagation;
import boxwright.isolation.Volume.Writing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A value of {@code --mount}: {@code type=bind,source=/src,target=/dst,readonly}, a line of CSV with Docker's keys
 * ({@code opts/mount.go} of docker/cli).
 */
final class MountWord {
    /** Keys that may stand without a value. */
    private static final List<String> SWITCHES = List.of("readonly", "ro", "bind-nonrecursive", "volume-nocopy");

    private String type = "volume";
    private String source = "";
    private String target = "";
    private boolean readOnly;
    private Propagation propagation = Propagation.PRIVATE;
    private boolean recursive = true;
    private Writing submounts = Writing.FORBIDDEN;
    private final List<String> tmpfs = new ArrayList<>();
    /** The keys that were given and are for one type only, {@code bind-propagation}. */
    private final List<String> special = new ArrayList<>();

    private MountWord() {}

    static VolumeRequest parse(String text) {
        MountWord word = new MountWord();
        for (String field : fields(text)) {
            word.read(field);
        }
        return word.request();
    }

    private void read(String field) {
        int equals = field.indexOf('=');
        String key = equals < 0 ? field : field.substring(0, equals);
        if (equals < 0 && !SWITCHES.contains(key)) {
            throw new IllegalArgumentException("invalid field '" + field + "' must be a key=value pair");
        }
        String value = equals < 0 ? "true" : field.substring(equals + 1);
        if (key.startsWith("bind-") || key.startsWith("volume-") || key.startsWith("tmpfs-")) {
            special.add(key);
        }
        switch (key) {
            case "type" -> type = value;
            case "source", "src" -> source = value;
            case "target", "dst", "destination" -> target = value;
            case "readonly", "ro" -> readOnly = truth(key, value);
            case "bind-propagation" -> propagation = VolumeWord.propagation(value);
            case "bind-nonrecursive" -> recursive = !truth(key, value);
            case "bind-recursive" -> recursion(key, value);
            case "volume-nocopy" -> truth(key, value); // nothing ever is copied out of the image
            case "consistency" -> {} // for Docker Desktop; a bind mount is consistent
            case "tmpfs-size" -> tmpfs.add("size=" + bytes(key, value));
            case "tmpfs-mode" -> {
                if (!TmpfsWord.isMode(value)) {
                    throw invalid(key, value);
                }
                tmpfs.add("mode=" + value);
            }
            case "volume-driver", "volume-label", "volume-opt", "volume-subpath" ->
                throw new IllegalArgumentException("'" + key + "' is not supported: a volume is a plain directory");
            default -> throw new IllegalArgumentException("unexpected key '" + key + "' in '" + field + "'");
        }
    }

    private void recursion(String key, String value) {
        switch (value) {
            case "enabled", "readonly" -> submounts = Writing.FORBIDDEN;
            case "disabled" -> recursive = false;
            case "writable" -> submounts = Writing.NOT_AT_THE_TOP;
            default -> throw invalid(key, value);
        }
    }

    private VolumeRequest request() {
        if (target.isEmpty()) {
            throw new IllegalArgumentException("target is required");
        }
        for (String key : special) {
            if (!key.startsWith(type + "-")) {
                throw new IllegalArgumentException("cannot mix '" + key.substring(0, key.indexOf('-'))
                        + "-*' options with mount type '" + type + "'");
            }
        }
        return switch (type) {
            case "bind" -> {
                if (source.isEmpty()) {
                    throw new IllegalArgumentException(
                            "invalid mount config for type \"bind\": field Source must not be empty");
                }
                yield new VolumeRequest.Host(
                        hostPath(),
                        false,
                        target,
                        readOnly ? submounts : Writing.ALLOWED,
                        recursive,
                        propagation,
                        false);
            }
            case "volume" -> new VolumeRequest.Named(source, target, readOnly);
            case "tmpfs" -> {
                if (!source.isEmpty()) {
                    throw new IllegalArgumentException(
                            "invalid mount config for type \"tmpfs\": field Source must not be specified");
                }
                yield new VolumeRequest.Memory(
                        target, TmpfsWord.USUAL | (readOnly ? MS_RDONLY : 0), String.join(",", tmpfs));
            }
            default ->
                throw new IllegalArgumentException("mount type must be bind, volume or tmpfs, not '" + type + "'");
        };
    }

    private String hostPath() {
        if (!source.startsWith("/") && !source.startsWith(".")) {
            throw new IllegalArgumentException("invalid mount config for type \"bind\": invalid mount path: '" + source
                    + "' mount path must be absolute");
        }
        return Path.of(source).toAbsolutePath().toString();
    }

    private static boolean truth(String key, String value) {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw invalid(key, value);
        };
    }

    /** {@code 64m}, as docker/go-units reads a size of memory: 1024 is a thousand. */
    private static long bytes(String key, String value) {
        int digits = 0;
        while (digits < value.length() && value.charAt(digits) >= '0' && value.charAt(digits) <= '9') {
            digits++;
        }
        String unit = value.substring(digits).toLowerCase(java.util.Locale.ROOT);
        int power = unit.isEmpty() ? 0 : "bkmgtp".indexOf(unit.charAt(0));
        String rest = unit.isEmpty() ? "" : unit.substring(1);
        boolean suffix = rest.isEmpty() || power > 0 && (rest.equals("b") || rest.equals("ib"));
        if (digits == 0 || digits > 12 || power < 0 || !suffix) {
            throw invalid(key, value);
        }
        try {
            return Math.multiplyExact(Long.parseLong(value, 0, digits, 10), 1L << (10 * power));
        } catch (ArithmeticException e) {
            throw invalid(key, value);
        }
    }

    private static IllegalArgumentException invalid(String key, String value) {
        return new IllegalArgumentException("invalid value for " + key + ": " + value);
    }

    /** The fields of a line of CSV, RFC 4180: a field in quotes may have commas, and a quote as two. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char letter = line.charAt(i);
            if (letter == '"') {
                boolean two = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (two) {
                    field.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (letter == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(letter);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("a quote is not closed in '" + line + "'");
        }
        fields.add(field.toString());
        return fields;
    }
}
