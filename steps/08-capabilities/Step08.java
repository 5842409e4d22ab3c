///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../05-network-namespace/Step05.java

import boxwright.isolation.Capabilities;
import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.Isolation;
import boxwright.isolation.RootFilesystem.Layer;
import java.util.List;

/** Step 8: a process whose root may do what a program in a container needs, and no more. */
final class Step08 {
    static List<Isolation> isolation(Layer root) {
        CapabilityChoice choice = CapabilityChoice.here().inNewUserNamespace();
        return Step.with(Step05.isolation(root), Capabilities.ofRoot(CapabilityChoice.DOCKERS, choice.last()));
    }

    void main(String[] args) {
        ImageStep.run("step08", "fourteen of root's forty-one powers, and none of the others", args, Step08::isolation);
    }
}
