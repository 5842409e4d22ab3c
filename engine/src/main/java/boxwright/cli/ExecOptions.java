package boxwright.cli;

import boxwright.engine.JoinRequest;
import java.util.Optional;

/**
 * What {@code boxwright exec} was asked for, checked as far as words can be checked.
 *
 * @param join the program, without the terminal that {@code terminal} asks for
 * @param interactive it reads our stdin
 * @param terminal it gets a terminal of its own
 * @param explain print the plan, and each call's result, on stderr
 * @param dryRun print the plan, and do nothing
 */
record ExecOptions(
        JoinRequest join, boolean interactive, boolean terminal, Optional<ExplainFormat> explain, boolean dryRun) {}
