package boxwright.image;

import boxwright.image.RootDirectory.Found;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what is in the image {@code host}:
 *
 * <ol>
 *   <li>directories, with the links between them that the machine has, and a few texts in /etc ({@link HostTexts});
 *   <li>where there is a static busybox: it, and a link in /bin for each of its applets;
 *   <li>the machine's own {@link HostPrograms#ALL programs}, and what they need: all of them, or with a busybox those
 *       that it has no applet for, such as {@code bash}, {@code strace} and {@code lsns}.
 * </ol>
 *
 * <p>An applet always wins, so that a name means one thing: Debian's busybox, as {@code sh}, runs its own {@code ps}
 * whatever is in PATH. And its {@code sh} has a history and completion, which dash has not.
 *
 * <p>A program that is not on the machine, or cannot be started there, is left out; without {@code sh} there is no
 * image.
 */
final class HostRecipe {
    private static final int PROGRAM = 0755;
    private static final int DATA = 0644;
    private static final Path BIN = Path.of("/bin");

    private final RootDirectory machine;
    private final RecipeBuilder recipe;
    private final LibraryWalk libraries;
    private final Set<Path> copied = new HashSet<>();
    private Optional<Found> dynamic = Optional.empty();

    private HostRecipe(RootDirectory machine) {
        this.machine = machine;
        this.recipe = new RecipeBuilder(machine);
        this.libraries = new LibraryWalk(machine);
    }

    /**
     * The recipe for the machine whose root directory this is.
     *
     * @param withBusybox false to take the machine's own programs even where there is a static busybox
     * @throws ImageException if there is no {@code sh}
     */
    static Recipe of(RootDirectory machine, boolean withBusybox) {
        return new HostRecipe(machine).compile(withBusybox);
    }

    private Recipe compile(boolean withBusybox) {
        for (String path : HostTexts.SYSTEM_DIRECTORIES) recipe.mirrorDirectory(Path.of(path));
        HostTexts.addTo(recipe);

        Set<String> applets = withBusybox ? busybox() : Set.of();
        for (String name : HostPrograms.ALL) {
            if (!applets.contains(name)) program(name);
        }
        if (!has(HostPrograms.SHELL)) {
            throw new ImageException(
                    "Cannot make the image host",
                    "this machine (" + machine.directory() + ") has no " + HostPrograms.SHELL
                            + " that could be copied from " + String.join(", ", HostPrograms.DIRECTORIES)
                            + reason(HostPrograms.SHELL),
                    "Install a shell, such as the package busybox-static, dash or bash");
        }
        // Scripts begin with these two names wherever the machine keeps the programs.
        for (String path : List.of("/bin/sh", "/usr/bin/env")) everywhere(Path.of(path));
        for (String name : HostPrograms.EXPECTED) {
            if (!has(name) && reason(name).isEmpty()) recipe.leaveOut(name, "it is not on this machine");
        }
        dynamic.ifPresent(this::nameService);
        for (String terminal : HostPrograms.TERMINALS) terminal(terminal);
        for (String directory : HostPrograms.DIRECTORIES) recipe.watch(Path.of(directory));
        for (Path file : libraries.configuration()) recipe.watch(file);
        return recipe.build();
    }

    /** Adds the static busybox, if there is one, with its links; gives the names of its applets. */
    private Set<String> busybox() {
        for (String name : HostPrograms.BUSYBOX) {
            Optional<Found> found = machine.findFile(Path.of(name));
            if (found.isEmpty()) continue;
            try {
                if (!ElfFile.read(found.get().file()).isStatic()) continue;
                Set<String> applets = BusyboxApplets.of(found.get().file());
                if (applets.isEmpty()) continue;
                recipe.copy(found.get(), PROGRAM);
                for (String applet : applets) recipe.link(BIN.resolve(applet), Path.of(name));
                return applets;
            } catch (IOException | ImageException e) {
                recipe.leaveOut("busybox", said(e));
            }
        }
        return Set.of();
    }

