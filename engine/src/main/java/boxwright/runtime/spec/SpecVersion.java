package boxwright.runtime.spec;

/** Versions of the OCI runtime specification. */
public final class SpecVersion {
    /** The oldest that a bundle may name. */
    public static final String OLDEST = "1.0.0";
    /** The newest that this runtime was written for. */
    public static final String NEWEST = "1.3.0";

    private SpecVersion() {}

    /**
     * Checks the version that a bundle names. Within a major version every runtime understands every bundle: what is newer
     * in it is ignored, config.md "Specification version".
     *
     * @throws SpecException where the version is none, or of a series that is not ours
     */
    static void check(String version) {
        if (version.isEmpty()) {
            throw new SpecException(
                    "ociVersion is missing: the version of the specification that it follows, such as " + NEWEST);
        }
        int first = version.indexOf('.');
        int second = version.indexOf('.', first + 1);
        if (first <= 0 || second < 0 || !isNumber(version.substring(0, first)) || !isNumber(version, first, second)) {
            throw new SpecException("ociVersion: \"" + version + "\" is no version such as " + NEWEST + "; semver.org");
        }
        if (!version.substring(0, first).equals("1")) {
            throw new SpecException("ociVersion: " + version + " is of another series: this runtime understands "
                    + OLDEST + " to " + NEWEST + ", and whatever else begins with 1.");
        }
    }

    private static boolean isNumber(String version, int dot, int end) {
        return isNumber(version.substring(dot + 1, end));
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
