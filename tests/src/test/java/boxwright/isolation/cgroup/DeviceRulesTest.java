package boxwright.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"c 1:3 rwm", "b *:* m", "a *:* rwm", "c 136:* rw", "b 8:0 r", "c 4095:1048575 w"})
    void aRuleReadsAsItIsWritten(String rule) {
        assertThat(DeviceRule.of(rule)).hasToString(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c",
                "c 1",
                "c 1:3",
                "c 1:3 ",
                "c 1:3 x",
                "c 1:3 rr",
                "d 1:3 r",
                "c -1:3 r",
                "c 1:x r",
                "c 1:3 r w",
                "c 99999999999:3 r",
                "c 5000:1 r",
                "cc 1:3 r",
                "c1:3 r",
                "c 1 3:r",
                "c :3 r"
            })
    void whatIsNoRuleIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DeviceRule.of(text));
    }

    @Test
    void theLettersMayComeInAnyOrder() {
        assertThat(DeviceRule.of("c 1:3 mwr")).isEqualTo(DeviceRule.of("c 1:3 rwm"));
    }

    @Test
    void rulesAboutTheSameDevicesAddUp() {
        DeviceRules rules = new DeviceRules(List.of(DeviceRule.of("c 1:3 r")));

        assertThat(rules.and(List.of(DeviceRule.of("c 1:3 w"), DeviceRule.of("b 1:3 m")))
                        .allowed())
                .extracting(DeviceRule::toString)
                .containsExactly("c 1:3 rw", "b 1:3 m");
    }

    @Test
    void withoutFlagsItIsDockersList() {
        assertThat(DeviceRules.asDockerDoes().allowed())
                .extracting(DeviceRule::toString)
                .containsExactlyInAnyOrder(
                        "c *:* m",
                        "b *:* m",
                        "c 1:3 rwm",
                        "c 1:5 rwm",
                        "c 1:7 rwm",
                        "c 1:8 rwm",
                        "c 1:9 rwm",
                        "c 5:0 rwm",
                        "c 5:1 rwm",
                        "c 5:2 rwm",
                        "c 136:* rwm");
    }
}
