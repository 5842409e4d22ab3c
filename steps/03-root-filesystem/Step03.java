///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../ImageStep.java
//SOURCES ../02-uts-namespace/Step02.java

import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.RootFilesystem;
import boxwright.isolation.RootFilesystem.Layer;
import java.util.List;

/** Step 3: a process that has a root directory of its own, and no way to any other file. */
final class Step03 {
    static List<Isolation> isolation(Layer root) {
        return isolation(root, KernelFilesystems.asDockerDoes());
    }

    static List<Isolation> isolation(Layer root, KernelFilesystems view) {
        return Step.with(Step02.isolation(), new RootFilesystem(root, view));
    }

    void main(String[] args) {
        ImageStep.run("step03", "a root file system of its own", args, Step03::isolation);
    }
}
