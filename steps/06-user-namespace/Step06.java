///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../05-network-namespace/Step05.java

import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.RootFilesystem.Layer;
import boxwright.isolation.UserNamespace;
import java.util.List;

/** Step 6: a process whose root is nobody outside. From here on, nobody needs sudo. */
final class Step06 {
    static List<Isolation> isolation(Layer root, UserNamespace users) {
        KernelFilesystems view = KernelFilesystems.asDockerDoes().inUserNamespace(users.groups());
        // Only root may lay a cable to the host; a container of anybody else has its loopback.
        return Step.with(users, Step05.isolation(root, view, users.byRoot()));
    }

    void main(String[] args) {
        ImageStep.runWithUsers("step06", "users of its own: root inside, nobody outside", args, Step06::isolation);
    }
}
