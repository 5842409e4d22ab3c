package boxwright.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes in the listings are what an assembler makes of the mnemonics beside them. */
class MachineCodeTest {
    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theBytesAreWhatTheAssemblerMakesOfTheMnemonics(Architecture architecture, @TempDir Path directory)
            throws IOException {
        boolean native64 = architecture == Architecture.current();
        String prefix =
                native64 ? "" : architecture == Architecture.AARCH64 ? "aarch64-linux-gnu-" : "x86-64-linux-gnu-";
        String assembler = Machine.needs(prefix + "as");
        String objcopy = Machine.needs(prefix + "objcopy");
        StringBuilder source = new StringBuilder(architecture == Architecture.X86_64 ? ".intel_syntax noprefix\n" : "");
        StringBuilder hex = new StringBuilder();
        for (String line : architecture.launcherCode().listing().lines().toList()) {
            int gap = line.indexOf("  ");
            hex.append(line, 0, gap).append(' ');
            source.append(line.substring(gap).replaceFirst(";.*", "").strip()).append('\n');
        }
        Files.writeString(directory.resolve("launcher.s"), source);
        String object = directory.resolve("launcher.o").toString();
        String binary = directory.resolve("launcher.bin").toString();

        Machine.Ran assembled = Machine.run(
                assembler, "-o", object, directory.resolve("launcher.s").toString());
        assertThat(assembled.output()).isEmpty();
        Machine.Ran copied = Machine.run(objcopy, "-O", "binary", "--only-section=.text", object, binary);
        assertThat(copied.output()).isEmpty();

        String expected = HexFormat.ofDelimiter(" ").formatHex(Files.readAllBytes(Path.of(binary)));
        assertThat(hex.toString().strip()).isEqualTo(expected);
        assertThat(HexFormat.ofDelimiter(" ")
                        .formatHex(architecture.launcherCode().bytes()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theMachineCodeIsSmallerThanAKilobyte(Architecture architecture) {
        assertThat(architecture.launcherCode().bytes()).hasSizeBetween(100, 1023);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void readelfFindsTwoSegmentsAndAStackThatIsNotExecutable(Architecture architecture, @TempDir Path directory)
            throws IOException {
        Plan plan = Plan.of(lines -> lines.exit_group(0));
        LauncherFile file = LauncherFile.of(plan, architecture, directory);

        String elf = Machine.run(
                        Machine.needs("readelf"), "-hlW", file.executable().toString())
                .output();

        String machine = architecture == Architecture.X86_64 ? "Advanced Micro Devices X86-64" : "AArch64";
        int codeSize = 232 + architecture.launcherCode().bytes().length;
        assertThat(elf).doesNotContainIgnoringCase("warning").doesNotContainIgnoringCase("error");
        assertThat(elf)
                .contains("Class:                             ELF64")
                .contains("EXEC (Executable file)")
                .contains("Machine:                           " + machine)
                .contains("Entry point address:               0x4000e8")
                .contains("Number of program headers:         3");
        String page = architecture == Architecture.X86_64 ? "0x1000" : "0x10000";
        String plansOffset = architecture == Architecture.X86_64 ? "0x001000" : "0x010000";
        assertThat(segments(elf))
                .containsExactly(
                        "LOAD 0x000000 0x0000000000400000 0x0000000000400000 0x%06x 0x%06x R E %s"
                                .formatted(codeSize, codeSize, page),
                        "LOAD %s 0x0000000000500000 0x0000000000500000 0x%06x 0x%06x RW %s"
                                .formatted(
                                        plansOffset,
                                        file.encoded().bytes().length,
                                        file.encoded().bytes().length,
                                        page),
                        "GNU_STACK 0x000000 0x0000000000000000 0x0000000000000000 0x000000 0x000000 RW 0x10");
    }

    private static List<String> segments(String elf) {
        return elf.lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .filter(line -> line.startsWith("LOAD ") || line.startsWith("GNU_STACK "))
                .toList();
    }
}
