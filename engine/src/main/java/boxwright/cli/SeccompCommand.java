package boxwright.cli;

import boxwright.engine.EngineException;
import boxwright.engine.Home;
import boxwright.engine.SeccompFilters;
import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.seccomp.BpfListing;
import boxwright.isolation.seccomp.SeccompCompiler.Compiled;
import boxwright.kernel.Capability;
import java.util.List;
import java.util.Set;

/** {@code boxwright seccomp print [PROFILE.json]}: the filter of a container, as the kernel runs it. */
final class SeccompCommand implements Command {
    static final String NAME = "seccomp";
    static final String SUMMARY = "Print the program that decides which system calls a container may make";
    static final List<String> ACTIONS = List.of("print");

    private final Syntax syntax = new Syntax(NAME, "print [PROFILE.json]", 1, 2, SUMMARY);
    private final Flag<List<String>> capAdd =
            syntax.list("--cap-add", "list", "As for run: the default profile allows more with it", String::strip);
    private final Flag<List<String>> capDrop =
            syntax.list("--cap-drop", "list", "As for run: the default profile allows less without it", String::strip);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) {
        String action = words.operands().getFirst();
        if (!ACTIONS.contains(action)) {
            throw new UsageFailure(
                    syntax.command(), "what is \"" + action + "\"? There is print" + Nearest.hint(action, ACTIONS));
        }
        try {
            SeccompFilters filters = new SeccompFilters(Home.ofThisUser());
            Set<Capability> capabilities =
                    CapabilityChoice.here().inNewUserNamespace().choose(words.get(capAdd), words.get(capDrop));
            Compiled compiled = words.operands().size() == 1
                    ? filters.usual(capabilities)
                    : filters.custom(PrivilegeFlags.profile(words.operands().get(1)), capabilities);
            compiled.unknownNames().forEach(name -> warn(console, "there is no system call named " + name));
            compiled.overruled().forEach(note -> warn(console, note));
            console.out().print(BpfListing.of(compiled.program()));
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new EngineException(String.valueOf(e.getMessage()));
        }
    }

    private static void warn(Console console, String what) {
        console.err().println("boxwright: warning: seccomp profile: " + what);
    }
}
