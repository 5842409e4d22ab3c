package boxwright.runtime.oci;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Constants.O_CLOEXEC;

import boxwright.kernel.Argument;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.kernel.PlanBuilder;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbers that the descriptors of a container's first process have. Those that the program inherits are its 3, 4 and so
 * on; as long as the launcher has these for itself, they lie behind the others.
 *
 * @param preserved how many descriptors the program gets beside the standard three
 * @param further how many the mounts need
 */
record InitDescriptors(int preserved, int further) {
    /** As many as are of use. */
    static final int MOST = 40;

    private int base() {
        return Math.max(Launcher.FIRST_FREE, Launcher.REPORT + preserved);
    }

    /** Where the process reads that it is started. */
    int start() {
        return base();
    }

    /** Where it tells what went wrong then. */
    int result() {
        return base() + 1;
    }

    /** A socket that takes its terminal. */
    int console() {
        return base() + 2;
    }

    /** A socket that takes the notifications of its filter. */
    int listener() {
        return base() + 3;
    }

    /** A file with the state that hooks read before the container is started. */
    int stateBefore() {
        return base() + 4;
    }

    /** A file with the state that hooks read when it is. */
    int stateAfter() {
        return base() + 5;
    }

    /** A file with what the socket for the notifications gets beside them. */
    int notice() {
        return base() + 6;
    }

    /** The first number that is not among them. */
    int end() {
        return further(further);
    }

    /** One that a mount needs, counted from 0. */
    int further(int index) {
        return inherited(preserved) + index;
    }

    private int inherited(int index) {
        return base() + 7 + index;
    }

    /** Our own descriptors from 3 on, for the launcher. */
    Map<Integer, Descriptor> inherited() {
        Map<Integer, Descriptor> copies = new HashMap<>();
        for (int i = 0; i < preserved; i++) {
            // A copy: the launcher's own are put in the place of the first ones.
            copies.put(inherited(i), new Descriptor(Launcher.REPORT + i).copied());
        }
        return copies;
    }

    /**
     * The lines that end the report to {@code create}, whose pipe so ends, and begin the one to {@code start}; and that give
     * the program what it inherits.
     */
    void settle(PlanBuilder plan) {
        if (preserved == 0) {
            plan.dup3(fd(result()), Launcher.REPORT, O_CLOEXEC)
                    .because("what fails from here on is told to who starts it");
        } else {
            inherit(plan, fd(result()));
        }
    }

    /**
     * The lines that give the program what it inherits. The launcher's own descriptors give way, and it reports elsewhere.
     *
     * @param report where
     */
    void inherit(PlanBuilder plan, Argument report) {
        if (preserved > 0) {
            plan.duplicate(report, end())
                    .into(Launcher.REPORT_LINE)
                    .because("the launcher reports here, for its number is wanted");
        }
        for (int i = 0; i < preserved; i++) {
            plan.dup3(fd(inherited(i)), Launcher.REPORT + i, 0).because("a descriptor that the program inherits");
        }
    }
}
