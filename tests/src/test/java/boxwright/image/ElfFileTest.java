package boxwright.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElfFileTest {
    @TempDir
    Path temp;

    @Test
    void says_of_this_machines_programs_and_libraries_what_readelf_says() throws Exception {
        Commands.assumeProgram("readelf", "the oracle (package binutils)");
        List<Path> files = new ArrayList<>();
        for (String name : List.of("sh", "bash", "ls", "ps", "mount", "ip", "vi", "strace", "busybox", "env")) {
            for (String directory : List.of("/usr/bin", "/usr/sbin", "/bin")) {
                Path file = Path.of(directory, name);
                if (Files.exists(file)) files.add(file.toRealPath());
            }
        }
        for (String directory :
                List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/lib")) {
            if (!Files.isDirectory(Path.of(directory))) continue;
            try (Stream<Path> list = Files.list(Path.of(directory))) {
                list.filter(file -> file.getFileName().toString().matches("lib.*\\.so\\.[0-9.]+"))
                        .filter(Files::isRegularFile)
                        .limit(40)
                        .forEach(files::add);
            }
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) assertSameAsReadelf(file);
    }

    @ParameterizedTest
    @CsvSource({
        "64,LITTLE_ENDIAN,62",
        "64,LITTLE_ENDIAN,183",
        "32,LITTLE_ENDIAN,3",
        "32,BIG_ENDIAN,8",
        "64,BIG_ENDIAN,22"
    })
    void reads_both_classes_and_both_byte_orders(int bits, String order, int machine) throws Exception {
        ByteOrder byteOrder = order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        Path file = TinyElf.program("/lib/ld.so.1")
                .needs("libone.so.1", "libtwo.so")
                .with(TinyElf.RUNPATH, "$ORIGIN/../lib:/opt/lib")
                .as(bits, byteOrder, machine)
                .writeTo(temp.resolve("program"));

        ElfFile elf = ElfFile.read(file);

        assertThat(elf.bits()).isEqualTo(bits);
        assertThat(elf.order()).isEqualTo(byteOrder);
        assertThat(elf.machine()).isEqualTo(machine);
        assertThat(elf.type()).isEqualTo(ElfFile.Type.SHARED);
        assertThat(elf.interpreter()).contains("/lib/ld.so.1");
        assertThat(elf.needed()).containsExactly("libone.so.1", "libtwo.so");
        assertThat(elf.runpath()).containsExactly("$ORIGIN/../lib", "/opt/lib");
        assertThat(elf.pie()).isTrue();
        assertThat(elf.isStatic()).isFalse();
        if (Files.isExecutable(Path.of("/usr/bin/readelf"))) assertSameAsReadelf(file);
    }

    @Test
    void knows_a_static_program_from_a_library() throws Exception {
        Path program = TinyElf.staticProgram().writeTo(temp.resolve("static"));
        Path pie = TinyElf.program("").writeTo(temp.resolve("static-pie"));
        Path library = TinyElf.library("libx.so.1").writeTo(temp.resolve("libx.so.1"));

        assertThat(ElfFile.read(program).isStatic()).isTrue();
        assertThat(ElfFile.read(pie).isStatic()).isTrue();
        assertThat(ElfFile.read(library).isStatic()).isFalse();
    }

    @Test
    void refuses_what_is_not_elf_and_says_so() throws Exception {
        Path script = Files.writeString(temp.resolve("script"), "#!/bin/sh\necho no header here\n");
        assertThatThrownBy(() -> ElfFile.read(script))
                .isInstanceOf(ImageException.class)
                .hasMessageContainingAll(script.toString(), "does not begin with 0x7f E L F", "Reinstall");
        assertThatThrownBy(() -> ElfFile.read(temp)).hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> ElfFile.read(temp.resolve("none"))).hasMessageContaining("No such file or directory");
        assertThatThrownBy(() -> ElfFile.read(Path.of("/dev/zero"))).hasMessageContaining("not a regular file");
    }

    @Test
    void refuses_a_file_that_was_cut_off_at_any_byte() throws Exception {
        byte[] whole =
                TinyElf.program("/lib/ld.so.1").needs("liba.so", "libb.so").bytes();
        Path file = temp.resolve("cut");
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ElfFile.read(file))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(ImageException.class);
        }
    }

    @Test
    void answers_a_spoilt_file_with_an_image_exception_or_an_answer_and_nothing_else() throws Exception {
        byte[] whole = TinyElf.program("/lib/ld.so.1")
                .needs("liba.so")
                .with(TinyElf.RPATH, "/x:/y")
                .bytes();
        Random random = new Random(20251);
        Path file = temp.resolve("spoilt");
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] spoilt = whole.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                // Extreme values find more than random ones do.
                int at = random.nextInt(spoilt.length);
                byte value = random.nextBoolean() ? (byte) 0xff : (byte) random.nextInt(256);
                for (int k = at; k < Math.min(spoilt.length, at + 1 + random.nextInt(8)); k++) spoilt[k] = value;
            }
            Files.write(file, spoilt);
            try {
                ElfFile.read(file);
            } catch (ImageException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(300, 2999);
    }

    private static void assertSameAsReadelf(Path file) throws IOException, InterruptedException {
        ElfFile elf = ElfFile.read(file);
        String text =
                Commands.run("readelf", "-W", "-h", "-l", "-d", file.toString()).output();
        assertThat(elf.bits()).as("%s", file).isEqualTo(text.contains("ELF64") ? 64 : 32);
        assertThat(elf.needed()).as("needed by %s", file).isEqualTo(all(text, "\\(NEEDED\\).*\\[(.*)]"));
        assertThat(elf.soname()).as("soname of %s", file).isEqualTo(first(text, "\\(SONAME\\).*\\[(.*)]"));
        assertThat(String.join(":", elf.rpath()))
                .isEqualTo(first(text, "\\(RPATH\\).*\\[(.*)]").orElse(""));
        assertThat(String.join(":", elf.runpath()))
                .isEqualTo(first(text, "\\(RUNPATH\\).*\\[(.*)]").orElse(""));
        assertThat(elf.interpreter())
                .as("interpreter of %s", file)
                .isEqualTo(first(text, "Requesting program interpreter: (.*)]"));
        assertThat(elf.pie()).as("PIE of %s", file).isEqualTo(text.matches("(?s).*FLAGS_1\\)[^\n]* PIE.*"));
    }

    private static List<String> all(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        List<String> found = new ArrayList<>();
        while (matcher.find()) found.add(matcher.group(1));
        return found;
    }

    private static Optional<String> first(String text, String pattern) {
        return all(text, pattern).stream().findFirst();
    }
}
