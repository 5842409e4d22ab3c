package boxwright.isolation.cgroup;

/**
 * What is written to a file of a group.
 *
 * @param because what for, a phrase
 */
public record Setting(String file, String value, String because) {
    /** Whether it holds also where the file is missing: a kernel without swap has none for it, and gives none. */
    public boolean holdsWithoutFile() {
        return file.equals("memory.swap.max") && (value.equals("0") || value.equals("max"));
    }
}
