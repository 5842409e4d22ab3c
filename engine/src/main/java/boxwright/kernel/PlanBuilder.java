package boxwright.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes a plan, a line a call, top to bottom like the C it stands for. The calls themselves are in the interfaces,
 * grouped as the man pages group them; all of them end in {@link #call}.
 */
public final class PlanBuilder
        implements ProcessCalls, PrivilegeCalls, FileCalls, MountCalls, NetworkCalls, LimitCalls {
    private final List<Line> lines = new ArrayList<>();
    private String chapter;

    PlanBuilder(String chapter) {
        this.chapter = chapter;
    }

    /** From here on the lines belong to that chapter, {@code 03-root-filesystem}; empty for the launcher's own. */
    public PlanBuilder chapter(String name) {
        chapter = name;
        return this;
    }

    @Override
    public Line call(SystemCall systemCall, Argument... arguments) {
        Line line = new Line(systemCall, List.of(arguments), chapter);
        lines.add(line);
        return line;
    }

    @Override
    public Line clone(SystemCall systemCall, Consumer<PlanBuilder> child, Argument... arguments) {
        return call(systemCall, arguments).child(endedBlock(chapter, child));
    }

    /** A block that the plan goes on after. */
    static List<Call> block(String chapter, Consumer<PlanBuilder> writer) {
        PlanBuilder builder = new PlanBuilder(chapter);
        writer.accept(builder);
        List<Call> calls = new ArrayList<>();
        for (Line line : builder.lines) {
            calls.add(line.finish());
        }
        return List.copyOf(calls);
    }

    /** A block after which there is nothing: it must end in {@code execve} or {@code exit_group}. */
    static List<Call> endedBlock(String chapter, Consumer<PlanBuilder> writer) {
        List<Call> calls = block(chapter, writer);
        Plan.requireEnd(calls);
        return calls;
    }
}
