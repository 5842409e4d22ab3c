package boxwright.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A line of a plan that is still being written: a call whose reason and handling can be added. */
public final class Line {
    private final SystemCall systemCall;
    private final List<Argument> arguments;
    private final String chapter;
    private String because = "";
    private final List<Integer> tolerated = new ArrayList<>();
    private Optional<Slot> result = Optional.empty();
    private boolean positive;
    private boolean reported;
    private List<Call> child = List.of();
    private List<Call> otherwise = List.of();
    private String label = "";
    private Optional<Call.Jump> jump = Optional.empty();

    Line(SystemCall systemCall, List<Argument> arguments, String chapter) {
        this.systemCall = systemCall;
        this.arguments = arguments;
        this.chapter = chapter;
    }

    /** What the call is for: a phrase that follows the code as a comment, and is part of the error when it fails. */
    public Line because(String reason) {
        because = reason;
        return this;
    }

    /** Errnos that are no failure: the plan goes on with the next line. */
    public Line tolerate(int... errnos) {
        for (int errno : errnos) {
            tolerated.add(errno);
        }
        return this;
    }

    /** Keeps the result, an int, for later calls. */
    public Line into(Slot slot) {
        result = Optional.of(slot);
        return this;
    }

    /** A result of 0 is a failure too: the end of file for {@code read}, "nothing there" for others. */
    public Line positive() {
        positive = true;
        return this;
    }

    /** The launcher reports each run of this call, worked or not, with its result and times. */
    public Line reported() {
        reported = true;
        return this;
    }

    /** What to do after a tolerated error, before the plan goes on with the next line. */
    public Line otherwise(Consumer<PlanBuilder> fallback) {
        otherwise = PlanBuilder.block(chapter, fallback);
        return this;
    }

    /** A name for this line, unlike that of any other in the plan, so that a later one can go back to it. */
    public Line label(String name) {
        label = name;
        return this;
    }

    /** After a success the plan goes on at the line with that label. After a tolerated error, with the next line. */
    public Line thenBackTo(String name) {
        jump = Optional.of(new Call.Jump(name, false));
        return this;
    }

    /** After a result of 0 the plan goes on at the line with that label; else with the next line. */
    public Line atZeroBackTo(String name) {
        jump = Optional.of(new Call.Jump(name, true));
        return this;
    }

    Line child(List<Call> calls) {
        child = calls;
        return this;
    }

    Call finish() {
        return new Call(
                systemCall,
                arguments,
                because,
                chapter,
                tolerated,
                result,
                positive,
                reported,
                child,
                otherwise,
                label,
                jump);
    }
}
