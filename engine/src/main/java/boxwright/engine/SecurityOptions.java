package boxwright.engine;

import boxwright.isolation.LandlockRule;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code --security-opt} says, as the Docker Engine API has it in {@code HostConfig.SecurityOpt}: a seccomp profile is
 * there with its whole text and not by the name of a file.
 *
 * @param noNewPrivileges setuid programs and file capabilities give nothing
 * @param seccomp {@code ""} for the default filter, {@code "unconfined"} for none, else the text of a profile
 * @param appArmor {@code ""} for the default profile where the kernel has AppArmor, {@code "unconfined"} for none, else
 *     the name of a profile that is loaded
 * @param labels parts of an SELinux label, {@code type:container_t}, or {@code disable}
 * @param landlock what is allowed beyond which nothing is; empty for no limits of that kind
 * @param openSystemPaths nothing in {@code /proc} is masked or read-only
 */
public record SecurityOptions(
        boolean noNewPrivileges,
        String seccomp,
        String appArmor,
        List<String> labels,
        List<LandlockRule> landlock,
        boolean openSystemPaths) {
    /** No filter, or no profile. */
    public static final String UNCONFINED = "unconfined";

    /** The parts of a label that an option may set; docker-run(1). */
    private static final List<String> LABEL_PARTS = List.of("user", "role", "type", "level", "filetype");

    public SecurityOptions {
        labels = List.copyOf(labels);
        landlock = List.copyOf(landlock);
    }

    /**
     * Reads options; of two for the same thing the last one counts, while labels and Landlock's rules add up.
     *
     * @throws IllegalArgumentException with the reason, for an option that does not exist or makes no sense
     */
    public static SecurityOptions of(List<String> options) {
        boolean noNewPrivileges = false;
        String seccomp = "";
        String appArmor = "";
        List<String> labels = new ArrayList<>();
        List<LandlockRule> landlock = new ArrayList<>();
        boolean openSystemPaths = false;
        for (String option : options) {
            String value = value(option);
            switch (name(option)) {
                case "no-new-privileges" -> noNewPrivileges = truth(value);
                case "seccomp" -> seccomp = seccomp(value);
                case "apparmor" -> appArmor = appArmor(value);
                case "label" -> labels.add(label(value));
                case "landlock" -> landlock.add(LandlockRule.of(value));
                case "systempaths" -> openSystemPaths = openSystemPaths(value);
                default ->
                    throw new IllegalArgumentException("there is no such option; there are no-new-privileges,"
                            + " seccomp=, apparmor=, label=, landlock= and systempaths=");
            }
        }
        return new SecurityOptions(noNewPrivileges, seccomp, appArmor, labels, landlock, openSystemPaths);
    }

    /** The name of an option: up to {@code =}, or to a colon, as Docker once had it. */
    public static String name(String option) {
        return option.substring(0, end(option));
    }

    /** The value of an option; empty where there is none. */
    public static String value(String option) {
        return option.substring(Math.min(end(option) + 1, option.length()));
    }

    private static int end(String option) {
        int equals = option.indexOf('=');
        int separator = equals >= 0 ? equals : option.indexOf(':');
        return separator >= 0 ? separator : option.length();
    }

    private static boolean truth(String value) {
        return switch (value) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("no-new-privileges is true or false");
        };
    }

    private static String seccomp(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("seccomp is a profile, unconfined or builtin");
        }
        return value.equals("builtin") ? "" : value;
    }

    private static String appArmor(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("apparmor is the name of a profile, or unconfined");
        }
        return value;
    }

    private static String label(String value) {
        int colon = value.indexOf(':');
        boolean part = colon > 0
                && colon < value.length() - 1
                && LABEL_PARTS.contains(value.substring(0, colon))
                && value.indexOf('"') < 0;
        if (!part && !value.equals("disable")) {
            throw new IllegalArgumentException(
                    "label is disable, or user:, role:, type:, level: or filetype: with a value");
        }
        return value;
    }

    private static boolean openSystemPaths(String value) {
        if (!value.equals(UNCONFINED)) {
            throw new IllegalArgumentException("systempaths can be unconfined");
        }
        return true;
    }
}
