package boxwright.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code boxwright version}, laid out as the client section of {@code docker version}. */
final class VersionCommand implements Command {
    static final String SUMMARY = "Show the Boxwright version information";

    private final Syntax syntax = new Syntax("version", "", 0, 0, SUMMARY);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) throws IOException {
        BuildInfo build = BuildInfo.ofThisJar();
        StringBuilder text = new StringBuilder("Client: Boxwright\n");
        line(text, "Version:", build.version());
        line(text, "Git commit:", build.commit());
        line(text, "Built:", build.time());
        line(text, "JDK:", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
        line(text, "OS/Arch:", "linux/" + architecture());
        line(text, "Kernel:", kernelRelease());
        console.out().print(text);
        return ExitCode.OK;
    }

    private static void line(StringBuilder text, String label, String value) {
        text.append(' ')
                .append(label)
                .append(" ".repeat(19 - label.length()))
                .append(value)
                .append('\n');
    }

    /** In Go's words, which are the OCI image specification's. */
    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm64" : name;
    }

    /** What {@code uname -r} prints. */
    private static String kernelRelease() throws IOException {
        Path file = Path.of("/proc/sys/kernel/osrelease");
        return Files.isReadable(file) ? Files.readString(file).strip() : System.getProperty("os.version");
    }
}
