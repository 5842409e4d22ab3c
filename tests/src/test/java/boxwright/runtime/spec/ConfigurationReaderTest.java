package boxwright.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxwright.runtime.spec.Configuration.IdMapping;
import boxwright.runtime.spec.Resources.DeviceRule;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading config.json: what is there is read, what is of a wrong type is refused with its place. */
class ConfigurationReaderTest {
    private static final String WHOLE = """
            {
              "ociVersion": "1.2.0", "hostname": "box", "domainname": "example.org", "annotations": {"a.b": "c"},
              "process": {
                "terminal": true, "consoleSize": {"height": 25, "width": 80},
                "user": {"uid": 1, "gid": 4294967295, "umask": 63, "additionalGids": [5, 6]},
                "args": ["sh", "-c"], "env": ["A=b"], "cwd": "/root",
                "capabilities": {"bounding": ["CAP_KILL"], "ambient": []},
                "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 18446744073709551615, "soft": 1024}],
                "noNewPrivileges": true, "oomScoreAdj": -7, "apparmorProfile": "p", "selinuxLabel": "l",
                "scheduler": {"policy": "SCHED_BATCH", "nice": -5, "flags": ["SCHED_FLAG_RESET_ON_FORK"]},
                "ioPriority": {"class": "IOPRIO_CLASS_IDLE", "priority": 4},
                "execCPUAffinity": {"initial": "0-1", "final": "2"}
              },
              "root": {"path": "rootfs", "readonly": true},
              "mounts": [{"destination": "/x", "type": "bind", "source": "/y", "options": ["rbind", "ro"],
                "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 10}], "gidMappings": null}],
              "hooks": {"prestart": [{"path": "/h", "args": ["h", "x"], "env": ["K=v"], "timeout": 3}], "poststop": [{"path": "/i"}]},
              "linux": {
                "namespaces": [{"type": "pid"}, {"type": "network", "path": "/run/netns/a"}],
                "timeOffsets": {"boottime": {"secs": -3, "nanosecs": 5}},
                "devices": [{"path": "/dev/fuse", "type": "c", "major": 10, "minor": 229, "fileMode": 438, "uid": 0}],
                "cgroupsPath": "/a/b",
                "resources": {
                  "devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": -1}],
                  "memory": {"limit": 1048576, "swap": -1, "disableOOMKiller": false},
                  "cpu": {"shares": 512, "cpus": "0-1"}, "pids": {"limit": 50},
                  "blockIO": {"weight": 10, "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 600}]},
                  "hugepageLimits": [{"pageSize": "2MB", "limit": 9223372036854775808}],
                  "network": {"classID": 7, "priorities": [{"name": "eth0", "priority": 500}]},
                  "rdma": {"mlx5_1": {"hcaHandles": 3}}, "unified": {"memory.high": "1"}
                },
                "sysctl": {"net.core.somaxconn": "256"}, "rootfsPropagation": "slave",
                "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"], "mountLabel": "m",
                "personality": {"domain": "LINUX32"}, "netDevices": {"eth1": {"name": "in"}},
                "memoryPolicy": {"mode": "MPOL_BIND", "nodes": "0"},
                "seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}
              },
              "windows": {"layerFolders": 7}, "somethingOf2031": [1, {"a": null}]
            }
            """;

    private static Configuration read(String text) {
        return ConfigurationReader.read("config.json", text);
    }

