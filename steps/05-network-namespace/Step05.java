///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../04-ipc-namespace/Step04.java

import boxwright.isolation.Isolation;
import boxwright.isolation.NetworkNamespace;
import boxwright.isolation.RootFilesystem.Layer;
import boxwright.isolation.VethPair;
import java.util.List;
import java.util.Optional;

/** Step 5: a process that has a network of its own, with one cable to the host. */
final class Step05 {
    static List<Isolation> isolation(Layer root) {
        VethPair cable = VethPair.free(root.mountPoint().toString());
        return Step.with(Step04.isolation(root), new NetworkNamespace(Optional.of(cable)));
    }

    void main(String[] args) {
        ImageStep.run("step05", "a network of its own", args, Step05::isolation);
    }
}
