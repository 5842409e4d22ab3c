///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../09-security-modules/Step09.java

import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.Isolation;
import boxwright.isolation.RootFilesystem.Layer;
import boxwright.isolation.Seccomp;
import java.util.List;

/** Step 10: a process for which the kernel does not answer every call. */
final class Step10 {
    static List<Isolation> isolation(Layer root) {
        return Step.with(Step09.isolation(root), Seccomp.usual(CapabilityChoice.DOCKERS));
    }

    void main(String[] args) {
        ImageStep.run("step10", "a filter of its own in front of the kernel", args, Step10::isolation);
    }
}
