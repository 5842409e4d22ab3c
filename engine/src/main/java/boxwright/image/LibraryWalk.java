package boxwright.image;

import boxwright.image.RootDirectory.Found;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the shared libraries of a program, as its dynamic loader would: ld.so(8), "DESCRIPTION", for glibc;
 * {@code ldso/dynlink.c}, {@code load_library}, for musl. Like the loader it goes breadth first from the program
 * through the needs of each library, loads a name once, and passes over a file of the wrong class or machine.
 *
 * <p>What a program opens by dlopen(3) while it runs stands in no header and is not found. For the programs of an image
 * that is glibc's name service only; see {@link HostPrograms#NAME_SERVICE}.
 */
final class LibraryWalk {
    private final RootDirectory root;
    private final Map<Path, ElfFile> headers = new HashMap<>();
    private final Map<String, LoaderSearch> searches = new HashMap<>();
    private final Set<Path> configuration = new LinkedHashSet<>();

    LibraryWalk(RootDirectory root) {
        this.root = root;
    }

    /**
     * One library that a program needs.
     *
     * @param name the name that it is needed by, most often a soname
     * @param path where the loader opens it
     * @param found what is there
     * @param configured whether the loader only looks there because a file in /etc says so
     */
    record Library(String name, Path path, Found found, boolean configured) {}

    /**
     * What a program needs in order to start.
     *
     * @param loader its PT_INTERP; empty in a static program, which needs nothing
     * @param libraries in the order in which they are loaded
     */
    record Needs(Optional<Found> loader, List<Library> libraries) {
        static final Needs NOTHING = new Needs(Optional.empty(), List.of());
    }

    /** A file in the process that is being put together, and the file that first asked for it. */
    private record Loaded(Path path, ElfFile elf, Optional<Loaded> neededBy) {}

    private record Directory(Path path, boolean configured) {}

    /** The configuration files of loaders that were read on the way, or looked for in vain. */
    Set<Path> configuration() {
        return Set.copyOf(configuration);
    }

    /**
     * The loader and the libraries of a program.
     *
     * @throws ImageException if one of them is missing, or the program is not an ELF file
     */
    Needs of(Found program) {
        try {
            return walk(program);
        } catch (InvalidPathException e) {
            throw new ImageException(
                    "Cannot start " + program.path(),
                    "a name in its headers is no path: " + e.getMessage(),
                    "Set LANG to a UTF-8 locale if the name is sound, else reinstall the program");
        }
    }

    private Needs walk(Found program) {
        ElfFile elf = header(program);
        if (elf.interpreter().isEmpty()) return Needs.NOTHING;
        String interpreter = elf.interpreter().get();
        Found loader = root.findFile(Path.of("/").resolve(interpreter))
                .orElseThrow(() -> new ImageException(
                        "Cannot start " + program.path(),
                        "its dynamic loader (PT_INTERP) " + interpreter + " is not there",
                        "Install the C library of the program, or a program for this machine's C library"));
        LoaderSearch search = searches.computeIfAbsent(
                interpreter + " " + elf.kind(), key -> LoaderSearch.of(root, elf, interpreter));
        configuration.addAll(search.files());

        Loaded start = new Loaded(program.path(), elf, Optional.empty());
        Set<String> names = new HashSet<>();
        // The kernel maps the loader itself, so that a library may need it by name and find it there already.
        names.add(String.valueOf(Path.of(interpreter).getFileName()));
        header(loader).soname().ifPresent(names::add);
        List<Library> libraries = new ArrayList<>();
        List<Loaded> loaded = new ArrayList<>(List.of(start));
        for (int i = 0; i < loaded.size(); i++) {
            Loaded file = loaded.get(i);
            for (String name : file.elf().needed()) {
                if (!names.add(name) || (search.musl() && isMuslItself(name))) continue;
                Library library = locate(name, file, start, search);
                ElfFile itsElf = header(library.found());
                itsElf.soname().ifPresent(names::add);
                libraries.add(library);
                loaded.add(new Loaded(library.path(), itsElf, Optional.of(file)));
            }
        }
        return new Needs(Optional.of(loader), List.copyOf(libraries));
    }

    /** A library which no program needs by its headers, in the directories of the one given; empty if there is none. */
    Optional<Library> optional(String name, Found program) {
        ElfFile elf = header(program);
        if (elf.interpreter().isEmpty()) return Optional.empty();
        LoaderSearch search = LoaderSearch.of(root, elf, elf.interpreter().get());
        return search(name, defaults(search), elf, new ArrayList<>());
    }

    /** musl is one file: loader, libc, libm, libpthread. It knows itself by these prefixes, whatever comes behind. */
    private static boolean isMuslItself(String name) {
        for (String part : List.of("c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet.")) {
            if (name.startsWith("lib" + part)) return true;
        }
        return false;
    }