    /** Adds a program by its name; where it is missing or cannot be started, notes that and goes on. */
    private void program(String name) {
        for (String directory : HostPrograms.DIRECTORIES) {
            Optional<Found> found = machine.findFile(Path.of(directory, name));
            if (found.isEmpty()) continue;
            try {
                program(found.get());
            } catch (IOException | ImageException e) {
                recipe.leaveOut(name, said(e));
            }
            return;
        }
    }

    private void program(Found found) throws IOException {
        if (copied.contains(found.path())) {
            // Another name of the same file, such as [ and test on some systems: only the links are new.
            recipe.copy(found, PROGRAM);
            return;
        }
        Optional<Path> interpreter = scriptInterpreter(found.file());
        if (interpreter.isPresent()) {
            // Its interpreter has to come along: a shell does anyway, anything else would bring a world of its own.
            String shell = String.valueOf(interpreter.get().getFileName());
            if (!Set.of("sh", "bash", "dash", "ash").contains(shell)) {
                throw new IOException("it is a script for " + interpreter.get());
            }
            if (!shell.equals("sh")) program(shell);
        } else {
            // First all that can fail, so that a program without its libraries leaves nothing behind.
            LibraryWalk.Needs needs = libraries.of(found);
            if (needs.loader().isPresent()) recipe.copy(needs.loader().get(), PROGRAM);
            for (LibraryWalk.Library library : needs.libraries()) library(library, needs);
            if (dynamic.isEmpty() && needs.loader().isPresent()) dynamic = Optional.of(found);
        }
        recipe.copy(found, PROGRAM);
        copied.add(found.path());
    }

    private void library(LibraryWalk.Library library, LibraryWalk.Needs needs) throws IOException {
        recipe.copy(library.found(), DATA);
        if (!library.configured()) return;
        // The image has no ld.so.cache, which would tell the loader of this directory. Beside the C library it looks
        // without being told.
        for (LibraryWalk.Library other : needs.libraries()) {
            Path directory = other.path().getParent();
            if (other.name().startsWith("libc.so") && directory != null) {
                recipe.link(directory.resolve(library.name()), library.path());
            }
        }
    }

    private void nameService(Found program) {
        for (String name : HostPrograms.NAME_SERVICE) {
            libraries.optional(name, program).ifPresent(library -> {
                try {
                    recipe.copy(library.found(), DATA);
                } catch (IOException e) {
                    recipe.leaveOut(name, said(e));
                }
            });
        }
    }

    private void terminal(String name) {
        for (String directory : HostPrograms.TERMINFO) {
            Optional<Found> found = machine.findFile(Path.of(directory, name.substring(0, 1), name));
            if (found.isEmpty()) continue;
            try {
                recipe.copy(found.get(), DATA);
            } catch (IOException e) {
                recipe.leaveOut("terminal " + name, said(e));
            }
            return;
        }
    }

    private boolean has(String name) {
        return HostPrograms.DIRECTORIES.stream().anyMatch(directory -> recipe.has(Path.of(directory, name)));
    }

    private void everywhere(Path path) {
        for (String directory : HostPrograms.DIRECTORIES) {
            Path there = Path.of(directory).resolve(path.getFileName());
            if (recipe.has(there)) {
                recipe.link(path, there);
                return;
            }
        }
    }

    private String reason(String name) {
        return recipe.build().leftOut().stream()
                .filter(line -> line.startsWith(name + ": "))
                .findFirst()
                .map(line -> " (" + line + ")")
                .orElse("");
    }

    /** The program in the first line of a script, see execve(2), "Interpreter scripts". */
    private static Optional<Path> scriptInterpreter(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(256);
        }
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("#!")) return Optional.empty();
        String line = text.substring(2).lines().findFirst().orElse("").strip();
        String word = line.split("\\s+")[0];
        return word.startsWith("/") ? Optional.of(Path.of(word)) : Optional.empty();
    }

    private static String said(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
