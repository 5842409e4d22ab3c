package boxwright.cli.runtime;

import boxwright.runtime.oci.CreateRequest;
import java.nio.file.Path;
import java.util.List;

/** The flags that {@code create} and {@code run} share. */
final class CreateOptions {
    static final List<Option> OPTIONS = List.of(
            Option.value("bundle, b", "dir", "path to the root of the bundle directory (default: the current directory)"),
            Option.value("console-socket", "path", "path to an AF_UNIX socket which will receive the terminal's master"),
            Option.value("pid-file", "file", "specify the file to write the process id to"),
            Option.flag("no-pivot", "do not use pivot_root; for a root file system on top of a ramdisk"),
            Option.flag("no-new-keyring", "do not create a new session keyring for the container"),
            Option.value("preserve-fds", "N", "pass N additional file descriptors to the container (default: 0)"));

    private CreateOptions() {}

    static CreateRequest of(Words words) {
        return new CreateRequest(
                words.operands().getFirst(),
                Path.of(words.value("bundle").orElse("")).toAbsolutePath().normalize(),
                words.value("pid-file").filter(text -> !text.isEmpty()).map(Path::of).map(Path::toAbsolutePath),
                words.value("console-socket").filter(text -> !text.isEmpty()).map(Path::of),
                words.count("preserve-fds"),
                !words.has("no-pivot"),
                !words.has("no-new-keyring"));
    }
}
