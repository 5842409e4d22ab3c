package boxwright.cli;

import boxwright.engine.EngineException;
import boxwright.kernel.KernelException;
import java.util.List;
import java.util.function.Consumer;

/** Does the same with several containers: one that fails does not keep the others from it. */
final class EachContainer {
    private EachContainer() {}

    /**
     * Does it, and prints the word of each that it worked for, as Docker does.
     *
     * @param words what the user typed
     * @param work throws where it fails
     * @return the exit code
     */
    static int of(List<String> words, Console console, Consumer<String> work) {
        int exitCode = ExitCode.OK;
        for (String word : words) {
            try {
                work.accept(word);
                console.out().println(word);
            } catch (EngineException | KernelException e) {
                console.err().println("boxwright: " + e.getMessage());
                exitCode = ExitCode.ENGINE_ERROR;
            }
        }
        return exitCode;
    }
}
