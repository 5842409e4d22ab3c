package boxwright.explain;

import static boxwright.kernel.Errno.E2BIG;
import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.ELOOP;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOEXEC;
import static boxwright.kernel.Errno.ENOTDIR;

import boxwright.kernel.Architecture;
import boxwright.kernel.Call;
import boxwright.kernel.SystemCall;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why a program does not start; execve(2). */
final class ExecRules {
    /** MAX_ARG_STRLEN: 32 pages. */
    private static final int LONGEST_ARGUMENT = 131072;

    private ExecRules() {}

    static List<Cause> of(Failure failure) {
        if (failure.systemCall() != SystemCall.EXECVE) {
            return List.of();
        }
        if (failure.errno() == E2BIG) {
            return tooBig(failure).stream().toList();
        }
        World world = failure.world();
        if (!world.known()) {
            return List.of();
        }
        String path = failure.arguments().text(0);
        Lookup found = Lookup.of(world, path);
        return switch (failure.errno()) {
            case ENOENT -> missing(failure, found);
            case ENOTDIR, ELOOP -> way(found);
            case EACCES -> denied(world, found);
            case ENOEXEC -> found instanceof Lookup.Found file ? notExecutable(file) : List.of();
            default -> List.of();
        };
    }

    private static List<Cause> missing(Failure failure, Lookup found) {
        World world = failure.world();
        return switch (found) {
            case Lookup.Missing missing -> List.of(nowhere(failure, missing));
            case Lookup.Found file ->
                ExecFile.of(file.live())
                        .filter(content -> !content.interpreter().isEmpty())
                        .flatMap(content -> noInterpreter(world, file, content))
                        .stream()
                        .toList();
            default -> List.of();
        };
    }

    private static Cause nowhere(Failure failure, Lookup.Missing missing) {
        List<String> tried = new ArrayList<>();
        for (Call call : failure.before()) {
            Arguments arguments = new Arguments(call);
            if (call.systemCall() == SystemCall.EXECVE
                    && Path.of(arguments.text(0))
                            .endsWith(Path.of(failure.arguments().text(0)).getFileName())) {
                tried.add(arguments.text(0));
            }
        }
        String name = failure.arguments().text(0);
        World world = failure.world();
        if (tried.isEmpty()) {
            String live = PathRules.where(world, missing.path());
            String path = inside(world, missing.path());
            return new Cause(
                    "there is no such program", "there is no " + path + live, "ls the directory it should be in");
        }
        tried.add(name);
        String root = world.live(world.root()).isEmpty() ? "" : " of " + String.join(" and ", world.live(world.root()));
        return new Cause(
                "there is no such program in any directory of PATH",
                "looked for " + String.join(", ", tried) + root,
                "give its whole path, or an image that has it");
    }

    /** A path as the process has it. */
    private static String inside(World world, String path) {
        String root = world.root();
        return root.equals("/") || !Paths.isAtOrBelow(path, root) ? path : Paths.normal(path.substring(root.length()));
    }

    private static Optional<Cause> noInterpreter(World world, Lookup.Found file, ExecFile content) {
        if (!(Lookup.of(world, content.interpreter()) instanceof Lookup.Missing missing)) {
            return Optional.empty();
        }
        boolean script = content.kind() == ExecFile.Kind.SCRIPT;
        String asks = inside(world, file.path()) + " is there and asks for " + content.interpreter()
                + (script ? " in its #! line" : " in its ELF header (readelf -l shows it)");
        return Optional.of(
                new Cause(
                        script
                                ? "the program is there, its #! interpreter is not"
                                : "the program is there, its loader is not",
                        asks + "; there is no " + inside(world, missing.path())
                                + PathRules.where(world, missing.path()),
                        script
                                ? "put that interpreter into the root file system, or mend the first line"
                                : "the program was built for another C library: use one that belongs to this root file system"));
    }

    private static List<Cause> way(Lookup found) {
        return switch (found) {
            case Lookup.NotDirectory file ->
                List.of(new Cause("part of the path is not a directory", file.path() + " is no directory"));
            case Lookup.Loop loop ->
                List.of(new Cause("a symbolic link leads back to itself", "the link " + loop.path()));
            default -> List.of();
        };
    }

