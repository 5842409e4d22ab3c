package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxwright.isolation.cgroup.Setting;
import boxwright.runtime.spec.SpecException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a {@code cgroupsPath} of systemd's form means; SystemdTest has systemd make it. */
class SystemdScopeTest {
    @ParameterizedTest
    @CsvSource({
        "machine.slice:libpod:abc, machine.slice, libpod-abc.scope, /machine.slice/libpod-abc.scope",
        "kubepods-burstable-pod1.slice:cri-containerd:abc, kubepods-burstable-pod1.slice, cri-containerd-abc.scope,"
                + " /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-abc.scope",
        "-.slice:a:b, -.slice, a-b.scope, /a-b.scope",
        "::name, system.slice, name.scope, /system.slice/name.scope",
        "'', system.slice, boxwright-id, /system.slice/boxwright-id.scope",
    })
    void isAScopeInASlice(String path, String slice, String unit, String directory) {
        SystemdScope scope = SystemdScope.of(new Systemd(false), "", path, "id", Map.of(), Map.of());

        assertThat(scope.slice()).isEqualTo(slice);
        assertThat(scope.unit().name()).startsWith(unit).endsWith(".scope");
        assertThat(scope.path()).isEqualTo(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/b",
                "a:b",
                "a.slice:b:",
                "a.slice:b:c:d",
                "a:b:c",
                "a--b.slice:b:c",
                "-a.slice:b:c",
                "a-.slice:b:c",
                ".slice:b:c",
                "a/b.slice:b:c",
                "a.slice:b:c.slice"
            })
    void anythingElseIsRefused(String path) {
        assertThatThrownBy(() -> SystemdScope.of(new Systemd(false), "", path, "id", Map.of(), Map.of()))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("linux.cgroupsPath");
    }

    @Test
    void limitsAreItsPropertiesWhereItHasNamesForThem() {
        Map<String, String> properties = SystemdScope.properties(List.of(
                List.of(
                        new Setting("memory.max", "67108864", ""),
                        new Setting("memory.swap.max", "max", ""),
                        new Setting("memory.oom.group", "1", "")),
                List.of(
                        new Setting("cpu.max", "12345 100000", ""),
                        new Setting("cpu.weight", "100", ""),
                        new Setting("cpuset.cpus", "0-1,3", "")),
                List.of(new Setting("io.weight", "default 50", ""), new Setting("pids.max", "max", ""))));

        assertThat(properties)
                .containsOnly(
                        Map.entry("MemoryMax", "67108864"),
                        Map.entry("MemorySwapMax", "infinity"),
                        Map.entry("CPUQuota", "12.35%"),
                        Map.entry("CPUQuotaPeriodSec", "100000us"),
                        Map.entry("CPUWeight", "100"),
                        Map.entry("AllowedCPUs", "0-1,3"),
                        Map.entry("IOWeight", "50"),
                        Map.entry("TasksMax", "infinity"));
    }

    @Test
    void annotationsOfEnginesAreProperties() {
        assertThat(SystemdScope.asked(Map.of(
                        "org.systemd.property.TimeoutStopUSec", "uint64 30000000",
                        "org.systemd.property.CollectMode", "'inactive-or-failed'",
                        "org.systemd.property.After", "['crio.service', 'network.target']",
                        "org.systemd.property.SendSIGHUP", "true",
                        "other", "x")))
                .containsOnly(
                        Map.entry("TimeoutStopSec", "30000000us"),
                        Map.entry("CollectMode", "inactive-or-failed"),
                        Map.entry("After", "crio.service  network.target"),
                        Map.entry("SendSIGHUP", "true"));
    }
}
