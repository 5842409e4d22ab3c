///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../08-capabilities/Step08.java

import boxwright.isolation.Isolation;
import boxwright.isolation.Landlock;
import boxwright.isolation.NoNewPrivileges;
import boxwright.isolation.RootFilesystem.Layer;
import boxwright.kernel.LandlockAbi;
import java.util.List;

/** Step 9: a process that is held to a policy, whoever it is: it may write in a few places and nowhere else. */
final class Step09 {
    static List<Isolation> isolation(Layer root) {
        if (LandlockAbi.version() == 0) {
            throw new Step.Refusal("this kernel has no Landlock (Linux 5.13), or has it switched off (lsm=landlock,…)");
        }
        List<Isolation> before = Step.with(Step08.isolation(root), new NoNewPrivileges());
        return Step.with(before, Landlock.writableOnly(List.of("/dev", "/proc", "/tmp"), LandlockAbi.version()));
    }

    void main(String[] args) {
        ImageStep.run("step09", "a policy of its own that holds for root too", args, Step09::isolation);
    }
}
