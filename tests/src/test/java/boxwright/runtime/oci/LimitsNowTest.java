package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxwright.isolation.cgroup.Setting;
import boxwright.runtime.spec.ConfigurationReader;
import boxwright.runtime.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an update writes to which file, in groups that are plain directories: of version 2, and of a machine with both. */
class LimitsNowTest {
    @TempDir
    Path directory;

    private Path second = Path.of("/nonexistent");
    private Path first = Path.of("/nonexistent");

    @BeforeEach
    void groups() throws IOException {
        second = Files.createDirectory(directory.resolve("second"));
        first = Files.createDirectory(directory.resolve("first"));
        controllers("cpuset cpu io memory pids");
        limits("50000 100000", "67108864", "67108864");
    }

    private void controllers(String controllers) throws IOException {
        Files.writeString(second.resolve("cgroup.controllers"), controllers + "\n");
    }

    private void limits(String cpu, String memory, String swap) throws IOException {
        Files.writeString(second.resolve("cpu.max"), cpu + "\n");
        Files.writeString(second.resolve("memory.max"), memory + "\n");
        Files.writeString(second.resolve("memory.swap.max"), swap + "\n");
    }

    private static List<String> written(List<Path> groups, String json) throws IOException {
        List<String> written = new ArrayList<>();
        for (List<Setting> settings : Update.settings(groups, ConfigurationReader.readResources("update", json))
                .values()) {
            settings.forEach(setting -> written.add(setting.file() + "=" + setting.value()));
        }
        return written;
    }

    private String alone(String json) throws IOException {
        return String.join(", ", written(List.of(second), json));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"cpu": {"period": 50000}}                          | cpu.max=50000 50000
            {"cpu": {"quota": 20000}}                           | cpu.max=20000
            {"cpu": {"quota": -1}}                              | cpu.max=max
            {"memory": {"limit": 33554432}}                     | memory.max=33554432, memory.swap.max=100663296
            {"memory": {"swap": 100663296}}                     | memory.max=67108864, memory.swap.max=33554432
            {"memory": {"limit": 33554432, "swap": 33554432}}   | memory.max=33554432, memory.swap.max=0
            {"memory": {"limit": 33554432, "swap": -1}}         | memory.max=33554432, memory.swap.max=max
            {"memory": {"limit": -1}}                           | memory.max=max, memory.swap.max=max
            """)
    void theOtherHalfOfAPairStays(String asked, String written) throws IOException {
        assertThat(alone(asked)).isEqualTo(written);
    }

    @Test
    void whereNothingIsLimitedThereIsNothingToKeep() throws IOException {
        limits("max 100000", "max", "max");

        assertThat(alone("{\"cpu\": {\"period\": 50000}}")).isEqualTo("cpu.max=max 50000");
        assertThat(alone("{\"memory\": {\"limit\": 1048576}}")).isEqualTo("memory.max=1048576");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            67108864 | {"memory": {"limit": 268435456}}   | above that of memory and swap together
            max      | {"memory": {"swap": 268435456}}    | needs a limit of memory too
            67108864 | {"memory": {"swap": 1048576}}      | less than limit
            67108864 | {"memory": {"swappiness": 10}}     | version 2 have no such setting
            """)
    void whatCannotBeIsRefused(String memory, String asked, String complaint) throws IOException {
        limits("max 100000", memory, "67108864");

        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> alone(asked))
                .withMessageContaining(complaint);
    }

    @Test
    void onAMachineWithBothVersionsEachControllerIsWhereItIs() throws IOException {
        String asked = "{\"memory\": {\"limit\": 33554432, \"swappiness\": 10}, \"pids\": {\"limit\": 5},"
                + " \"cpu\": {\"shares\": 1024}}";

        controllers("");
        Files.delete(second.resolve("memory.max"));
        Files.delete(second.resolve("memory.swap.max"));
        assertThat(written(List.of(first, second), asked))
                .containsExactlyInAnyOrder(
                        "memory.limit_in_bytes=33554432", "memory.swappiness=10", "cpu.shares=1024", "pids.max=5");
        controllers("cpu io");
        assertThat(written(List.of(first, second), asked))
                .containsExactlyInAnyOrder(
                        "memory.limit_in_bytes=33554432", "memory.swappiness=10", "cpu.weight=100", "pids.max=5");
    }
}
