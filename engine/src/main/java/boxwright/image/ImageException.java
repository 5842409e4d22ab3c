package boxwright.image;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** An image cannot be read, made or kept. The message says what failed, why, and what to do. */
public final class ImageException extends RuntimeException {
    /** An error of ours: {@code what} failed, {@code why}, and what the reader can do about it. */
    public ImageException(String what, String why, String toDo) {
        super(what + ": " + why + ". " + toDo);
    }

    /** An error of the file system, told in the same three parts. */
    public ImageException(String what, IOException cause, String toDo) {
        super(what + ": " + reason(cause) + ". " + toDo, cause);
    }

    /** What the kernel said, with the file it said it of: Java's own messages are sometimes only the file's name. */
    private static String reason(IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (e instanceof NoSuchFileException) return message + ": No such file or directory";
        if (e instanceof AccessDeniedException) return message + ": Permission denied";
        if (e instanceof FileSystemException f && f.getReason() == null) {
            return e.getClass().getSimpleName() + ": " + message;
        }
        return message;
    }
}
