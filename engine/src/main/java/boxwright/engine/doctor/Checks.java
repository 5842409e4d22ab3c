package boxwright.engine.doctor;

import java.util.List;

/** Checks of one kind. */
interface Checks {
    /** The heading above them. */
    String title();

    /** Looks at a machine. */
    List<Check> of(Host host);
}
