package boxwright.doctor;

import static boxwright.kernel.Machine.quickest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.engine.doctor.Check;
import boxwright.engine.doctor.Doctor;
import boxwright.engine.doctor.Findings;
import boxwright.engine.doctor.Host;
import boxwright.engine.doctor.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor says about this machine, against programs that ask the same kernel in their own way. */
class ThisMachineTest {
    @TempDir
    private Path home;

    @ParameterizedTest
    @CsvSource({
        "pid,--pid --fork",
        "uts,--uts",
        "mnt,--mount",
        "ipc,--ipc",
        "net,--net",
        "user,--user",
        "cgroup,--cgroup",
        "time,--time --fork"
    })
    void aNamespaceIsOkWhereUnshareMakesOne(String kind, String options) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/unshare")), "needs unshare (util-linux)");
        List<String> command = new ArrayList<>(List.of("unshare"));
        command.addAll(List.of(options.split(" ")));
        command.add("true");
        boolean unshared = run(command).exitCode() == 0;
        Check check = Machine.check(examine(), "namespaces", kind);
        assertThat(check.status() == Status.OK).as(check.found()).isEqualTo(unshared);
    }

    @Test
    void theFileSystemOfTheHomeIsTheOneThatStatNames() throws Exception {
        String found = Machine.check(examine(), "user", "home").found();
        String type = run(List.of("stat", "-f", "-c", "%T", home.toString())).output();
        // stat says "ext2/ext3" for ext4.
        assertThat(found).contains(type.equals("ext2/ext3") ? "ext" : type);
    }

    @Test
    void theUserIsTheOneThatIdNames() throws Exception {
        assertThat(Machine.check(examine(), "user", "user").found())
                .isEqualTo(run(List.of("id", "-un")).output() + ", uid "
                        + run(List.of("id", "-u")).output());
    }

    @Test
    void anOverlayIsOkWhereTheMountProgramMakesOne() throws Exception {
        assumeTrue(
                run(List.of("id", "-u")).output().equals("0"), "needs root: mount(8) makes an overlay for root only");
        String script = "cd " + home + " && mkdir l u w m && mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w m";
        boolean mounted = run(List.of("unshare", "--mount", "sh", "-c", script)).exitCode() == 0;
        Check check = Machine.check(examine(), "file systems", "upper layer");
        assertThat(check.status() == Status.OK).as(check.found()).isEqualTo(mounted);
    }

    @Test
    void devicesAreOkWhereTheMknodProgramMakesOne() throws Exception {
        assumeTrue(run(List.of("id", "-u")).output().equals("0"), "needs root: others may make no device");
        boolean made = run(List.of("mknod", home.resolve("null").toString(), "c", "1", "3"))
                        .exitCode()
                == 0;
        Check check = Machine.check(examine(), "file systems", "devices");
        assertThat(check.status() == Status.OK).as(check.found()).isEqualTo(made);
    }

    @Test
    void nothingOfTheExaminationStaysBehind() throws Exception {
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mounts"));
        examine();
        assertThat(Files.readAllLines(Path.of("/proc/self/mounts"))).isEqualTo(mounts);
        try (var files = Files.list(home)) {
            assertThat(files).isEmpty();
        }
        assertThat(ProcessHandle.current()
                        .children()
                        .map(child -> child.info().command().orElse("")))
                .noneMatch(command -> command.contains("memfd:boxwright"));
    }

    @Test
    void theExaminationTakesLessThanASecond() {
        assertThat(quickest(this::examine)).isLessThan(1000);
    }

    @Test
    void controllersOfTheSecondVersionAreThoseOfItsFile() throws IOException {
        Path file = Path.of("/sys/fs/cgroup/cgroup.controllers");
        assumeTrue(Files.exists(file), "needs cgroup v2 alone; this machine has v1 or a hybrid");
        String found = Machine.check(examine(), "cgroups", "controllers").found();
        assertThat(found.split(";")[0].split(" "))
                .containsExactlyInAnyOrder(Files.readString(file).strip().split(" "));
    }

    private Findings examine() {
        return Doctor.examine(Host.ofThisMachine(home));
    }

    private record Result(int exitCode, String output) {}

    private static Result run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return new Result(process.waitFor(), output);
    }
}
