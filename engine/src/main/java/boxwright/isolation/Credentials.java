package boxwright.isolation;

import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.EPERM;
import static boxwright.kernel.Errno.EROFS;

import boxwright.kernel.Argument;
import boxwright.kernel.PlanBuilder;
import java.util.List;
import java.util.Optional;

/**
 * Who a container's program is, in numbers, which are all that the kernel knows; credentials(7). {@link Capabilities}
 * adds its lines, because they have to lie between those for the bounding set and the one for the others.
 *
 * @param user the user id
 * @param group the primary group id
 * @param groups the supplementary groups; empty where they cannot be changed, as in a user namespace whose
 *     {@code setgroups} is {@code deny}, user_namespaces(7)
 * @param owned standard descriptors that become the user's own: a terminal or a pipe that was made by somebody else cannot
 *     be opened again by its name in {@code /dev}
 */
public record Credentials(int user, int group, Optional<List<Integer>> groups, List<Integer> owned) {
    public Credentials {
        groups = groups.map(List::copyOf);
        owned = List.copyOf(owned);
    }

    /** Root with no other group than its own. */
    public static Credentials root() {
        return new Credentials(0, 0, Optional.of(List.of(0)), List.of());
    }

    /** Whether the user is root, to whom {@code execve} gives capabilities. */
    public boolean isRoot() {
        return user == 0;
    }

    /** Adds the lines; the groups first, since a user who is not root may not change them. */
    void addTo(PlanBuilder plan) {
        for (int descriptor : owned) {
            plan.fchown(Argument.fd(descriptor), user)
                    .tolerate(EPERM, EINVAL, EROFS)
                    .because("the user may open it again, as /dev/stdout and the like");
        }
        groups.ifPresent(
                numbers -> plan.setgroups(numbers).because("the groups of this user, and none of whoever started us"));
        plan.setresgid(group);
        plan.setresuid(user)
                .because(isRoot() ? "root of the container" : "an ordinary user, who has no capability from here on");
    }
}