    private Library locate(String name, Loaded by, Loaded program, LoaderSearch search) {
        List<String> looked = new ArrayList<>();
        Optional<Library> library;
        if (name.contains("/")) {
            library = expand(name, by).stream()
                    .filter(Path::isAbsolute)
                    .flatMap(path -> candidate(name, new Directory(path, false), program.elf(), looked).stream())
                    .findFirst();
        } else {
            library = search(name, directories(by, search), program.elf(), looked);
        }
        return library.orElseThrow(() -> new ImageException(
                "Cannot start " + program.path(),
                "the library " + name + (by.neededBy().isEmpty() ? "" : ", needed by " + by.path() + ",")
                        + " is not there; looked at " + (looked.isEmpty() ? "no directory" : String.join(", ", looked)),
                "Install the package that holds it, or see what `ldd " + program.path() + "` says"));
    }

    private Optional<Library> search(String name, List<Directory> directories, ElfFile program, List<String> looked) {
        for (Directory directory : directories) {
            Directory path = new Directory(directory.path().resolve(name), directory.configured());
            Optional<Library> library = candidate(name, path, program, looked);
            if (library.isPresent()) return library;
        }
        return Optional.empty();
    }

    private Optional<Library> candidate(String name, Directory path, ElfFile program, List<String> looked) {
        Optional<Found> found = root.findFile(path.path());
        if (found.isEmpty()) {
            looked.add(path.path().toString());
            return Optional.empty();
        }
        try {
            ElfFile elf = header(found.get());
            if (elf.fits(program)) {
                return Optional.of(new Library(name, path.path(), found.get(), path.configured()));
            }
            looked.add(path.path() + " (" + elf.kind() + ", the program is " + program.kind() + ")");
        } catch (ImageException e) {
            // Such as a linker script, which has the name of a library and is a text.
            looked.add(path.path() + " (not a usable ELF file)");
        }
        return Optional.empty();
    }

    /** Where the loader looks for what {@code file} needs, in its order. */
    private List<Directory> directories(Loaded file, LoaderSearch search) {
        List<Directory> directories = new ArrayList<>();
        if (search.musl()) {
            // musl takes RUNPATH for RPATH, and both hold for the needs of needs.
            for (Optional<Loaded> at = Optional.of(file);
                    at.isPresent();
                    at = at.get().neededBy()) {
                ElfFile elf = at.get().elf();
                add(directories, elf.runpath().isEmpty() ? elf.rpath() : elf.runpath(), at.get());
            }
        } else {
            // ld.so(8): RPATH is for needs of needs too, and is ignored in a file that has a RUNPATH, which is not.
            if (file.elf().runpath().isEmpty()) {
                for (Optional<Loaded> at = Optional.of(file);
                        at.isPresent();
                        at = at.get().neededBy()) {
                    if (at.get().elf().runpath().isEmpty()) {
                        add(directories, at.get().elf().rpath(), at.get());
                    }
                }
            }
            add(directories, file.elf().runpath(), file);
        }
        if (!file.elf().noDefaultLibraries()) directories.addAll(defaults(search));
        return directories;
    }

    private static List<Directory> defaults(LoaderSearch search) {
        List<Directory> directories = new ArrayList<>();
        // A directory that the loader knows anyway needs no file in /etc, whatever the file says.
        search.configured()
                .forEach(path ->
                        directories.add(new Directory(path, !search.builtIn().contains(path))));
        search.builtIn().forEach(path -> directories.add(new Directory(path, false)));
        return directories;
    }

    private static void add(List<Directory> directories, List<String> texts, Loaded file) {
        for (String text : texts) {
            for (Path path : expand(text, file)) {
                // A relative one means the working directory of whoever starts the program: nothing an image can hold.
                if (path.isAbsolute()) directories.add(new Directory(path, false));
            }
        }
    }

    /** Replaces the dynamic string tokens of ld.so(8). {@code $LIB} may stand for more than one name. */
    private static List<Path> expand(String text, Loaded file) {
        if (!text.contains("$")) return List.of(Path.of(text));
        String origin = String.valueOf(file.path().getParent());
        String platform = switch (file.elf().machine()) {
            case ElfFile.EM_X86_64 -> "x86_64";
            case ElfFile.EM_AARCH64 -> "aarch64";
            case ElfFile.EM_386 -> "i686";
            case ElfFile.EM_ARM -> "v7l";
            default -> "";
        };
        List<Path> paths = new ArrayList<>();
        for (String lib : LoaderSearch.libraryNames(file.elf())) {
            Path path = Path.of(text.replace("${ORIGIN}", origin)
                    .replace("$ORIGIN", origin)
                    .replace("${PLATFORM}", platform)
                    .replace("$PLATFORM", platform)
                    .replace("${LIB}", lib)
                    .replace("$LIB", lib));
            if (!paths.contains(path)) paths.add(path);
        }
        return paths;
    }

    private ElfFile header(Found file) {
        ElfFile known = headers.get(file.path());
        if (known != null) return known;
        ElfFile elf = ElfFile.read(file.file());
        headers.put(file.path(), elf);
        return elf;
    }
}
