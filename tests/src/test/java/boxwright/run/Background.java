package boxwright.run;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.engine.ContainerState;
import boxwright.engine.Home;
import boxwright.engine.LiveContainers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A container that a test has in the background: {@code boxwright run} is a process beside it. */
final class Background implements AutoCloseable {
    private final BoxwrightCommand boxwright;
    private final Process process;
    private final String name;

    private Background(BoxwrightCommand boxwright, Process process, String name) {
        this.boxwright = boxwright;
        this.process = process;
        this.name = name;
    }

    /** One of that name, which other commands can find. */
    static Background of(BoxwrightCommand boxwright, String name, List<String> flags, String... command) {
        return of(boxwright, List.of(), name, flags, command);
    }

    /** The same behind another command, such as {@code setpriv}. */
    static Background of(
            BoxwrightCommand boxwright, List<String> before, String name, List<String> flags, String... command) {
        List<String> words = new ArrayList<>(List.of("run", "--name", name));
        words.addAll(flags);
        words.addAll(List.of(command));
        try {
            Process process = boxwright
                    .builder(before, words.toArray(String[]::new))
                    .redirectErrorStream(true)
                    .start();
            Background container = new Background(boxwright, process, name);
            eventually("the container " + name + " runs", () -> {
                assertThat(process.isAlive()).as("boxwright run " + words).isTrue();
                return container.find().isPresent();
            });
            return container;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private java.util.Optional<ContainerState> find() {
        return new LiveContainers(new Home(boxwright.home()))
                .all().stream()
                        .filter(state -> state.name().equals(java.util.Optional.of(name)))
                        .findFirst();
    }

    /** What others know of it. */
    ContainerState state() {
        return find().orElseThrow(() -> new AssertionError("the container " + name + " has ended"));
    }

    /** What it has printed, to be read. */
    java.io.BufferedReader output() {
        return process.inputReader();
    }

    /** The command {@code boxwright run}. */
    Process process() {
        return process;
    }

    /** The file of a process in the container as the host has it. */
    Path proc(String file) {
        return Path.of("/proc", "" + state().pid(), file);
    }

    @Override
    public void close() {
        try {
            find().ifPresent(state -> ProcessHandle.of(state.pid()).ifPresent(ProcessHandle::destroyForcibly));
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
