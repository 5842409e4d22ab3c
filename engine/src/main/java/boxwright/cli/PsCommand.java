package boxwright.cli;

import boxwright.engine.ContainerState;
import boxwright.engine.Home;
import boxwright.engine.LiveContainers;
import java.util.ArrayList;
import java.util.List;

/** {@code boxwright ps}: the containers that run. One that has ended is removed, so there are no others. */
final class PsCommand implements Command {
    static final String SUMMARY = "List containers";

    private static final List<String> HEADINGS =
            List.of("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");
    /** As much of a command as Docker shows. */
    private static final int COMMAND = 20;
    /** Between columns. */
    private static final int GAP = 3;

    private final Syntax syntax = new Syntax("ps", "", 0, 0, SUMMARY);
    private final Flag<Boolean> whole = syntax.bool("--no-trunc", "Don't truncate output");
    private final Flag<Boolean> quiet = syntax.bool("-q, --quiet", "Only display container IDs");

    PsCommand() {
        // What Docker shows with it, we have not: it is taken, and changes nothing.
        syntax.bool("-a, --all", "Show all containers (those that have ended are gone: the same ones)");
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) {
        List<ContainerState> containers = new LiveContainers(Home.ofThisUser()).all();
        if (words.get(quiet)) {
            containers.forEach(state -> console.out().println(words.get(whole) ? state.id() : state.shortId()));
            return ExitCode.OK;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        long now = System.currentTimeMillis();
        containers.forEach(state -> rows.add(row(state, words.get(whole), now)));
        console.out().print(table(rows));
        return ExitCode.OK;
    }

    private static List<String> row(ContainerState state, boolean whole, long now) {
        String command = String.join(" ", state.command());
        boolean cut = !whole && command.length() > COMMAND;
        String age = Age.words((now - state.created()) / 1000);
        return List.of(
                whole ? state.id() : state.shortId(),
                state.image(),
                "\"" + (cut ? command.substring(0, COMMAND - 1) + "…" : command) + "\"",
                age + " ago",
                "Up " + age,
                "",
                state.name().orElse(""));
    }

    private static String table(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(row.get(column));
                line.append(
                        " ".repeat(width(rows, column) + GAP - row.get(column).length()));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static int width(List<List<String>> rows, int column) {
        int width = 0;
        for (List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }
}
