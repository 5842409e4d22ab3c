package boxwright.cli;

import static boxwright.kernel.Constants.MS_NOATIME;
import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NODIRATIME;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Constants.MS_RELATIME;
import static boxwright.kernel.Constants.MS_STRICTATIME;

import boxwright.engine.VolumeRequest;
import java.util.ArrayList;
import java.util.List;

/** A value of {@code --tmpfs}: {@code TARGET[:OPTION,…]}, with the options of mount(8) and tmpfs(5). */
final class TmpfsWord {
    /** Docker's: nothing in memory is a program or a device where nobody said so. */
    static final long USUAL = MS_NOSUID | MS_NODEV | MS_NOEXEC;

    private TmpfsWord() {}

    static VolumeRequest parse(String text) {
        int colon = text.indexOf(':');
        String target = colon < 0 ? text : text.substring(0, colon);
        long flags = USUAL;
        List<String> options = new ArrayList<>();
        if (colon >= 0 && colon + 1 < text.length()) {
            for (String option : text.substring(colon + 1).split(",", -1)) {
                switch (option) {
                    case "rw" -> flags &= ~MS_RDONLY;
                    case "ro" -> flags |= MS_RDONLY;
                    case "suid" -> flags &= ~MS_NOSUID;
                    case "nosuid" -> flags |= MS_NOSUID;
                    case "dev" -> flags &= ~MS_NODEV;
                    case "nodev" -> flags |= MS_NODEV;
                    case "exec" -> flags &= ~MS_NOEXEC;
                    case "noexec" -> flags |= MS_NOEXEC;
                    case "noatime" -> flags |= MS_NOATIME;
                    case "nodiratime" -> flags |= MS_NODIRATIME;
                    case "relatime" -> flags |= MS_RELATIME;
                    case "strictatime" -> flags |= MS_STRICTATIME;
                    case "defaults" -> {}
                    default -> options.add(checked(option));
                }
            }
        }
        return new VolumeRequest.Memory(target, flags, String.join(",", options));
    }

    private static String checked(String option) {
        int equals = option.indexOf('=');
        String value = option.substring(equals + 1);
        boolean good = equals > 0
                && switch (option.substring(0, equals)) {
                    case "size" -> isSize(value, "kKmMgGtT%");
                    case "nr_blocks", "nr_inodes" -> isSize(value, "kKmMgGtT");
                    case "mode" -> isMode(value);
                    case "uid", "gid" -> isSize(value, "");
                    default -> false;
                };
        if (!good) {
            throw new IllegalArgumentException("invalid tmpfs option \"" + option + "\"");
        }
        return option;
    }

    /** A number, and perhaps one of these letters. */
    private static boolean isSize(String value, String units) {
        int digits = 0;
        while (digits < value.length() && value.charAt(digits) >= '0' && value.charAt(digits) <= '9') {
            digits++;
        }
        boolean unit = digits == value.length() - 1 && units.indexOf(value.charAt(digits)) >= 0;
        // Ten digits of a user, or of gigabytes: more is no number for the kernel.
        return digits > 0 && digits <= 18 && (digits == value.length() || unit);
    }

    /** A mode as chmod(2) takes it, in octal. */
    static boolean isMode(String value) {
        boolean octal = !value.isEmpty() && value.length() <= 5;
        for (int i = 0; i < value.length(); i++) {
            octal &= value.charAt(i) >= '0' && value.charAt(i) <= '7';
        }
        return octal && Integer.parseInt(value, 8) <= 07777;
    }
}