    @Test
    void everyMemberOfLinuxIsRead() {
        Configuration all = read(WHOLE);

        ProcessSpec process = all.process().orElseThrow();
        assertThat(process.user()).isEqualTo(new ProcessSpec.User(1, 4294967295L, OptionalInt.of(63), List.of(5L, 6L)));
        assertThat(process.rlimits()).containsExactly(new ProcessSpec.Rlimit("RLIMIT_NOFILE", -1, 1024));
        assertThat(process.oomScoreAdj()).hasValue(-7);
        assertThat(process.consoleSize()).contains(new ProcessSpec.ConsoleSize(25, 80));
        assertThat(process.scheduler().orElseThrow().nice()).isEqualTo(-5);
        assertThat(process.execCpuAffinity()).contains(new ProcessSpec.ExecCpuAffinity("0-1", "2"));
        assertThat(all.mounts().getFirst().uidMappings()).containsExactly(new IdMapping(0, 1000, 10));
        assertThat(all.mounts().getFirst().gidMappings()).isEmpty();
        assertThat(all.hooks().prestart().getFirst().timeout()).hasValue(3);
        assertThat(all.hooks().poststop()).hasSize(1);
        Linux linux = all.linux();
        assertThat(linux.isNew("pid")).isTrue();
        assertThat(linux.isNew("network")).isFalse();
        assertThat(linux.timeOffsets()).containsEntry("boottime", new Linux.TimeOffset(-3, 5));
        assertThat(linux.devices().getFirst().fileMode()).hasValue(0666);
        assertThat(linux.resources().devices())
                .containsExactly(
                        new DeviceRule(false, "a", OptionalLong.empty(), OptionalLong.empty(), "rwm"),
                        new DeviceRule(true, "c", OptionalLong.of(1), OptionalLong.of(-1), ""));
        assertThat(linux.resources().hugepageLimits().getFirst().limit()).isEqualTo(Long.MIN_VALUE);
        assertThat(linux.resources().memory().disableOomKiller()).contains(false);
        assertThat(linux.resources().network().priorities()).containsEntry("eth0", 500L);
        assertThat(linux.resources().unified()).containsEntry("memory.high", "1");
        assertThat(linux.netDevices()).containsEntry("eth1", new Linux.NetDevice("in"));
        assertThat(linux.seccomp()).isPresent();
        assertThat(linux.intelRdt()).isFalse();
    }

    @Test
    void whatIsNotThereIsEmpty() {
        Configuration nothing = read("{}");

        assertThat(nothing.process()).isEmpty();
        assertThat(nothing.linux().namespaces()).isEmpty();
        assertThat(nothing.linux().resources()).isEqualTo(Resources.none());
        assertThat(read("{\"linux\": {}, \"process\": null, \"hooks\": {}}")).isEqualTo(nothing);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"process\": {\"args\": [\"a\", \"b\", 3]}} | config.json: process.args[2]: a string is expected, found a number",
                "{\"process\": {\"args\": \"a\"}} | config.json: process.args: an array is expected, found a string",
                "{\"process\": []} | config.json: process: an object is expected, found an array",
                "{\"process\": {\"user\": {\"uid\": \"0\"}}} | config.json: process.user.uid: a number is expected, found a string",
                "{\"process\": {\"user\": {\"uid\": -1}}} | config.json: process.user.uid: -1 is not from 0 to 4294967295",
                "{\"process\": {\"user\": {\"uid\": 1.5}}} | config.json: process.user.uid: 1.5 is no integer of 64 bits",
                "{\"process\": {\"terminal\": \"yes\"}} | config.json: process.terminal: a boolean is expected, found a string",
                "{\"linux\": {\"resources\": {\"cpu\": {\"shares\": -1}}}} | config.json: linux.resources.cpu.shares: -1 is no unsigned integer of 64 bits",
                "{\"linux\": {\"sysctl\": {\"a.b\": 1}}} | config.json: linux.sysctl.a.b: a string is expected, found a number",
                "{\"linux\": {\"seccomp\": {\"defaultAction\": \"X\"}}} | config.json: seccomp profile: unknown action \"X\", at linux.seccomp.defaultAction",
                "[] | config.json: an object is expected, found an array",
                "{} {} | config.json is no valid JSON: Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON at line 1 column 5",
                "{\"a\": | config.json is no valid JSON: it ends too early",
                "`` | config.json is no valid JSON: it ends too early",
            })
    void aWrongTypeIsRefusedWithItsPlace(String text, String message) {
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> read(text))
                .withMessage(message);
    }

    @Test
    void everyTextThatIsCutOffIsRefused() {
        for (int length = 0; length < WHOLE.strip().length(); length++) {
            String text = WHOLE.substring(0, length);
            assertThatExceptionOfType(SpecException.class).isThrownBy(() -> read(text));
        }
    }

    @Test
    void aProcessAndResourcesCanBeDocumentsOfTheirOwn() {
        assertThat(ConfigurationReader.readProcess("p", "{\"args\": [\"a\"], \"cwd\": \"/\"}")
                        .args())
                .containsExactly("a");
        assertThat(ConfigurationReader.readResources("r", "{\"pids\": {\"limit\": 3}}")
                        .pids())
                .hasValue(3);
    }
}
