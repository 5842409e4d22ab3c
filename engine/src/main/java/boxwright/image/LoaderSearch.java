package boxwright.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The directories that a dynamic loader searches by itself, after those which a program names.
 *
 * <ul>
 *   <li>glibc: those of {@code /etc/ld.so.conf}, then the ones it was built with (ld.so(8), ldconfig(8)). It reads the
 *       former from {@code /etc/ld.so.cache}; that is an index which ldconfig makes of the same directories, so we read
 *       the directories. Its {@code glibc-hwcaps} subdirectories are left out: they hold faster twins, never the only
 *       copy.
 *   <li>musl: those of {@code /etc/ld-musl-ARCH.path}, or where there is none, three fixed ones (musl's manual,
 *       "Dynamic linker path").
 * </ul>
 *
 * {@code LD_LIBRARY_PATH} and {@code LD_PRELOAD} are left out on purpose: a container starts with an environment of its
 * own.
 *
 * @param musl whether the loader is musl's, which also differs in how it takes RPATH and RUNPATH
 * @param configured directories that the loader knows from a file in /etc
 * @param builtIn directories that it knows without one
 * @param files the configuration files that were read, or looked for in vain: a change in them changes the answer
 */
record LoaderSearch(boolean musl, List<Path> configured, List<Path> builtIn, Set<Path> files) {
    /** {@code include} in ld.so.conf may nest; nobody nests this deep but a loop. */
    private static final int MAX_INCLUDES = 16;

    private static final Path LD_SO_CONF = Path.of("/etc/ld.so.conf");

    /** The directories that are searched for the libraries of a program. */
    static LoaderSearch of(RootDirectory root, ElfFile program, String interpreter) {
        String name = String.valueOf(Path.of(interpreter).getFileName());
        return name.startsWith("ld-musl-") ? musl(root, name) : glibc(root, program);
    }

    private static LoaderSearch musl(RootDirectory root, String interpreter) {
        String stem = interpreter.replaceFirst("\\.so(\\..*)?$", "");
        Path file = Path.of("/etc", stem + ".path");
        List<Path> configured = new ArrayList<>();
        for (String line : lines(root, file)) {
            for (String directory : line.split(":")) {
                if (directory.startsWith("/")) configured.add(Path.of(directory));
            }
        }
        List<Path> builtIn = root.findFile(file).isPresent()
                ? List.of()
                : List.of(Path.of("/lib"), Path.of("/usr/local/lib"), Path.of("/usr/lib"));
        return new LoaderSearch(true, List.copyOf(configured), builtIn, Set.of(file));
    }

    private static LoaderSearch glibc(RootDirectory root, ElfFile program) {
        Set<Path> directories = new LinkedHashSet<>();
        Set<Path> files = new LinkedHashSet<>();
        readConfiguration(root, LD_SO_CONF, directories, files, 0);
        return new LoaderSearch(false, List.copyOf(directories), defaults(program), Set.copyOf(files));
    }

    /** Debian's multiarch directories, then Fedora's and the FHS's: no machine has all, and the class is checked. */
    private static List<Path> defaults(ElfFile program) {
        List<Path> directories = new ArrayList<>();
        for (String lib : libraryNames(program)) {
            directories.add(Path.of("/", lib));
            directories.add(Path.of("/usr", lib));
        }
        return List.copyOf(directories);
    }

    /** What {@code $LIB} may stand for: it is built into the loader and differs between distributions. */
    static List<String> libraryNames(ElfFile program) {
        List<String> names = new ArrayList<>();
        switch (program.machine()) {
            case ElfFile.EM_X86_64 -> names.add("lib/x86_64-linux-gnu");
            case ElfFile.EM_AARCH64 -> names.add("lib/aarch64-linux-gnu");
            case ElfFile.EM_386 -> names.add("lib/i386-linux-gnu");
            case ElfFile.EM_ARM -> names.add("lib/arm-linux-gnueabihf");
            default -> {}
        }
        if (program.bits() == 64) names.add("lib64");
        names.add("lib");
        return List.copyOf(names);
    }

    private static void readConfiguration(
            RootDirectory root, Path file, Set<Path> directories, Set<Path> files, int depth) {
        if (depth > MAX_INCLUDES || !files.add(file)) return;
        for (String line : lines(root, file)) {
            String text = line.replaceFirst("#.*", "").strip();
            if (text.matches("include\\s.*")) {
                for (String pattern : text.substring("include".length()).strip().split("\\s+")) {
                    Path path = Path.of("/etc").resolve(pattern);
                    for (Path included : matching(root, path, files)) {
                        readConfiguration(root, included, directories, files, depth + 1);
                    }
                }
            } else if (text.startsWith("/")) {
                // libc5 wrote DIRECTORY=TYPE here; ldconfig still takes it.
                directories.add(Path.of(text.replaceFirst("=.*", "")));
            }
        }
    }

    /** glob(3) in the last part of a path, which is where every ld.so.conf has it; in its sorted order. */
    private static List<Path> matching(RootDirectory root, Path pattern, Set<Path> files) {
        Path directory = pattern.getParent();
        Path glob = pattern.getFileName();
        if (directory == null || glob == null) return List.of();
        files.add(directory);
        List<Path> found = new ArrayList<>();
        root.findDirectory(directory).ifPresent(dir -> {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir.file(), glob.toString())) {
                for (Path entry : entries) found.add(directory.resolve(String.valueOf(entry.getFileName())));
            } catch (IOException | DirectoryIteratorException e) {
                // ldconfig goes on without a directory that it cannot read, and so do we.
            }
        });
        found.sort(null);
        return found;
    }

    private static List<String> lines(RootDirectory root, Path file) {
        return root.findFile(file)
                .map(found -> {
                    try {
                        return Files.readString(found.file(), StandardCharsets.ISO_8859_1)
                                .lines()
                                .toList();
                    } catch (IOException e) {
                        return List.<String>of();
                    }
                })
                .orElse(List.of());
    }
}
