package boxwright.escapes;

import boxwright.kernel.Errno;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.PlanProgram;
import boxwright.kernel.PlanProgram.Result;
import boxwright.run.BoxwrightCommand;
import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/**
 * Somebody who has made an image, and whose image is run here. An attack is a list of system calls, as everything is: it
 * lies in the image as a program, and does not need a compiler, a library or a shell of its own.
 *
 * @param boxwright runs the image
 * @param image its root file system: busybox, and what the attacker adds
 */
record Attacker(BoxwrightCommand boxwright, Path image) {
    private static final String PROGRAM = "/attack";

    /** Runs the attack with its results on stdout, as text, and its own output on stderr. */
    private static final String SHOW = "\"$0\" 3>&1 1>&2 | busybox base64";

    /** An attacker whose image is in an empty directory that a test has; skips the test for a plain user. */
    static Attacker in(Path directory) {
        BoxwrightCommand.needsRoot();
        try {
            // JUnit's directories are root's alone, and some attackers are not root.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path image = Machine.busyboxRoot(Files.createDirectory(directory.resolve("image")));
            Files.createDirectory(image.resolve("tmp"));
            return new Attacker(new BoxwrightCommand(directory.resolve("home")), image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * How an attack went.
     *
     * @param results of its calls, up to the first that failed
     * @param said what it and what ran it wrote
     */
    record Attempt(List<Result> results, String said) {
        static final String WORKED = "it worked";

        /** {@link #WORKED}, or the call that failed and its error: {@code mount: EPERM}. */
        String end() {
            if (results.isEmpty()) {
                return "it did not start: " + said;
            }
            Result last = results.getLast();
            return last.value() >= 0
                    ? WORKED
                    : last.call().systemCall().symbol() + ": " + Errno.name((int) -last.value());
        }
    }

    /** Makes these calls in a container: one without any flag, unless the test says what it needs. */
    Attempt inContainer(List<String> flags, Consumer<PlanBuilder> calls) {
        return inContainer(flags, program(calls));
    }

    /** Runs a program of the image in a container. */
    Attempt inContainer(List<String> flags, PlanProgram program) {
        return attempt(
                program,
                BoxwrightCommand.outcome(boxwright.builder(shown(program, flags).toArray(String[]::new)), ""));
    }

    /** The same without any flag. */
    Attempt inContainer(Consumer<PlanBuilder> calls) {
        return inContainer(List.of(), calls);
    }

    /**
     * Makes these calls on this machine, where nothing holds them back but what stands before.
     *
     * @param before a command and its options that starts another, {@code unshare --mount}
     */
    Attempt outside(List<String> before, Consumer<PlanBuilder> calls) {
        return outside(before, program(calls));
    }

    /** Runs a program of the image on this machine. */
    Attempt outside(List<String> before, PlanProgram program) {
        List<String> words = new ArrayList<>(before);
        words.addAll(shownOutside(program));
        return attempt(program, BoxwrightCommand.outcome(new ProcessBuilder(words), ""));
    }

    /** The words that run a program outside and show its results, for {@link #attempt}. */
    List<String> shownOutside(PlanProgram program) {
        return List.of(
                Machine.needs("busybox"), "sh", "-c", SHOW, program.file().toString());
    }

    /** The words after {@code boxwright} that run a program in a container and show its results, for {@link #attempt}. */
    List<String> shown(PlanProgram program, List<String> flags) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(flags);
        words.addAll(
                List.of(image.toString(), "/bin/busybox", "sh", "-c", SHOW, "/" + image.relativize(program.file())));
        return words;
    }

    /** The same with the command itself, for who starts it in a way of his own. */
    List<String> command(PlanProgram program, List<String> flags) {
        return boxwright.builder(shown(program, flags).toArray(String[]::new)).command();
    }

    /** Runs a shell's script in a container. */
    Outcome shell(List<String> flags, String script) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(flags);
        words.addAll(List.of(image.toString(), "/bin/busybox", "sh", "-c", script));
        return boxwright.run(words.toArray(String[]::new));
    }

    /** Puts calls into the image as its program. */
    PlanProgram program(Consumer<PlanBuilder> calls) {
        return program(PROGRAM, calls);
    }

    /** Puts calls into the image as a program of that name; it ends where they end. */
    PlanProgram program(String path, Consumer<PlanBuilder> calls) {
        Plan plan = Plan.of(lines -> {
            calls.accept(lines);
            lines.exit_group(0);
        });
        return PlanProgram.write(plan, image.resolve(path.substring(1)));
    }

    static Attempt attempt(PlanProgram program, Outcome outcome) {
        return new Attempt(program.results(Base64.getMimeDecoder().decode(outcome.out())), outcome.err());
    }
}
