package boxwright.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxwright.isolation.ResourceLimits;
import boxwright.isolation.ResourceLimits.Limit;
import boxwright.isolation.ResourceLimits.Resource;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is forgotten here, a program that joins a container would not be held back by. */
class StateFileTest {
    private static final PrivilegeRequest PRIVILEGES = new PrivilegeRequest(
            List.of("SYS_TIME", "CHOWN"),
            List.of("ALL"),
            "1000:\"wheel\"",
            List.of("audio", "7"),
            true,
            List.of("no-new-privileges", "seccomp={\"defaultAction\": \"SCMP_ACT_ALLOW\"}\n", "apparmor=x"));
    private static final ResourceLimits RESOURCES = new ResourceLimits(
            List.of(new Limit(Resource.NOFILE, 10, 20), new Limit(Resource.CORE, 0, -1)), OptionalInt.of(-1000));

    private static final ContainerState STATE = new ContainerState(
            "5d1e".repeat(16),
            Optional.of("web.1"),
            "/srv/a \"root\"",
            List.of("sh", "-c", "echo \u00e9\n\t\\ \u202e"),
            1764038400123L,
            4711,
            9_876_543_210L,
            Map.of("PATH", "/bin:/usr/bin", "EMPTY", "", "QUOTED", "\"'\\\n", "=strange", "=x="),
            "/srv",
            PRIVILEGES,
            RESOURCES,
            new StopRequest(12, -1));

    @Test
    void everythingComesBackAsItWas(@TempDir Path directory) throws Exception {
        StateFile file = new StateFile(directory);

        assertThat(file.read()).isEmpty();
        file.write(STATE);
        assertThat(file.read()).contains(STATE);
        try (var files = Files.list(directory)) {
            assertThat(files).as("nothing is left of writing it").hasSize(1);
        }
        ContainerState plain = new ContainerState(
                "0",
                Optional.empty(),
                "host",
                List.of("sh"),
                0,
                1,
                2,
                Map.of(),
                "",
                PrivilegeRequest.usual(),
                new ResourceLimits(List.of(), OptionalInt.empty()),
                StopRequest.usual());
        file.write(plain);
        assertThat(file.read()).contains(plain);
    }

    /** A new component of one of these has to be written down: the test above only sees it if it has a value here. */
    @Test
    void theExampleLeavesNothingOut() throws Exception {
        differs(PRIVILEGES, PrivilegeRequest.usual());
        differs(RESOURCES, new ResourceLimits(List.of(), OptionalInt.empty()));
        differs(STATE.stop(), StopRequest.usual());
    }

    private static void differs(Record example, Record usual) throws Exception {
        for (RecordComponent component : example.getClass().getRecordComponents()) {
            assertThat(component.getAccessor().invoke(example))
                    .as(example.getClass().getSimpleName() + "." + component.getName())
                    .isNotEqualTo(component.getAccessor().invoke(usual));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "null",
                "{\"schema\": 1}",
                "{\"schema\": \"boxwright.state/1\"}",
                "{\"schema\": \"boxwright.state/2\"}",
                "{\"schema\": \"boxwright.state/1\", \"id\": {}}",
                "\u0000\u0001"
            })
    void anotherFileIsNoState(String text, @TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("state.json"), text);

        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> new StateFile(directory).read())
                .withMessageContaining("state.json is ");
    }
}
