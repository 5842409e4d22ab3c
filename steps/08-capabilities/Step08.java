///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../07-cgroups/Step07.java

import boxwright.isolation.Capabilities;
import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.Isolation;
import boxwright.isolation.RootFilesystem.Layer;
import boxwright.isolation.UserNamespace;
import java.util.List;

/** Step 8: a process whose root may do what a program in a container needs, and no more. */
final class Step08 {
    static List<Isolation> isolation(Layer root, UserNamespace users) {
        return Step.with(Step07.isolation(root, users), powers());
    }

    static Capabilities powers() {
        CapabilityChoice choice = CapabilityChoice.here().inNewUserNamespace();
        return Capabilities.ofRoot(CapabilityChoice.DOCKERS, choice.last());
    }

    void main(String[] args) {
        ImageStep.runWithUsers("step08", "powers of its own: fourteen of root's forty-one", args, Step08::isolation);
    }
}
