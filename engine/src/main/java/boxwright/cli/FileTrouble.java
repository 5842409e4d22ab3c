package boxwright.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Java's file exceptions in the words of errno(3); their own message is often the file name and nothing else. */
final class FileTrouble {
    private FileTrouble() {}

    /** For example {@code /etc/x.env: no such file or directory}. */
    static String describe(FileSystemException failure) {
        String file = failure.getFile() == null ? "a file" : failure.getFile();
        return file + ": " + reason(failure);
    }

    private static String reason(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            default -> {
                String reason = failure.getReason();
                yield reason == null ? failure.getClass().getSimpleName() : reason;
            }
        };
    }
}
