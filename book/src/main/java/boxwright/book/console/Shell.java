package boxwright.book.console;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A shell that reads its commands from a pipe, as a terminal of the reader. A program which it starts may read the same
 * pipe: then the next commands are that program's. After each command we have whoever reads print a mark with the exit code,
 * which tells us where its output ends.
 */
final class Shell implements AutoCloseable {
    /** "Record separator": nobody else prints it. */
    private static final char MARK = '\u001e';
    /** Added to the exit code of a program that was opened, so that its end is told from its start. */
    private static final int ENDED = 1000;

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Process process;
    private final String token = UUID.randomUUID().toString();
    private final StringBuilder output = new StringBuilder();

    /**
     * What a command did.
     *
     * @param exitCode of the command
     * @param output its stdout and stderr
     */
    record Result(int exitCode, String output) {}

    Shell(Checkout checkout, Path home) {
        try {
            ProcessBuilder builder = new ProcessBuilder("bash", "--noprofile", "--norc")
                    .directory(checkout.root().toFile())
                    .redirectErrorStream(true);
            builder.environment()
                    .keySet()
                    .removeAll(List.of("COLUMNS", "LINES", "LANG", "BASH_ENV", "ENV", "MAVEN_OPTS"));
            builder.environment()
                    .putAll(Map.of(
                            "BOXWRIGHT_HOME",
                            home.toString(),
                            "JAVA_HOME",
                            System.getProperty("java.home"),
                            "LC_ALL",
                            "C.UTF-8",
                            "NO_COLOR",
                            "1",
                            "TERM",
                            "xterm",
                            "PATH",
                            path()));
            process = builder.start();
        } catch (IOException e) {
            throw new BookException("cannot start bash, which runs the console blocks: " + e.getMessage());
        }
        Thread.ofVirtual().start(this::collect);
    }

    /** Where commands are looked for: Debian has some where a plain user's PATH does not look. */
    static String path() {
        return System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin";
    }

    /** Runs a command with nothing to read. */
    Result run(String command, Duration patience) {
        type("eval " + quoted(command) + " </dev/null\n" + mark());
        return withoutEnd(await(patience));
    }

    /**
     * Runs a command that goes on to read what is typed: until the first mark, it has printed what it prints at its start.
     *
     * @throws BookException when it ended at once: what is meant for a container must not be typed into the shell outside
     */
    String open(String command, Duration patience) {
        // A shell may read more of the pipe than it runs. So what follows the program's end is on the line that starts
        // it.
        type("eval " + quoted(command) + "; " + mark("$(($? + " + ENDED + "))") + mark());
        Result result = await(patience);
        if (result.exitCode() >= ENDED) {
            await(patience);
            throw new BookException("%s was to read what is typed, and ended at once, with %d; it printed%n%s"
                    .formatted(command, result.exitCode() - ENDED, result.output()));
        }
        return result.output();
    }

    /** Types the command that ends the program which was opened last; the exit code is that program's. */
    Result leave(String command, Duration patience) {
        type(command + "\n");
        return withoutEnd(await(patience));
    }

    /** The exit code may be that of a program which was opened before, and has ended. */
    private static Result withoutEnd(Result result) {
        return result.exitCode() >= ENDED ? new Result(result.exitCode() - ENDED, result.output()) : result;
    }

    private String mark() {
        return mark("$?");
    }

    private String mark(String number) {
        return "printf '\\036%s %d\\n' " + token + " " + number + "\n";
    }

    private void type(String text) {
        try {
            OutputStream in = process.getOutputStream();
            in.write(text.getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new BookException("the shell has ended: " + e.getMessage() + seen());
        }
    }

    private Result await(Duration patience) {
        Instant end = Instant.now().plus(patience);
        synchronized (output) {
            String mark = MARK + token + " ";
            int at = output.indexOf(mark);
            int close = at < 0 ? -1 : output.indexOf("\n", at);
            while (close < 0) {
                long millis = Duration.between(Instant.now(), end).toMillis();
                if (millis <= 0 || !process.isAlive()) {
                    String what =
                            process.isAlive() ? "no end after " + patience.toSeconds() + " s" : "the shell has ended";
                    throw new BookException(what + seen());
                }
                pause(Math.min(millis, 1000));
                at = output.indexOf(mark);
                close = at < 0 ? -1 : output.indexOf("\n", at);
            }
            String printed = output.substring(0, at);
            int exitCode = Integer.parseInt(output.substring(at + mark.length(), close));
            output.delete(0, close + 1);
            return new Result(exitCode, printed);
        }
    }

    private void pause(long millis) {
        try {
            output.wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BookException("interrupted");
        }
    }

    private String seen() {
        synchronized (output) {
            return output.isEmpty() ? "" : "; it had printed:\n" + output;
        }
    }

    private void collect() {
        try (InputStream in = process.getInputStream()) {
            byte[] buffer = new byte[8192];
            byte[] pending = new byte[0];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                byte[] bytes = new byte[pending.length + count];
                System.arraycopy(pending, 0, bytes, 0, pending.length);
                System.arraycopy(buffer, 0, bytes, pending.length, count);
                int whole = wholeCharacters(bytes);
                pending = java.util.Arrays.copyOfRange(bytes, whole, bytes.length);
                synchronized (output) {
                    output.append(new String(bytes, 0, whole, StandardCharsets.UTF_8));
                    output.notifyAll();
                }
            }
        } catch (IOException e) {
            // It was closed.
        }
        synchronized (output) {
            output.notifyAll();
        }
    }

    /** How many bytes end with a whole character of UTF-8. */
    private static int wholeCharacters(byte[] bytes) {
        int start = bytes.length - 1;
        while (start >= 0 && start > bytes.length - 4 && (bytes[start] & 0xC0) == 0x80) {
            start--;
        }
        if (start < 0) {
            return bytes.length;
        }
        int lead = bytes[start] & 0xFF;
        int length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        return start + length > bytes.length ? start : bytes.length;
    }

    private static String quoted(String command) {
        return "'" + command.replace("'", "'\\''") + "'";
    }

    /**
     * Ends the shell, and what it still runs; the command lines of that. Who waits for a process that the last command
     * has killed, such as a step's JVM, has {@link #GRACE} to see it and end as well.
     */
    List<String> end() {
        List<ProcessHandle> running = process.descendants().toList();
        CompletableFuture.allOf(running.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, GRACE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        List<String> left = running.stream()
                .filter(ProcessHandle::isAlive)
                .map(one -> one.info().commandLine().orElse("process " + one.pid()))
                .toList();
        // A container's end lets its monitor and its JVM end in order, so the youngest comes first.
        running.reversed().forEach(ProcessHandle::destroyForcibly);
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended.
        }
        process.destroyForcibly();
        return left;
    }

    @Override
    public void close() {
        end();
    }
}
