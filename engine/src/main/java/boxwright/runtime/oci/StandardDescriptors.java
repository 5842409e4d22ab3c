package boxwright.runtime.oci;

import boxwright.kernel.Constants;
import boxwright.kernel.Terminal;
import boxwright.runtime.spec.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of a program's standard descriptors become its user's, who may then open them again as {@code /dev/stdout}: its
 * terminal, and the pipes and files that its caller has made for it. A device such as {@code /dev/null} is the whole
 * machine's, and its owner stays.
 */
final class StandardDescriptors {
    private static final int TYPE = 0170000;

    private StandardDescriptors() {}

    static List<Integer> givenTo(ProcessSpec process) {
        if (process.terminal()) {
            return List.of(0, 1, 2);
        }
        List<Integer> given = new ArrayList<>();
        for (int number = 0; number <= 2; number++) {
            if (!isDevice(number) || Terminal.of(number).isPresent()) {
                given.add(number);
            }
        }
        return given;
    }

    private static boolean isDevice(int number) {
        try {
            Object mode = Files.getAttribute(Path.of("/proc/self/fd", Integer.toString(number)), "unix:mode");
            int type = mode instanceof Integer bits ? bits & TYPE : 0;
            return type == Constants.S_IFCHR || type == Constants.S_IFBLK;
        } catch (IOException e) {
            return true; // It is closed, or not ours to look at.
        }
    }
}
