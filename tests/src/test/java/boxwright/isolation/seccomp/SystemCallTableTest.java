package boxwright.isolation.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Architecture;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table against the kernel's headers on this machine, which may be older than the table and never say otherwise. */
class SystemCallTableTest {
    private static final Path X86 = Path.of("/usr/include/x86_64-linux-gnu/asm");
    private static final Path GENERIC = Path.of("/usr/include/asm-generic/unistd.h");
    private static final Pattern PLAIN = Pattern.compile("#define __NR_(\\w+) (\\d+)\n");
    private static final Pattern X32 = Pattern.compile("#define __NR_(\\w+) \\(__X32_SYSCALL_BIT \\+ (\\d+)\\)");

    @Test
    void theNumbersOfX86AreThoseOfItsHeaders() throws IOException {
        compare(Abi.X86_64, X86.resolve("unistd_64.h"), PLAIN);
        compare(Abi.X86, X86.resolve("unistd_32.h"), PLAIN);
        compare(Abi.X32, X86.resolve("unistd_x32.h"), X32);
    }

    private static void compare(Abi abi, Path header, Pattern definition) throws IOException {
        Map<String, Integer> expected = definitions(header, definition);
        assertThat(expected).as(header.toString()).hasSizeGreaterThan(300);

        Map<String, Integer> ours = numbers(abi, Integer.MAX_VALUE);
        assertThat(ours).as(abi.toString()).containsAllEntriesOf(expected);
        // What is newer than the header has a number that the header gives to nothing.
        ours.keySet().removeAll(expected.keySet());
        assertThat(ours.values()).as("only in the table").doesNotContainAnyElementsOf(expected.values());
        assertThat(ours.size()).as("only in the table: " + ours).isLessThan(30);
    }

    @Test
    void theNumbersOfAarch64AreThoseOfTheGenericHeader() throws IOException {
        Map<String, Integer> header = definitions(GENERIC, Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)\n"));
        header.put("newfstatat", header.get("fstatat"));
        assertThat(header).containsEntry("clone3", 435);

        Map<String, Integer> ours = numbers(Abi.AARCH64, 450);
        assertThat(header).containsAllEntriesOf(ours);
        header.keySet().removeAll(ours.keySet());
        header.keySet().removeIf(name -> name.endsWith("time64") || name.matches("clock_.*64|timer.*64"));
        // What is left is for 32-bit machines, or other names of the same.
        assertThat(header.keySet())
                .containsExactlyInAnyOrder("fstatat", "sync_file_range2", "syscalls", "arch_specific_syscall");
    }

    @Test
    void theNumbersOfPlansAreInTheTable() {
        for (SystemCall call : SystemCall.values()) {
            assertThat(SystemCallTable.number(call.symbol(), Abi.X86_64)).isEqualTo(call.number(Architecture.X86_64));
            assertThat(SystemCallTable.number(call.symbol(), Abi.AARCH64)).isEqualTo(call.number(Architecture.AARCH64));
        }
    }

    /** There is no header for it here; these are of {@code arch/arm/tools/syscall.tbl} and {@code asm/unistd.h}. */
    @Test
    void theNumbersOfArmAreThoseOfItsTable() {
        Map<String, Integer> some = Map.of(
                "exit",
                1,
                "read",
                3,
                "socket",
                281,
                "recv",
                291,
                "send",
                289,
                "arm_fadvise64_64",
                270,
                "rseq",
                398,
                "migrate_pages",
                400,
                "clone3",
                435,
                "set_tls",
                0xf0005);
        assertThat(numbers(Abi.ARM, Integer.MAX_VALUE))
                .containsAllEntriesOf(some)
                .hasSizeGreaterThan(400);
    }

    @ParameterizedTest
    @EnumSource(Abi.class)
    void noNumberHasTwoNames(Abi abi) {
        Map<Integer, String> names = new HashMap<>();
        numbers(abi, Integer.MAX_VALUE).forEach((name, number) -> {
            String other = names.put(number, name);
            boolean alias = Set.of("sync_file_range2", "arm_sync_file_range").contains(name);
            assertThat(other == null || alias).as(name + " and " + other).isTrue();
        });
    }

    private static Map<String, Integer> numbers(Abi abi, int largest) {
        Map<String, Integer> numbers = new TreeMap<>();
        for (String name : SystemCallTable.names()) {
            int number = SystemCallTable.number(name, abi);
            if (number >= 0 && number - abi.base() <= largest) {
                numbers.put(name, number - abi.base());
            }
        }
        return numbers;
    }

    private static Map<String, Integer> definitions(Path header, Pattern definition) throws IOException {
        assumeTrue(Files.exists(header), "needs the kernel's header " + header + " (Debian: linux-libc-dev)");
        Map<String, Integer> numbers = new TreeMap<>();
        for (Matcher found = definition.matcher(Files.readString(header)); found.find(); ) {
            numbers.put(found.group(1), Integer.valueOf(found.group(2)));
        }
        return numbers;
    }
}
