///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../03-root-filesystem/Step03.java

import boxwright.isolation.IpcNamespace;
import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.RootFilesystem.Layer;
import java.util.List;

/** Step 4: a process that has message queues, semaphores and shared memory of its own. */
final class Step04 {
    static List<Isolation> isolation(Layer root) {
        return isolation(root, KernelFilesystems.asDockerDoes());
    }

    static List<Isolation> isolation(Layer root, KernelFilesystems view) {
        return Step.with(Step03.isolation(root, view), new IpcNamespace());
    }

    void main(String[] args) {
        ImageStep.run("step04", "message queues of its own", args, Step04::isolation);
    }
}
