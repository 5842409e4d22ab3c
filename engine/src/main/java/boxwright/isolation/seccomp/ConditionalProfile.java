package boxwright.isolation.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A profile whose rules depend on the container and the machine: Docker's extension of the runtime specification, the
 * format of the file that {@code --security-opt seccomp=} takes. A profile of the specification is the special case
 * without conditions.
 *
 * @param profile the profile, with no rules in it
 * @param families further ABIs that come with the native one ({@code archMap})
 * @param rules with their conditions
 */
public record ConditionalProfile(Profile profile, List<Family> families, List<Conditional> rules) {
    /** {@code archMap}: on a machine of that native ABI, these others are filtered by the profile too. */
    public record Family(Optional<Abi> primary, List<Abi> others) {}

    /**
     * A condition; what is empty is no condition.
     *
     * @param capabilities names, as {@code CAP_SYS_ADMIN}
     * @param architectures Docker's names, as {@code amd64}
     * @param kernel the oldest kernel
     */
    public record Condition(List<String> capabilities, List<String> architectures, Optional<KernelVersion> kernel) {
        static final Condition NONE = new Condition(List.of(), List.of(), Optional.empty());
    }

    /** A rule that is there when all of {@code includes} holds and nothing of {@code excludes}. */
    public record Conditional(Rule rule, Condition includes, Condition excludes) {
        static Conditional always(Rule rule) {
            return new Conditional(rule, Condition.NONE, Condition.NONE);
        }

        boolean holds(ProfileContext context) {
            String architecture = Abi.nativeOf(context.architecture()).dockerName();
            boolean included = context.capabilities().containsAll(includes.capabilities())
                    && (includes.architectures().isEmpty()
                            || includes.architectures().contains(architecture))
                    && (includes.kernel().isEmpty()
                            || context.kernel().isAtLeast(includes.kernel().get()));
            boolean excluded = excludes.architectures().contains(architecture)
                    || excludes.kernel().isPresent()
                            && context.kernel().isAtLeast(excludes.kernel().get());
            for (String capability : excludes.capabilities()) {
                excluded |= context.capabilities().contains(capability);
            }
            return included && !excluded;
        }
    }

    public ConditionalProfile {
        families = List.copyOf(families);
        rules = List.copyOf(rules);
        if (!families.isEmpty() && !profile.abis().isEmpty()) {
            throw new SeccompException("it has both architectures and archMap");
        }
    }

    /** The profile for one container on one machine. */
    public Profile in(ProfileContext context) {
        List<Abi> abis = new ArrayList<>(profile.abis());
        Optional<Abi> own = Optional.of(Abi.nativeOf(context.architecture()));
        for (Family family : families) {
            if (family.primary().equals(own)) {
                abis.addAll(family.others());
            }
        }
        List<Rule> chosen = new ArrayList<>();
        for (Conditional conditional : rules) {
            if (conditional.holds(context)) {
                chosen.add(conditional.rule());
            }
        }
        return new Profile(
                profile.defaultAction(),
                abis,
                profile.flags(),
                profile.listenerPath(),
                profile.listenerMetadata(),
                chosen);
    }
}
