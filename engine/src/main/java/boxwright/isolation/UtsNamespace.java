package boxwright.isolation;

import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import java.util.Optional;

/**
 * A host name of its own; uts_namespaces(7). The new namespace starts with a copy of the host's names, so the first thing
 * to do in it is to change them.
 *
 * @param hostname at most 64 bytes, {@code __NEW_UTS_LEN} of sethostname(2)
 * @param domainname the NIS domain, at most as long; empty for a copy of the host's
 */
public record UtsNamespace(String hostname, Optional<String> domainname) implements Isolation {
    /** With the host's domain name. */
    public UtsNamespace(String hostname) {
        this(hostname, Optional.empty());
    }

    @Override
    public String chapter() {
        return "02-uts-namespace";
    }

    @Override
    public long cloneFlags() {
        return Constants.CLONE_NEWUTS;
    }

    @Override
    public void addTo(PlanBuilder plan) {
        plan.sethostname(hostname).because("a name of its own, which the host does not see");
        domainname.ifPresent(name -> plan.setdomainname(name).because("the domain of NIS, which few still use"));
    }
}
