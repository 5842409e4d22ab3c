///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../Step.java

import boxwright.isolation.Isolation;
import boxwright.isolation.PidNamespace;
import java.util.List;

/** Step 1: a process that sees no process but itself and its children. */
final class Step01 {
    static List<Isolation> isolation() {
        return List.of(new PidNamespace());
    }

    void main(String[] args) {
        Step.run("step01", "process numbers of its own", args, isolation());
    }
}
