package boxwright.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line of a plan: a system call, why it is made, and what to do with its result.
 *
 * @param systemCall which call
 * @param arguments at most six
 * @param because what the call is for, a phrase
 * @param chapter the chapter that explains it, as {@code 03-root-filesystem}; empty for the launcher's own business
 * @param tolerated errnos that are no failure, four at the most
 * @param result the slot that takes the result
 * @param positive whether a result of 0 is a failure too, as for a {@code read} that must not meet the end of file
 * @param reported whether the launcher reports each run of this call, with its result and times
 * @param child for {@code clone} and {@code clone3}: what the child does instead of the lines that follow; it never returns
 * @param otherwise what to do after a tolerated error, before the lines that follow
 * @param label a name for this line, where another one goes back to it; else empty
 * @param jump where to go on after a success, if not at the next line
 */
public record Call(
        SystemCall systemCall,
        List<Argument> arguments,
        String because,
        String chapter,
        List<Integer> tolerated,
        Optional<Slot> result,
        boolean positive,
        boolean reported,
        List<Call> child,
        List<Call> otherwise,
        String label,
        Optional<Jump> jump) {
    /**
     * A way back to a line, which makes a loop.
     *
     * @param label of a line of the plan
     * @param onlyZero whether only a result of 0 leads there, and any other to the next line
     */
    public record Jump(String label, boolean onlyZero) {}

    public Call {
        arguments = List.copyOf(arguments);
        tolerated = List.copyOf(tolerated);
        child = List.copyOf(child);
        otherwise = List.copyOf(otherwise);
        if (arguments.size() > 6 || tolerated.size() > 4) {
            throw new IllegalArgumentException(systemCall + " has too many arguments or tolerated errors");
        }
        for (int errno : tolerated) { // not a stream: every line of every plan comes here in a cold JVM
            if (errno < 1 || errno > 255) {
                throw new IllegalArgumentException(systemCall + " tolerates what is no errno: " + tolerated);
            }
        }
        if (!otherwise.isEmpty() && (tolerated.isEmpty() || !child.isEmpty())) {
            throw new IllegalArgumentException(
                    systemCall + " has a fallback, for which it has to tolerate an error and must have no child");
        }
        if (jump.isPresent() && !(child.isEmpty() && otherwise.isEmpty())) {
            throw new IllegalArgumentException(systemCall + " has another line to go to already");
        }
        if (!child.isEmpty()) {
            Plan.requireEnd(child);
        }
    }

    /** The call as C would write it, with names instead of numbers: {@code sethostname("box", 3)}. */
    public String code() {
        StringBuilder code = new StringBuilder(systemCall.symbol()).append('(');
        for (int i = 0; i < arguments.size(); i++) {
            code.append(i > 0 ? ", " : "").append(arguments.get(i));
        }
        return code.append(')').toString();
    }

    /** Whether a success of this call ends the program that makes it. */
    public boolean isLast() {
        return systemCall == SystemCall.EXECVE || systemCall == SystemCall.EXIT_GROUP;
    }

    /** This call and all calls inside it, in the order in which a reader meets them. */
    public List<Call> flat() {
        List<Call> all = new ArrayList<>();
        all.add(this);
        child.forEach(call -> all.addAll(call.flat()));
        otherwise.forEach(call -> all.addAll(call.flat()));
        return all;
    }

    /** The same call, and all inside it, with a report of each. */
    Call timed() {
        return new Call(
                systemCall,
                arguments,
                because,
                chapter,
                tolerated,
                result,
                positive,
                true,
                child.stream().map(Call::timed).toList(),
                otherwise.stream().map(Call::timed).toList(),
                label,
                jump);
    }

    @Override
    public String toString() {
        return code();
    }
}
