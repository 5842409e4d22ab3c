///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../01-pid-namespace/Step01.java

import boxwright.isolation.Isolation;
import boxwright.isolation.UtsNamespace;
import java.util.List;

/** Step 2: a process that has a host name of its own. */
final class Step02 {
    static List<Isolation> isolation() {
        return Step.with(Step01.isolation(), new UtsNamespace("box"));
    }

    void main(String[] args) {
        Step.run("step02", "a host name of its own", args, isolation());
    }
}