    private static List<Cause> denied(World world, Lookup found) {
        if (!(found instanceof Lookup.Found file)) {
            return found instanceof Lookup.Denied denied
                    ? List.of(new Cause("a directory on the way may not be searched by this user", denied.path()))
                    : List.of();
        }
        String name = inside(world, file.path());
        if (Files.isDirectory(file.live())) {
            return List.of(new Cause("it is a directory, not a program", name + " is a directory"));
        }
        if (!Files.isRegularFile(file.live())) {
            return List.of(new Cause("it is no regular file", name + " is a device, a pipe or a socket"));
        }
        List<Cause> causes = new ArrayList<>();
        world.mountOf(file.path())
                .filter(mount -> mount.options().contains("noexec"))
                .ifPresent(mount -> causes.add(new Cause(
                        "programs on that mount may not be executed",
                        (mount.made() ? "the plan made it noexec: " : "/proc/self/mountinfo has noexec for ") + mount,
                        "use a place on another mount")));
        if (!anybodyMayExecute(file.live())) {
            causes.add(new Cause(
                    "the file is not executable", name + " has no x bit in its mode", "chmod +x " + file.live()));
        } else if (causes.isEmpty()) {
            ExecFile.of(file.live())
                    .map(ExecFile::interpreter)
                    .filter(interpreter -> !interpreter.isEmpty())
                    .map(interpreter -> Lookup.of(world, interpreter))
                    .filter(place -> place instanceof Lookup.Found other && !anybodyMayExecute(other.live()))
                    .ifPresent(place -> causes.add(new Cause(
                            "the interpreter that it asks for is not executable",
                            place instanceof Lookup.Found other ? inside(world, other.path()) + " has no x bit" : "")));
        }
        return causes;
    }

    private static boolean anybodyMayExecute(Path file) {
        try {
            return Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).stream()
                    .anyMatch(permission -> permission == PosixFilePermission.OWNER_EXECUTE
                            || permission == PosixFilePermission.GROUP_EXECUTE
                            || permission == PosixFilePermission.OTHERS_EXECUTE);
        } catch (java.io.IOException e) {
            return true;
        }
    }

    private static List<Cause> notExecutable(Lookup.Found file) {
        ExecFile content = ExecFile.of(file.live()).orElse(new ExecFile(ExecFile.Kind.ELF, "", ""));
        String here = Architecture.current().toString();
        return switch (content.kind()) {
            case EMPTY -> List.of(new Cause("the file is empty", file.live() + " has 0 bytes"));
            case OTHER ->
                List.of(new Cause(
                        "it is neither an ELF program nor a script with a #! line",
                        file.live() + " begins with neither \\x7fELF nor #!",
                        "a shell script needs #!/bin/sh as its first line"));
            case ELF ->
                content.machine().isEmpty() || content.machine().equals(here)
                        ? List.of()
                        : List.of(new Cause(
                                "the program is for another processor",
                                file.live() + " is an ELF file for " + content.machine() + ", this machine is " + here,
                                "use one for " + here + ", or register qemu-user with binfmt_misc"));
            case SCRIPT -> List.of();
        };
    }

    private static Optional<Cause> tooBig(Failure failure) {
        List<String> all = new ArrayList<>(failure.arguments().texts(1));
        all.addAll(failure.arguments().texts(2));
        long total = 0;
        int longest = 0;
        for (String text : all) {
            int length = text.getBytes(StandardCharsets.UTF_8).length + 1;
            total += length + Long.BYTES;
            longest = Math.max(longest, length);
        }
        if (longest > LONGEST_ARGUMENT) {
            return Optional.of(new Cause(
                    "one argument or variable is longer than " + LONGEST_ARGUMENT + " bytes",
                    "the longest has " + longest + " bytes",
                    "pass it in a file or through a pipe"));
        }
        // execve(2), "Limits on size of arguments and environment": a quarter of the stack, at most 6 MiB.
        long limit = Math.min(failure.system().limit("Max stack size").orElse(Long.MAX_VALUE) / 4, 6L << 20);
        return total <= limit
                ? Optional.empty()
                : Optional.of(new Cause(
                        "arguments and environment together are too long",
                        "they take " + total + " bytes, the limit is " + limit
                                + " (Max stack size in /proc/self/limits)",
                        "pass less, or raise ulimit -s"));
    }
}
