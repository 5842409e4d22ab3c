package boxwright.runtime;

import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOTDIR;

import boxwright.isolation.ContainerPath;
import boxwright.kernel.Line;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What runs in a container: the {@code process} of the OCI runtime specification, as far as it is a program.
 *
 * @param argv the program and its arguments, at least one
 * @param environment variables; {@code PATH} is also where the program is looked for
 * @param directory the working directory, absolute, or empty to stay where the container starts
 */
public record Program(List<String> argv, Map<String, String> environment, String directory) {
    /** Docker's default search path. */
    public static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public Program {
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new IllegalArgumentException("a program has at least a name");
        }
        argv = List.copyOf(argv);
    }

    /** A program with the environment that a container has at least. */
    public static Program of(List<String> argv) {
        return new Program(argv, Map.of("PATH", DEFAULT_PATH, "HOME", "/root"), "");
    }

    /** The name of the program, as it was typed. */
    public String name() {
        return argv.getFirst();
    }

    /** The lines that go to the working directory; docker(1) makes it where the image has none. */
    void enterDirectory(PlanBuilder plan) {
        if (!directory.isEmpty()) {
            Slot place = Slot.of("directory");
            ContainerPath.of(directory)
                    .openOrMake(
                            plan, place, true, "the working directory, made where it is missing, past no magic link");
            plan.fchdir(place.value());
        }
    }

    /** The lines that go to the working directory, which has to be there; or to the root. */
    void enterExistingDirectory(PlanBuilder plan) {
        Slot place = Slot.of("directory");
        ContainerPath.of(directory)
                .open(plan, place)
                .because("the working directory, past no magic link of the container's making");
        plan.fchdir(place.value());
    }

    /**
     * The lines that turn the process into the program: an {@code execve} for every place where it may be, as execvp(3)
     * does. They are reported, so that Java can tell "not found" from "not executable".
     */
    void addTo(PlanBuilder plan) {
        List<String> variables = new ArrayList<>();
        environment.forEach((name, value) -> variables.add(name + "=" + value));
        Collections.sort(variables);
        List<String> places = places();
        for (String place : places) {
            Line line = plan.execve(place, argv, variables).reported();
            if (place.equals(places.getLast())) {
                line.because("the container is this program from here on");
            } else {
                line.tolerate(ENOENT, ENOTDIR, EACCES).because("if it is here: the search path, in order");
            }
        }
    }

    private List<String> places() {
        if (name().contains("/")) {
            return List.of(name());
        }
        String path = environment.getOrDefault("PATH", DEFAULT_PATH);
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
}
