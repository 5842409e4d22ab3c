package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What config-linux.md demands of cgroups, in version 1; OtherKernelsTest has version 2. */
class CgroupMustTest {
    private static final Path HIERARCHIES = Path.of("/sys/fs/cgroup");

    private final String name = "boxwright-must-" + ProcessHandle.current().pid();

    @TempDir
    Path directory;

    @BeforeEach
    void firstVersion() {
        Machine.needsRoot();
        for (String controller : List.of("pids", "freezer", "memory", "cpu", "devices")) {
            assumeTrue(
                    Files.exists(HIERARCHIES.resolve(controller).resolve("cgroup.procs")),
                    "needs the controller " + controller + " in version 1");
        }
    }

    @AfterEach
    void end() throws IOException {
        try (var hierarchies = Files.newDirectoryStream(HIERARCHIES)) {
            for (Path hierarchy : hierarchies) {
                Files.deleteIfExists(hierarchy.resolve(name).resolve("box"));
                Files.deleteIfExists(hierarchy.resolve(name));
            }
        }
    }

    private Box box() {
        return new Box(directory).with("linux.cgroupsPath", "\"/" + name + "/box\"");
    }

    @Test
    @Must("cgroup-unfit")
    void aGroupThatIsFrozenOrNotEmptyIsRefused() throws Exception {
        Path group = Files.createDirectories(
                HIERARCHIES.resolve("freezer").resolve(name).resolve("box"));
        Files.writeString(group.resolve("freezer.state"), "FROZEN");
        try (Box box = box()) {
            assertThat(box.refused()).contains("frozen");
        }
        Files.writeString(group.resolve("freezer.state"), "THAWED");
        try (Stranger other = new Stranger(group).comesIn();
                Box box = box()) {
            assertThat(box.refused()).contains("not empty");
            assertThat(other.lives()).isTrue();
        }
    }

    @Test
    @Must({"cgroup-absolute", "cgroup-same"})
    void anAbsolutePathBeginsAtTheMountPointEachTime() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (Box box = box().started("sleep 100")) {
                for (String controller : List.of("pids", "memory", "freezer")) {
                    assertThat(HIERARCHIES.resolve(controller).resolve(name).resolve("box/cgroup.procs"))
                            .content()
                            .contains(Integer.toString(box.pid()));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//..", "system.slice:box:1"})
    @Must("cgroup-invalid")
    void aPathThatCannotBeOneIsRefused(String path) throws Exception {
        box().with("linux.cgroupsPath", "\"" + path + "\"").isRefused("cgroupsPath");
    }

    @Test
    @Must("cgroup-owner")
    void theFilesStayRoots() throws Exception {
        try (Box box = box().with("process.user", "{\"uid\": 1000, \"gid\": 1000}")
                .with("linux.namespaces+", "{\"type\": \"cgroup\"}")
                .with(
                        "mounts+",
                        "{\"destination\": \"/sys/fs/cgroup\", \"type\": \"cgroup\", \"source\": \"cgroup\"}")) {
            box.started("sleep 100");
            try (var files =
                    Files.list(HIERARCHIES.resolve("pids").resolve(name).resolve("box"))) {
                assertThat(files).isNotEmpty().allMatch(file -> owner(file) == 0);
            }
        }
    }

    private static int owner(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Must("devices-allowed-order")
    void theLaterRuleForADeviceHolds() throws Exception {
        try (Box box = box()) {
            theLaterRuleForADeviceHolds(box);
        }
    }

    /** Two devices that are in no list of defaults, and have no driver: who may open them learns that, and nobody else. */
    static void theLaterRuleForADeviceHolds(Box box) {
        box.with("linux.devices", """
                [{"path": "/dev/no", "type": "c", "major": 250, "minor": 1},
                 {"path": "/dev/yes", "type": "c", "major": 250, "minor": 2}]
                """).with("linux.resources", """
                {"devices": [{"allow": false, "access": "rwm"},
                 {"allow": true, "type": "c", "major": 250, "minor": 1, "access": "rwm"},
                 {"allow": false, "type": "c", "major": 250, "minor": 1, "access": "rwm"},
                 {"allow": false, "type": "c", "major": 250, "minor": 2, "access": "rwm"},
                 {"allow": true, "type": "c", "major": 250, "minor": 2, "access": "rwm"}]}
                """);

        assertThat(box.run("cat /dev/no; cat /dev/yes").err().lines())
                .satisfiesExactly(
                        no -> assertThat(no).contains("/dev/no", "Operation not permitted"),
                        yes -> assertThat(yes).contains("/dev/yes", "No such device"));
    }

    @Test
    @Must("memory-check")
    void aLimitBelowWhatIsUsedIsRefused() throws Exception {
        try (Box box = box().with("linux.resources", "{\"memory\": {\"limit\": 67108864, \"checkBeforeUpdate\": true}}")
                .with("mounts+", "{\"destination\": \"/mem\", \"type\": \"tmpfs\", \"source\": \"mem\"}")
                .with("linux.devices", "[{\"path\": \"/zero\", \"type\": \"c\", \"major\": 1, \"minor\": 5}]")
                .started("busybox dd if=/zero of=/mem/x bs=1M count=8; touch /full; sleep 100")) {
            Machine.eventually("it has it", () -> Files.exists(directory.resolve("rootfs/full")));
            Path limit = HIERARCHIES.resolve("memory").resolve(name).resolve("box/memory.limit_in_bytes");

            assertThat(box.runtime.run("update", "--memory", "1048576", box.id).exitCode())
                    .isEqualTo(1);
            assertThat(limit).content().isEqualTo("67108864\n");
            assertThat(box.status()).isEqualTo("running");
        }
    }

    @Test
    void aSettingThatOnlyTheFirstVersionHasIsMade() throws Exception {
        try (Box box = box().with("linux.resources", "{\"memory\": {\"swappiness\": 10}}")
                .started("sleep 100")) {
            assertThat(HIERARCHIES.resolve("memory").resolve(name).resolve("box/memory.swappiness"))
                    .content()
                    .isEqualTo("10\n");
            assertThat(box.status()).isEqualTo("running");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cpu-burst              | {"cpu": {"quota": 10000, "burst": 20000, "period": 100000}} | burst
            blockio-weight         | {"blockIO": {"weightDevice": [{"major": 8, "minor": 0}]}} | weight
            rdma-one               | {"rdma": {"mlx5_1": {}}} | rdma
            unified-missing        | {"unified": {"nosuch.max": "1"}} | unified
            unified-missing        | {"unified": {"memory.max": "67108864"}} | unified
            """)
    @Must({"cpu-burst", "blockio-weight", "rdma-one", "unified-missing"})
    void aSettingThatCannotBeIsRefused(String must, String resources, String named) throws Exception {
        box().with("linux.resources", resources).isRefused(named);
    }
}
