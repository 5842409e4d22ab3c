package boxwright.runtime.oci;

import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOTDIR;

import boxwright.kernel.Line;
import boxwright.kernel.PlanBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * The program of a container, as {@code process} in config.json names it.
 *
 * @param args the program and its arguments
 * @param env {@code KEY=value}, as they are passed on
 */
record BundleProgram(List<String> args, List<String> env) {
    /** Where a program is looked for when its environment does not say; execvp(3). */
    private static final String USUAL_PATH = "/bin:/usr/bin";

    String name() {
        return args.getFirst();
    }

    /** Whether it is looked for. */
    boolean isSearched() {
        return !name().contains("/");
    }

    /** The places where it may be. */
    List<String> places() {
        if (!isSearched()) {
            return List.of(name());
        }
        String path = USUAL_PATH;
        for (String variable : env) {
            if (variable.startsWith("PATH=")) {
                path = variable.substring("PATH=".length());
            }
        }
        List<String> places = new ArrayList<>();
        for (String directory : path.split(":", -1)) {
            // An empty entry is the current directory, POSIX 8.3. The same place twice is tried once.
            String place = (directory.isEmpty() ? "." : directory) + "/" + name();
            if (!places.contains(place)) {
                places.add(place);
            }
        }
        return places;
    }

    /**
     * The lines that look whether there is such a program, so that {@code create} can say if there is none. They may see
     * more than the program's user will, but not less.
     */
    void check(PlanBuilder plan) {
        check(plan, places(), 0);
    }

    private static void check(PlanBuilder plan, List<String> places, int index) {
        Line line = plan.requireExecutable(places.get(index)).reported();
        if (index == places.size() - 1) {
            line.because("is the program there, and can it be executed?");
        } else {
            line.tolerate(ENOENT, ENOTDIR, EACCES)
                    .because("is the program here, in the order of the search path?")
                    .otherwise(next -> check(next, places, index + 1));
        }
    }

    /** The lines that become the program. */
    void addTo(PlanBuilder plan) {
        List<String> places = places();
        for (String place : places) {
            Line line = plan.execve(place, args, env);
            if (place.equals(places.getLast())) {
                line.because("the container is this program from here on");
            } else {
                line.tolerate(ENOENT, ENOTDIR, EACCES).because("if it is here: the search path, in order");
            }
        }
    }
}
