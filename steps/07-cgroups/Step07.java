///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../05-network-namespace/Step05.java

import boxwright.isolation.Cgroup;
import boxwright.isolation.Isolation;
import boxwright.isolation.RootFilesystem.Layer;
import boxwright.isolation.cgroup.Limits;
import java.util.List;

/** Step 7: a process that may use 64 MiB of memory, have 50 processes, and no more. */
final class Step07 {
    static List<Isolation> isolation(Layer root) {
        String container = root.mountPoint().getParent().getFileName().toString();
        Cgroup share = Cgroup.of(container, Limits.none().withMemory(64 << 20).withPids(50));
        share.groups().refused().forEach((controller, why) ->
                System.err.println("step07: no limit by " + controller.word() + ": " + why));
        return Step.with(Step05.isolation(root), share);
    }

    void main(String[] args) {
        ImageStep.run("step07", "64 MiB of memory and 50 processes at the most", args, Step07::isolation);
    }
}
