package boxwright.runtime.oci;

import boxwright.isolation.Seccomp;
import boxwright.isolation.seccomp.Profile;
import boxwright.isolation.seccomp.ProfileContext;
import boxwright.isolation.seccomp.SeccompCompiler;
import boxwright.isolation.seccomp.SeccompException;
import boxwright.kernel.Architecture;
import boxwright.runtime.spec.Linux;
import boxwright.runtime.spec.SpecException;
import java.util.Optional;
import java.util.Set;

/** The seccomp filter of a container: {@code linux.seccomp} of config-linux.md. */
final class Filters {
    private Filters() {}

    /** The profile for this machine. */
    static Optional<Profile> profile(Linux linux, Set<String> bounding) {
        try {
            Optional<Profile> profile = linux.seccomp().map(wanted -> wanted.in(ProfileContext.here(bounding)));
            if (profile.isPresent() && profile.get().notifies()) {
                throw new SpecException("linux.seccomp: SCMP_ACT_NOTIFY: this runtime has no listeners yet");
            }
            return profile;
        } catch (SeccompException e) {
            throw new SpecException("linux.seccomp: " + e.getMessage());
        }
    }

    /** The filter that it comes to. */
    static Seccomp filter(Profile profile, InitDescriptors descriptors) {
        try {
            return new Seccomp(
                    SeccompCompiler.compile(profile, Architecture.current()).program(),
                    profile.flags(),
                    profile.notifies() ? Optional.of(descriptors.listener()) : Optional.empty());
        } catch (SeccompException e) {
            throw new SpecException("linux.seccomp: " + e.getMessage());
        }
    }
}
