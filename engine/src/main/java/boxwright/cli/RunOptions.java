package boxwright.cli;

import boxwright.engine.ContainerRequest;
import java.util.Optional;

/**
 * What {@code boxwright run} was asked for, checked as far as words can be checked: nothing has been looked up and
 * nothing made.
 *
 * @param container the container, without the terminal that {@code terminal} asks for
 * @param interactive the command reads our stdin
 * @param terminal the command gets a terminal of its own
 * @param remove nothing of the container is kept after it ends
 * @param explain print the plan, and each call's result, on stderr
 * @param dryRun print the plan, and do nothing
 */
public record RunOptions(
        ContainerRequest container,
        boolean interactive,
        boolean terminal,
        boolean remove,
        Optional<ExplainFormat> explain,
        boolean dryRun) {}
