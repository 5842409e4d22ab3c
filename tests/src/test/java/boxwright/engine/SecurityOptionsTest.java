package boxwright.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import boxwright.isolation.LandlockRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityOptionsTest {
    private static SecurityOptions options(String... words) {
        return SecurityOptions.of(List.of(words));
    }

    @Test
    void withoutAWordEverythingIsTheDefault() {
        assertThat(options()).isEqualTo(new SecurityOptions(false, "", "", List.of(), List.of(), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-new-privileges", "no-new-privileges=true", "no-new-privileges:true"})
    void newPrivilegesCanBeRuledOut(String word) {
        assertThat(options(word).noNewPrivileges()).isTrue();
        assertThat(options(word, "no-new-privileges=false").noNewPrivileges()).isFalse();
    }

    @Test
    void theLastOneCountsAndListsAddUp() {
        SecurityOptions options = options(
                "seccomp=unconfined",
                "seccomp={\"a\": \"b=c\"}",
                "apparmor=one",
                "apparmor:two",
                "label=type:svirt_t",
                "label=level:s0:c1,c2",
                "landlock=ro:/",
                "landlock=rw:/data",
                "systempaths=unconfined");

        assertThat(options)
                .isEqualTo(new SecurityOptions(
                        false,
                        "{\"a\": \"b=c\"}",
                        "two",
                        List.of("type:svirt_t", "level:s0:c1,c2"),
                        List.of(new LandlockRule.ReadBeneath("/"), new LandlockRule.WriteBeneath("/data")),
                        true));
        assertThat(options("seccomp=x", "seccomp=builtin").seccomp()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "=",
                "selinux=on",
                "no-new-privileges=maybe",
                "seccomp",
                "seccomp=",
                "apparmor",
                "apparmor= ",
                "label=",
                "label=type",
                "label=type:",
                "label=kind:x",
                "label=type:a\"b",
                "landlock",
                "landlock=all",
                "systempaths=confined"
            })
    void whatMakesNoSenseIsRefused(String word) {
        assertThatIllegalArgumentException().isThrownBy(() -> options(word));
    }

    @Test
    void aRequestThatIsNotFromTheCommandLineIsCheckedToo() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new PrivilegeRequest(List.of(), List.of(), "", List.of(), false, List.of("nonsense")));
    }

    @Test
    void labelsAreThoseOfContainerSelinuxWithOtherPartsInTheirPlaces() {
        assertThat(SeLinuxLabels.of(List.of()))
                .isEqualTo(
                        new SeLinuxLabels("system_u:system_r:container_t:s0", "system_u:object_r:container_file_t:s0"));
        assertThat(SeLinuxLabels.of(List.of("user:u", "role:r", "type:t", "filetype:f", "level:s0:c1,c2")))
                .isEqualTo(new SeLinuxLabels("u:r:t:s0:c1,c2", "u:object_r:f:s0:c1,c2"));
    }
}
