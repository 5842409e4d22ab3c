///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../06-user-namespace/Step06.java

import boxwright.isolation.Capabilities;
import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.Isolation;
import boxwright.isolation.RootFilesystem.Layer;
import boxwright.isolation.UserNamespace;
import java.util.List;

/** Step 8: a process whose root may do what a program in a container needs, and no more. */
final class Step08 {
    static List<Isolation> isolation(Layer root, UserNamespace users) {
        int last = CapabilityChoice.here().last();
        return Step.with(Step06.isolation(root, users), Capabilities.ofRoot(CapabilityChoice.DOCKERS, last));
    }

    void main(String[] args) {
        ImageStep.runWithUsers("step08", "fourteen of root's forty-one powers, and none of the others", args, Step08::isolation);
    }
}
