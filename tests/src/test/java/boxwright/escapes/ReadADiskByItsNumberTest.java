package boxwright.escapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device is known by its number, not by its name: with {@code CAP_MKNOD}, which a container has, one makes a node for the
 * host's disk and reads all of its files. What stops it is the cgroup, which knows the devices that a container may open.
 */
class ReadADiskByItsNumberTest {
    @TempDir
    private Path directory;

    private Attacker attacker;

    @BeforeEach
    void image() {
        attacker = Attacker.in(directory);
    }

    private static Consumer<PlanBuilder> read(String node, long type, int major, int minor) {
        Slot device = Slot.of("device");
        return plan -> {
            plan.deviceNode(node, type | 0600, major, minor);
            plan.open(node, Constants.O_RDONLY | Constants.O_NONBLOCK, 0).into(device);
            plan.read(device.value(), new Slot("block", 512));
        };
    }

    @Test
    void a_disk_of_the_host() throws Exception {
        Optional<int[]> disk = disk();
        assumeTrue(disk.isPresent(), "this machine has no disk in /sys/class/block");
        int major = disk.orElseThrow()[0];
        int minor = disk.orElseThrow()[1];
        String node = directory.resolve("disk").toString();
        Attempt outside = attacker.outside(List.of(), read(node, Constants.S_IFBLK, major, minor));
        assumeTrue(
                outside.end().equals(Attempt.WORKED), "root of this machine may not read its disk: " + outside.end());

        assertThat(attacker.inContainer(read("/disk", Constants.S_IFBLK, major, minor))
                        .end())
                .isEqualTo("openat: EPERM");
    }

    /** Some device that is neither a disk nor one that a container has: fuse, a loop device's control, the hypervisor. */
    @Test
    void another_device_of_the_host() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/misc"))) {
            String[] words = line.strip().split(" +", -1);
            int minor = Integer.parseInt(words[0]);
            String node = directory.resolve(words[1].replace('/', '-')).toString();
            Consumer<PlanBuilder> outside = open(node, minor);
            if (attacker.outside(List.of(), outside).end().equals(Attempt.WORKED)) {
                assertThat(attacker.inContainer(open("/node", minor)).end())
                        .as(words[1])
                        .isEqualTo("openat: EPERM");
                return;
            }
        }
        abort("this machine has no device in /proc/misc that root may open");
    }

    /** Major 10 are the devices of /proc/misc; Documentation/admin-guide/devices.txt. */
    private static Consumer<PlanBuilder> open(String node, int minor) {
        return plan -> {
            plan.mknod(node, 0600, 10, minor);
            plan.open(node, Constants.O_RDONLY | Constants.O_NONBLOCK, 0);
        };
    }

    @Test
    void a_node_for_what_a_container_may_open_works() {
        assertThat(attacker.inContainer(read("/zero", Constants.S_IFCHR, 1, 5)).end())
                .isEqualTo(Attempt.WORKED);
    }

    /** The numbers of the first disk that has something on it. */
    private static Optional<int[]> disk() throws IOException {
        Path disks = Path.of("/sys/class/block");
        if (!Files.isDirectory(disks)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(disks)) {
            for (Path disk : entries) {
                if (Long.parseLong(Files.readString(disk.resolve("size")).strip()) > 0) {
                    String[] numbers =
                            Files.readString(disk.resolve("dev")).strip().split(":", -1);
                    return Optional.of(new int[] {Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])});
                }
            }
        }
        return Optional.empty();
    }
}
