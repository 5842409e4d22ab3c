package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every flag and every command of Debian's runc is one of ours: what {@code --help} of either says. */
class FlagsTest {
    /** They need CRIU, and engines ask whether there are such commands. */
    private static final Set<String> NO_CHECKPOINTS = Set.of("checkpoint", "restore");

    private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--?[a-z0-9][a-z0-9-]*");
    private static final Pattern COMMAND = Pattern.compile("^   ([a-z]+)(?:, [a-z])?  +\\S", Pattern.MULTILINE);

    @TempDir
    static Path directory;

    @BeforeEach
    void root() {
        Machine.needsRoot();
    }

    private static OciRuntime ours() {
        return OciRuntime.ours(directory.resolve("ours"));
    }

    private static OciRuntime runc() {
        return OciRuntime.runc(directory.resolve("runc"));
    }

    static Stream<String> commands() {
        if (Machine.find("runc").isEmpty()) {
            return Stream.of("no runc"); // The test skips.
        }
        Set<String> commands = new TreeSet<>();
        String help = runc().run("--help").text();
        Matcher command = COMMAND.matcher(help.substring(help.indexOf("COMMANDS:")));
        while (command.find()) {
            commands.add(command.group(1));
        }
        commands.removeAll(NO_CHECKPOINTS);
        commands.remove("help");
        return commands.stream();
    }

    private static Set<String> flags(String help) {
        Set<String> flags = new TreeSet<>();
        for (String line : help.split("\n")) {
            if (line.strip().startsWith("-")) {
                // Two blanks are between the names and what they are for.
                Matcher flag = FLAG.matcher(line.strip().split("  ")[0]);
                while (flag.find()) {
                    flags.add(flag.group());
                }
            }
        }
        return flags;
    }

    @Test
    void thereAreAsManyCommands() {
        Machine.needs("runc");

        assertThat(commands())
                .contains("create", "start", "exec", "update", "features")
                .hasSizeGreaterThan(12);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandHasItsFlags(String command) {
        Machine.needs("runc");
        Set<String> flags = flags(runc().run(command, "--help").text());

        assertThat(flags(ours().run(command, "--help").text())).containsAll(flags);
    }

    @Test
    void theFlagsBeforeTheCommandAreThere() {
        Set<String> flags = flags(runc().run("--help").text());

        assertThat(flags).contains("--root", "--log-format", "-v");
        assertThat(flags(ours().run("--help").text())).containsAll(flags);
    }

    /** The exit code by which a caller knows what went wrong; what is refused says so in one line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-such-command",
                "help",
                "h",
                "-h",
                "--version",
                "help create",
                "help no-such-command",
                "create --help",
                "create -h",
                "exec -h",
                "exec no-such-container ls -h",
                "exec no-such-container ls --help",
                "ps no-such-container --help",
                "list --no-such-flag",
                "--no-such-flag list",
                "--criu /bin/true list",
                "--debug=perhaps list",
                "list --quiet=perhaps",
                "list superfluous",
                "state",
                "start a b",
                "update --memory 1x c",
                "update --l3-cache-schema L3:0=1 no-such-container"
            })
    void itEndsAsRuncDoes(String line) {
        Finished runc = runc().run(line.split(" "));
        Finished ours = ours().run(line.split(" "));

        assertThat(ours.exitCode()).as(ours.err()).isEqualTo(runc.exitCode());
        if (ours.exitCode() == 0) {
            assertThat(ours.err()).isEmpty();
        } else {
            assertThat(ours.err().lines()).singleElement().asString().contains("level=error");
        }
    }

    /** As a person writes sizes; RAMInBytes in docker/go-units. */
    @ParameterizedTest
    @CsvSource({"64m, 67108864", "64M, 67108864", "0.5g, 536870912", "70000kB, 71680000", "32 MiB, 33554432"})
    void updateTakesSizes(String size, String bytes) throws IOException {
        String id = "flags-" + ProcessHandle.current().pid();
        Path bundle = Files.createTempDirectory(directory, "bundle");
        OciRuntime.bundle(bundle, "sleep 60");
        for (OciRuntime runtime : new OciRuntime[] {runc(), ours()}) {
            try {
                runtime.run("run", "--detach", "--bundle", bundle.toString(), id)
                        .text();
                runtime.run("update", "--memory", size, id).text();
                assertThat(runtime.run("events", "--stats", id).text()).contains("\"limit\":" + bytes + ",");
            } finally {
                runtime.run("delete", "--force", id);
            }
            assertThat(runtime.status(id)).isEqualTo("none");
        }
    }
}
