package boxwright.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Our numbers are those of the kernel's own headers. */
class SystemCallTest {
    private static final Pattern DEFINITION = Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)");

    @Test
    void theNumbersForAarch64AreThoseOfTheGenericHeader() throws IOException {
        compare(Architecture.AARCH64, Path.of("/usr/include/asm-generic/unistd.h"));
    }

    @Test
    void theNumbersForX86AreThoseOfItsHeader() throws IOException {
        compare(Architecture.X86_64, Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"));
    }

    private static void compare(Architecture architecture, Path header) throws IOException {
        assumeTrue(Files.exists(header), "needs the kernel's header " + header + " (Debian: linux-libc-dev)");
        Map<String, Integer> numbers = DEFINITION
                .matcher(Files.readString(header))
                .results()
                .collect(Collectors.toMap(
                        found -> found.group(1), found -> Integer.valueOf(found.group(2)), (a, b) -> a));
        for (SystemCall call : SystemCall.values()) {
            assertThat(numbers)
                    .as(call + " on " + architecture)
                    .containsEntry(call.symbol(), call.number(architecture));
        }
    }
}
