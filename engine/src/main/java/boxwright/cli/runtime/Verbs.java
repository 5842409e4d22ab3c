package boxwright.cli.runtime;

import java.util.List;
import java.util.Optional;

/** The commands that there are. Only the one that was asked for is made. */
final class Verbs {
    static final List<String> NAMES = List.of(
            "create",
            "start",
            "run",
            "exec",
            "state",
            "list",
            "ps",
            "kill",
            "delete",
            "pause",
            "resume",
            "update",
            "events",
            "features",
            "spec");

    private Verbs() {}

    static Optional<Verb> make(String name) {
        Verb verb = switch (name) {
            case "create" -> new CreateVerb();
            case "start" -> new StartVerb();
            case "run" -> new RunVerb();
            case "exec" -> new ExecVerb();
            case "state" -> new StateVerb();
            case "list" -> new ListVerb();
            case "kill" -> new KillVerb();
            case "delete" -> new DeleteVerb();
            case "ps" -> new PsVerb();
            case "pause" -> new PauseVerb();
            case "resume" -> new ResumeVerb();
            case "update" -> new UpdateVerb();
            case "events" -> new EventsVerb();
            case "features" -> new FeaturesVerb();
            case "spec" -> new SpecVerb();
            case "train" -> new TrainVerb();
            default -> null;
        };
        return Optional.ofNullable(verb);
    }
}
