package boxwright.isolation.cgroup;

/**
 * What is written to a file of a group.
 *
 * @param because what for, a phrase
 */
public record Setting(String file, String value, String because) {}
