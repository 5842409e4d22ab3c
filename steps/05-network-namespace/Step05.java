///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../04-ipc-namespace/Step04.java

import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.NetworkNamespace;
import boxwright.isolation.RootFilesystem.Layer;
import boxwright.isolation.VethPair;
import java.util.List;
import java.util.Optional;

/** Step 5: a process that has a network of its own, with one cable to the host. */
final class Step05 {
    static List<Isolation> isolation(Layer root) {
        return isolation(root, KernelFilesystems.asDockerDoes(), true);
    }

    static List<Isolation> isolation(Layer root, KernelFilesystems view, boolean cable) {
        // Steps that run at the same time have different numbers, and so look for addresses in different places first.
        String name = "step " + ProcessHandle.current().pid();
        Optional<VethPair> pair = cable ? Optional.of(VethPair.free(name)) : Optional.empty();
        return Step.with(Step04.isolation(root, view), new NetworkNamespace(pair));
    }

    void main(String[] args) {
        ImageStep.run("step05", "a network of its own", args, Step05::isolation);
    }
}
