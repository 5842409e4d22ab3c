package boxwright.isolation.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.isolation.seccomp.SeccompCompiler.Compiled;
import boxwright.kernel.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramCacheTest {
    private static final String PROFILE = "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\":"
            + " [{\"names\": [\"read\", \"raed\"], \"action\": \"SCMP_ACT_ALLOW\"}]}";

    @TempDir
    private Path directory;

    private final AtomicInteger read = new AtomicInteger();

    private Compiled compiled(Path place, String text, ProfileContext context) {
        return new ProgramCache(place).compiled(text, context, () -> {
            read.incrementAndGet();
            return ProfileReader.read(text);
        });
    }

    private static ProfileContext context(Architecture architecture, int patchlevel, String... capabilities) {
        return new ProfileContext(architecture, Set.of(capabilities), new KernelVersion(6, patchlevel));
    }

    @Test
    void aProfileIsReadAndCompiledOnce() {
        ProfileContext context = context(Architecture.X86_64, 12, "CAP_CHOWN");

        Compiled first = compiled(directory, PROFILE, context);
        Compiled second = compiled(directory, PROFILE, context);

        assertThat(second).isEqualTo(first);
        assertThat(second.unknownNames()).containsExactly("raed");
        assertThat(read).hasValue(1);
    }

    @Test
    void whateverTheProgramDependsOnMakesAnotherOne() throws IOException {
        List<ProfileContext> contexts = List.of(
                context(Architecture.X86_64, 12),
                context(Architecture.AARCH64, 12),
                context(Architecture.X86_64, 13),
                context(Architecture.X86_64, 12, "CAP_CHOWN"));
        contexts.forEach(context -> compiled(directory, PROFILE, context));
        compiled(directory, PROFILE + " ", contexts.getFirst());

        assertThat(read).hasValue(5);
        assertThat(files()).hasSize(5);
    }

    @Test
    void aDamagedFileIsAsGoodAsNone() throws IOException {
        ProfileContext context = context(Architecture.X86_64, 12);
        Compiled good = compiled(directory, PROFILE, context);
        Path file = files().getFirst();
        byte[] content = Files.readAllBytes(file);
        for (int at : new int[] {0, 5, content.length / 2, content.length - 1}) {
            byte[] damaged = content.clone();
            damaged[at] ^= 4;
            Files.write(file, damaged);
            assertThat(compiled(directory, PROFILE, context)).isEqualTo(good);
        }
        Files.write(file, new byte[3]);
        assertThat(compiled(directory, PROFILE, context)).isEqualTo(good);
        assertThat(read).hasValue(6);
    }

    @Test
    void aCacheThatCannotBeWrittenToIsNone() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        ProfileContext context = context(Architecture.X86_64, 12);

        assertThat(compiled(file, PROFILE, context)).isEqualTo(compiled(file.resolve("x"), PROFILE, context));
    }

    @Test
    void theCacheDoesNotGrowForEver() throws IOException {
        for (int i = 0; i < 600; i++) {
            compiled(directory, PROFILE + " ".repeat(i), context(Architecture.X86_64, 12));
        }
        assertThat(files().size()).isLessThanOrEqualTo(256);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
