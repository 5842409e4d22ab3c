package boxwright.engine.doctor;

import java.util.List;

/**
 * What was found, group by group.
 *
 * @param groups in the order in which they are shown
 */
public record Findings(List<Group> groups) {
    /**
     * Checks under one heading.
     *
     * @param title the heading
     * @param checks at least one
     */
    public record Group(String title, List<Check> checks) {
        public Group {
            checks = List.copyOf(checks);
        }
    }

    public Findings {
        groups = List.copyOf(groups);
    }

    /** All checks, in order. */
    public List<Check> checks() {
        return groups.stream().flatMap(group -> group.checks().stream()).toList();
    }

    /** How many checks came out so. */
    public long count(Status status) {
        return checks().stream().filter(check -> check.status() == status).count();
    }

    /** What {@code boxwright run} fails on; empty when it works. */
    public List<Check> stoppers() {
        return checks().stream().filter(Check::stopsRun).toList();
    }

    /** The counts, such as {@code 42 checks: 36 ok, 3 limited, 2 missing, 1 unknown}. */
    public String summary() {
        StringBuilder text = new StringBuilder().append(checks().size()).append(" checks: ");
        String separator = "";
        for (Status status : Status.values()) {
            text.append(separator).append(count(status)).append(' ').append(status.word());
            separator = ", ";
        }
        return text.toString();
    }
}
