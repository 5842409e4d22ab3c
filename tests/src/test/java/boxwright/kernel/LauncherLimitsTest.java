package boxwright.kernel;

import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Errno.EMFILE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The launcher where there are few of something: a start that cannot be leaves nothing open. */
class LauncherLimitsTest {
    /** In a process of its own: `ulimit -n` holds for all of a JVM. */
    @Test
    void withoutDescriptorsAStartFailsAndKeepsNone() {
        Machine.Ran ran = limited("ulimit -n 256", TooFewDescriptors.class);

        assertThat(ran.output()).isEqualTo("no descriptor lost\n");
    }

    /** Opens files until none is left, then gives them back one by one, and starts a launcher after each. */
    public static final class TooFewDescriptors {
        /** Prints the result. */
        public static void main(String[] arguments) {
            Launcher launcher = new Launcher(Path.of("/tmp"));
            LauncherTest.launch(launcher, 0);
            List<Integer> before = Machine.descriptors(ProcessHandle.current().pid());
            List<Descriptor> all = new ArrayList<>();
            try {
                while (all.size() < 256) {
                    all.add(Descriptor.open(Path.of("/dev/null"), O_RDONLY, 0));
                }
            } catch (KernelException e) {
                assertThat(e.errno()).isEqualTo(EMFILE);
            }
            assertThat(all).hasSizeBetween(5, 255);
            int failures = 0;
            boolean started = false;
            while (!started) {
                try {
                    LauncherTest.launch(launcher, 0);
                    started = true;
                } catch (KernelException e) {
                    failures++;
                    assertThat(e.errno()).as(e.getMessage()).isEqualTo(EMFILE);
                }
                all.removeLast().close();
            }
            all.forEach(Descriptor::close);
            assertThat(failures).isGreaterThan(3);
            List<Integer> after = Machine.descriptors(ProcessHandle.current().pid());
            System.out.println(after.equals(before) ? "no descriptor lost" : before + " became " + after);
        }
    }

    private static Machine.Ran limited(String limits, Class<?> main) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", limits + " && exec \"$@\"", "sh"));
        command.addAll(Machine.java(main));
        return Machine.run(command.toArray(String[]::new));
    }
}
