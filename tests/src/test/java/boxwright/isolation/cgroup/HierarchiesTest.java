package boxwright.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HierarchiesTest {
    @TempDir
    private Path root;

    @Test
    void version2HasAllItsControllersInOneTree() {
        Hierarchies here = Tree.second(root, "/user.slice")
                .group("/user.slice", "cpu memory pids", "memory pids", "1")
                .hierarchies();

        assertThat(here.all())
                .containsExactly(new Hierarchy(
                        2,
                        Path.of("/sys/fs/cgroup"),
                        List.of("cpuset", "cpu", "io", "memory", "pids"),
                        Path.of("/sys/fs/cgroup/user.slice"),
                        false));
        assertThat(Arrays.stream(Controller.values()).map(here::with)).allMatch(found -> found.isPresent());
    }

    @Test
    void version1HasATreeForEachAndOneForTwo() {
        Hierarchies here = Tree.first(root).hierarchies();

        assertThat(here.all()).extracting(Hierarchy::version).containsOnly(1);
        assertThat(here.with(Controller.CPU))
                .contains(new Hierarchy(
                        1,
                        Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                        List.of("cpu", "cpuacct"),
                        Path.of("/sys/fs/cgroup/cpu,cpuacct/ours"),
                        false));
        assertThat(here.with(Controller.IO)).get().returns(List.of("blkio"), Hierarchy::controllers);
        assertThat(here.limitsSwap()).isTrue();
    }

    @Test
    void whereBothAreMountedAControllerIsInOneOfThem() {
        Tree tree = Tree.first(root)
                .file(
                        "/proc/self/mountinfo",
                        "40 25 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                                + "41 25 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw")
                .file("/proc/self/cgroup", "4:memory:/ours\n3:pids:/\n0::/")
                .file("/sys/fs/cgroup/unified/cgroup.controllers", "cpu io");

        assertThat(tree.hierarchies().with(Controller.MEMORY)).get().returns(1, Hierarchy::version);
        assertThat(tree.hierarchies().with(Controller.CPU)).get().returns(2, Hierarchy::version);
        assertThat(tree.hierarchies().with(Controller.FREEZER))
                .as("built into version 2")
                .get()
                .returns(2, Hierarchy::version);
        assertThat(tree.hierarchies().with(Controller.PIDS)).as("not mounted").isEmpty();
    }

    @Test
    void aPartOfTheTreeMayBeMounted() {
        Tree tree = Tree.second(root, "/docker/abc/ours")
                .file("/proc/self/mountinfo", "32 25 0:28 /docker/abc /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw")
                .directory("/sys/fs/cgroup/ours");

        assertThat(tree.hierarchies().all())
                .singleElement()
                .returns(Path.of("/sys/fs/cgroup/ours"), Hierarchy::own)
                .returns(true, Hierarchy::readOnly);
    }

    @Test
    void aGroupAboveOurNamespaceIsNotBelowTheMount() {
        assertThat(Tree.second(root, "/../../system.slice").hierarchies().all())
                .singleElement()
                .returns(Path.of("/sys/fs/cgroup"), Hierarchy::own);
    }

    @Test
    void namesMayHaveColonsAndBackslashes() {
        Tree tree = Tree.second(root, "/app\\x2da:b.scope/c")
                .file("/proc/self/mountinfo", "32 25 0:28 /app\\134x2da:b.scope /sys/fs/cgroup rw - cgroup2 cgroup rw")
                .directory("/sys/fs/cgroup/c");

        assertThat(tree.hierarchies().all()).singleElement().returns(Path.of("/sys/fs/cgroup/c"), Hierarchy::own);
    }

    @Test
    void aMachineWithoutCgroupsHasNone() {
        Tree tree = Tree.second(root, "/").file("/proc/self/mountinfo", "25 1 8:1 / / rw - ext4 /dev/sda1 rw");

        assertThat(tree.hierarchies().all()).isEmpty();
        assertThat(tree.hierarchies().limitsSwap()).isFalse();
    }
}
