///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES Step08.java

import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.CLOCK_REALTIME;

import boxwright.isolation.Isolation;
import boxwright.kernel.Argument;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;

/**
 * Another attack on root without step 8: sets the clock, which no namespace is about. It is set to what it is, so nothing
 * changes on your machine. In a user namespace it fails before step 8 too: for the clock, root inside is nobody.
 */
record SetClock() implements Isolation {
    private static final Argument CLOCK = number(CLOCK_REALTIME, Notation.name("CLOCK_REALTIME"));

    @Override
    public String chapter() {
        return "08-capabilities";
    }

    @Override
    public void addLast(PlanBuilder plan) {
        Slot now = new Slot("now", 16);
        plan.call(SystemCall.CLOCK_GETTIME, CLOCK, now.address());
        plan.call(SystemCall.CLOCK_SETTIME, CLOCK, now.address()).because("the clock of the whole machine");
    }

    /** Sets it in step 8 or, with {@code --before}, in step 5. */
    static void main(String[] args) {
        List<String> words = new ArrayList<>(List.of(args));
        boolean before = words.remove("--before");
        ImageStep.run("SetClock", "the clock set", words.toArray(String[]::new), root -> {
            List<Isolation> prison = before ? Step05.isolation(root) : Step08.isolation(root);
            return Step.with(prison, new SetClock());
        });
    }
}
