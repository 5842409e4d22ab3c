/**
 * The command line: from the words of a shell to a typed request, and from an exception to one clear message.
 *
 * <p>One class a verb. {@link boxwright.cli.Main} lists the verbs and makes only the one that was asked for: the
 * command is run cold each time, and what is not built costs nothing. Docker's command line is the model for every
 * text, layout and exit code.
 */
@NullMarked
package boxwright.cli;

import org.jspecify.annotations.NullMarked;
