package boxwright.engine;

import boxwright.kernel.Descriptor;
import boxwright.runtime.ProcessStat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The containers that run, found by what they have left in the home.
 *
 * @param home where their directories are
 */
public record LiveContainers(Home home) {
    /** All of them, the youngest first. */
    public List<ContainerState> all() {
        List<ContainerState> all = new ArrayList<>();
        for (Path directory : directories()) {
            new StateFile(directory).read().filter(LiveContainers::runs).ifPresent(all::add);
        }
        all.sort(Comparator.comparingLong(ContainerState::created).reversed());
        return all;
    }

    /**
     * The container that a word means: its id, its name, or the beginning of its id.
     *
     * @throws EngineException where there is none, or it does not run
     */
    public ContainerState find(String word) {
        Path directory = directory(word);
        ContainerState state = new StateFile(directory)
                .read()
                .orElseThrow(() -> new EngineException(
                        "container " + word + " is not running: it is only being started, or has just ended"));
        if (!runs(state)) {
            throw new EngineException("container " + word + " is not running");
        }
        return state;
    }

    /**
     * A descriptor of its first process, by which it is meant and nobody else; pidfd_open(2).
     *
     * @throws EngineException where it has ended
     */
    public static Descriptor process(ContainerState state) {
        Optional<Descriptor> process = Descriptor.ofProcess(state.pid());
        // In this order: what has the number now, and was started then, is what we have opened.
        if (process.isPresent() && runs(state)) {
            return process.get();
        }
        process.ifPresent(Descriptor::close);
        throw new EngineException("container " + state.name().orElse(state.shortId()) + " is not running");
    }

    private static boolean runs(ContainerState state) {
        return ProcessStat.of(state.pid())
                .filter(stat -> stat.start() == state.start() && !stat.ended())
                .isPresent();
    }

    private Path directory(String word) {
        Path containers = home.containers();
        if (!word.isEmpty() && word.indexOf('/') < 0 && !word.startsWith(".")) {
            if (Files.isDirectory(containers.resolve(word))) {
                return containers.resolve(word);
            }
            try {
                Path link = Files.readSymbolicLink(home.names().resolve(word));
                return containers.resolve(link.getFileName());
            } catch (IOException | UnsupportedOperationException e) {
                // no name: it may be the beginning of an id
            }
            List<Path> found = new ArrayList<>();
            for (Path directory : directories()) {
                if (directory.getFileName().toString().startsWith(word)) {
                    found.add(directory);
                }
            }
            if (found.size() == 1) {
                return found.getFirst();
            }
            if (found.size() > 1) {
                throw new EngineException("multiple IDs found with provided prefix: " + word);
            }
        }
        throw new EngineException("No such container: " + word);
    }

    private List<Path> directories() {
        List<Path> directories = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(home.containers())) {
            entries.forEach(directories::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directories;
    }
}
