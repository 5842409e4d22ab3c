package boxwright.kernel;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Constants.O_CREAT;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Errno.EPIPE;
import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A parent branch that goes on without the JVM, and writes down how its child ended. */
class LauncherOutlivesJvmTest {
    @Test
    void theExitStatusIsWrittenDownAfterTheJvmWasKilled(@TempDir Path directory) throws Exception {
        Path fifo = fifo(directory);
        Process jvm = start(directory);
        BufferedReader says = jvm.inputReader(StandardCharsets.UTF_8);
        int monitor = Integer.parseInt(says.readLine());

        jvm.destroyForcibly().waitFor();
        assertThat(jvm.exitValue()).isEqualTo(128 + 9);
        assertThat(Machine.isAlive(monitor)).isTrue();
        assertThat(directory.resolve("status")).doesNotExist();
        Files.writeString(fifo, "end\n");

        eventually("the monitor has ended", () -> !Machine.isAlive(monitor));
        assertThat(status(directory)).isEqualTo(42 << 8);
        assertThat(directory.resolve("status.new")).doesNotExist();
    }

    @Test
    void theExitStatusIsWrittenDownAndToldToTheJvm(@TempDir Path directory) throws Exception {
        Path fifo = fifo(directory);
        Process jvm = start(directory);
        BufferedReader says = jvm.inputReader(StandardCharsets.UTF_8);
        int monitor = Integer.parseInt(says.readLine());
        Files.writeString(fifo, "end\n");

        assertThat(says.readLine()).isEqualTo("OptionalInt[" + (42 << 8) + "]");
        assertThat(jvm.waitFor()).isZero();
        assertThat(status(directory)).isEqualTo(42 << 8);
        assertThat(Machine.isAlive(monitor)).isFalse();
    }

    private static Path fifo(Path directory) {
        Path fifo = directory.resolve("fifo");
        Machine.run("mkfifo", fifo.toString());
        return fifo;
    }

    private static Process start(Path directory) throws Exception {
        return new ProcessBuilder(Machine.java(Jvm.class, directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int status(Path directory) throws Exception {
        byte[] bytes = Files.readAllBytes(directory.resolve("status"));
        assertThat(bytes).hasSize(4);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    /** Starts a child that waits at a named pipe, and a monitor for it. */
    static final class Jvm {
        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            String fresh = directory.resolve("status.new").toString();
            Slot pid = Slot.of("pid");
            Slot status = Slot.of("status");
            Slot file = Slot.of("file");
            Plan plan = Plan.of(lines -> {
                lines.blockSignals();
                lines.setsid();
                lines.fork(child -> {
                            child.unblockSignals();
                            child.closeOnExecFrom(3);
                            String script = "read line < '" + directory.resolve("fifo") + "'; exit 42";
                            child.execve("/bin/sh", List.of("sh", "-c", script), List.of());
                        })
                        .into(pid);
                lines.dup3(fd(Launcher.MONITOR), Launcher.REPORT, 0);
                lines.wait4(pid.value(), status);
                lines.open(fresh, O_WRONLY | O_CREAT, 0600).into(file);
                lines.write(file.value(), status);
                lines.fsync(file.value());
                lines.rename(fresh, directory.resolve("status").toString());
                lines.reportStatus(status).tolerate(EPIPE);
                lines.exit_group(0);
            });
            try (Launch launch = new Launcher(directory).start(plan, "boxwright: test")) {
                launch.awaitStart(report -> {});
                System.out.println(launch.pid());
                System.out.println(launch.await());
                launch.reap();
            }
        }
    }
}
