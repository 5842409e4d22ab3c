package boxwright.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Plan;
import boxwright.kernel.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerPathTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "//, /",
        "/a, /a",
        "/a/, /a",
        "//a//b, /a/b",
        "/./a/./b/., /a/b",
        "/a/../b, /b",
        "/.., /",
        "/../../a, /a",
        "/a/b/../../.., /",
        "/..a/b.., /..a/b.."
    })
    void aPathIsCleanedAsWords(String path, String clean) {
        assertThat(ContainerPath.clean(path)).isEqualTo(clean);
    }

    @Test
    void whatIsMissingIsMadeFromGuardedDirectoriesOnly() {
        Plan plan = Plan.of(lines -> {
            ContainerPath.of("/a/b/c").openOrMake(lines, Slot.of("place"), false, "");
            lines.exit_group(0);
        });

        String guarded = "{flags=O_RDONLY|O_PATH, resolve=RESOLVE_NO_MAGICLINKS}, 24)";
        assertThat(plan.flat().stream().map(Object::toString))
                .containsExactly(
                        "openat2(AT_FDCWD, \"/a/b/c\", " + guarded,
                        "mkdirat(AT_FDCWD, \"/a\", 0755)",
                        "openat2(AT_FDCWD, \"/a\", " + guarded,
                        "mkdirat(parent, \"b\", 0755)",
                        "openat2(AT_FDCWD, \"/a/b\", " + guarded,
                        "mknodat(parent, \"c\", S_IFREG|0644, 0)",
                        "openat2(AT_FDCWD, \"/a/b/c\", " + guarded,
                        "exit_group(0)");
    }

    @Test
    void outerVolumesComeBeforeInnerOnesAndElseTheOrderStays() {
        Volumes volumes = new Volumes(List.of(memory("/b/c"), memory("/z"), memory("/a"), memory("/a/b/c")));

        assertThat(volumes.all().stream().map(Volume::target)).containsExactly("/z", "/a", "/b/c", "/a/b/c");
    }

    private static Volume memory(String target) {
        return new Volume.Memory(target, 0, "");
    }
}
