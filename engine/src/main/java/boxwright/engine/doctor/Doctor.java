package boxwright.engine.doctor;

import java.util.ArrayList;
import java.util.List;

/** Looks at a machine, one kind of thing after the other. */
public final class Doctor {
    private static final List<Checks> CHECKS = List.of(
            new MachineChecks(),
            new UserChecks(),
            new NamespaceChecks(),
            new FilesystemChecks(),
            new CgroupChecks(),
            new SecurityChecks());

    private Doctor() {}

    /** Looks at everything; where there is no Linux kernel, only at that. */
    public static Findings examine(Host host) {
        List<Findings.Group> groups = new ArrayList<>();
        for (Checks checks : MachineChecks.isLinux(host) ? CHECKS : CHECKS.subList(0, 1)) {
            groups.add(new Findings.Group(checks.title(), checks.of(host)));
        }
        return new Findings(groups);
    }

    /** Whether the user who looks may make a user namespace and be root in it. */
    public static Check userNamespaces(Host host) {
        return UserNamespaceChecks.unprivileged(host);
    }
}
