package boxwright.cli.runtime;

import boxwright.cli.BuildInfo;
import boxwright.runtime.spec.SpecVersion;
import java.util.List;

/** The texts of {@code --help} and {@code --version}. */
final class Help {
    /** Of the whole, and of each verb. */
    static final Option OPTION = Option.flag("help, h", "show help");

    private static final int COLUMN = 28;

    private Help() {}

    static int version() {
        BuildInfo build = BuildInfo.ofThisJar();
        System.out.println(RuntimeMain.NAME + " version " + build.version());
        System.out.println("commit: " + build.commit());
        System.out.println("spec: " + SpecVersion.NEWEST);
        return 0;
    }

    /** Help on everything, or on the command behind the word {@code help}. */
    static int print(List<String> words) {
        if (words.size() > 1) {
            return verb(words.get(1), RuntimeMain.verb(words.get(1)));
        }
        StringBuilder text = new StringBuilder();
        text.append("Usage: ")
                .append(RuntimeMain.NAME)
                .append(" [global options] command [options] [arguments...]\n\n");
        text.append("An OCI runtime, with the command line of runc.\n\nCommands:\n");
        for (String name : Verbs.NAMES) {
            line(text, name, Verbs.make(name).orElseThrow().summary());
        }
        text.append("\nGlobal options:\n");
        options(text, Settings.OPTIONS);
        System.out.print(text);
        return 0;
    }

    static int verb(String name, Verb verb) {
        StringBuilder text = new StringBuilder();
        text.append("Usage: ").append(RuntimeMain.NAME).append(' ').append(name);
        text.append(verb.options().isEmpty() ? "" : " [options]").append(' ').append(verb.operands());
        text.append("\n\n").append(verb.summary()).append('\n');
        if (!verb.options().isEmpty()) {
            text.append("\nOptions:\n");
            options(text, verb.options());
        }
        System.out.print(text);
        return 0;
    }

    private static void options(StringBuilder text, List<Option> options) {
        for (Option option : options) {
            StringBuilder names = new StringBuilder();
            for (String name : option.names()) {
                names.append(names.isEmpty() ? "" : ", ")
                        .append(name.length() == 1 ? "-" : "--")
                        .append(name);
            }
            line(text, names + (option.isSwitch() ? "" : " " + option.value()), option.help());
        }
    }

    private static void line(StringBuilder text, String left, String right) {
        text.append("  ").append(left);
        text.append(" ".repeat(Math.max(2, COLUMN - left.length())))
                .append(right)
                .append('\n');
    }
}
