package boxwright.cli;

import boxwright.engine.LimitRequest;

/** The flags of {@code boxwright run} that are about how much of the machine a container may use. */
final class LimitFlags {
    LimitFlags(Syntax syntax) {}

    LimitRequest request(Words words) {
        return LimitRequest.none();
    }
}
