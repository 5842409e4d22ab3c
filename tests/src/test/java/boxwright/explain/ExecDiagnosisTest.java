package boxwright.explain;

import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_REMOUNT;
import static boxwright.kernel.Errno.E2BIG;
import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOEXEC;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import boxwright.kernel.PlanBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecDiagnosisTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void realPath() throws IOException {
        directory = directory.toRealPath();
    }

    private String program(String content) throws IOException {
        return program(content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    private String program(byte[] content) throws IOException {
        Path file = Files.write(directory.resolve("program"), content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toString();
    }

    private static void check(Consumer<PlanBuilder> plan, int errno, String likely, String seen) {
        check(Provoked.by(plan), errno, likely, seen);
    }

    private static void check(Diagnosis diagnosis, int errno, String likely, String seen) {
        assertThat(diagnosis.errno()).isEqualTo(errno);
        assertThat(diagnosis.causes()).as(diagnosis.message()).isNotEmpty();
        assertThat(diagnosis.causes().getFirst().likely()).contains(likely);
        assertThat(diagnosis.causes().getFirst().seen()).contains(seen);
    }

    private static void run(PlanBuilder plan, String path) {
        plan.execve(path, List.of("program"), List.of());
    }

    @Test
    void theProgramIsMissing() {
        check(plan -> run(plan, directory + "/none"), ENOENT, "there is no such program", directory + "/none");
    }

    @Test
    void noDirectoryOfThePathHasIt() {
        check(
                plan -> {
                    plan.execve("/sbin/nosuchprogram", List.of("nosuchprogram"), List.of())
                            .tolerate(ENOENT);
                    plan.execve("/bin/nosuchprogram", List.of("nosuchprogram"), List.of());
                },
                ENOENT,
                "no such program in any directory of PATH",
                "looked for /sbin/nosuchprogram, /bin/nosuchprogram");
    }

    @Test
    void theInterpreterOfAScriptIsMissing() throws IOException {
        String script = program("#! /no/such/shell -e\n");
        check(plan -> run(plan, script), ENOENT, "its #! interpreter is not", "asks for /no/such/shell in its #! line");
    }

    @Test
    void theLoaderOfAnElfFileIsMissing() throws IOException {
        byte[] elf = Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin/java"));
        String all = new String(elf, java.nio.charset.StandardCharsets.ISO_8859_1);
        int loader = all.indexOf("/ld-linux");
        org.junit.jupiter.api.Assumptions.assumeTrue(
                loader > 0, "needs a java of the GNU C library, to break its loader");
        elf[loader + 1] = 'x';
        String broken = program(elf);
        check(plan -> run(plan, broken), ENOENT, "its loader is not", "/xd-linux");
    }

    @Test
    void aMissingProgramIsLookedForInTheImage() throws IOException {
        Machine.needsRoot();
        Files.createDirectories(directory.resolve("root/usr/bin"));
        Files.createSymbolicLink(directory.resolve("root/bin"), Path.of("/usr/bin"));
        String root = directory + "/root";
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            plan.mount(root, root, "", MS_BIND);
            plan.chdir(root);
            plan.pivot_root(".", ".");
            plan.umount2(".", 2);
            run(plan, "/bin/none");
        });
        check(diagnosis, ENOENT, "there is no such program", "there is no /usr/bin/none");
    }

    @Test
    void theFileIsNotExecutable() throws IOException {
        String file =
                Files.writeString(directory.resolve("file"), "#!/bin/sh\n").toString();
        check(plan -> run(plan, file), EACCES, "not executable", file + " has no x bit");
    }

    @Test
    void itIsADirectory() {
        check(plan -> run(plan, directory.toString()), EACCES, "it is a directory", directory + " is a directory");
    }

    @Test
    void itIsADevice() {
        check(plan -> run(plan, "/dev/null"), EACCES, "no regular file", "/dev/null is a device");
    }

    @Test
    void theMountIsNoexec() throws IOException {
        Machine.needsRoot();
        String script = program("#!/bin/sh\n");
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            plan.mount(directory.toString(), directory.toString(), "", MS_BIND);
            plan.mount("none", directory.toString(), "", MS_BIND | MS_REMOUNT | MS_NOEXEC);
            run(plan, script);
        });
        check(diagnosis, EACCES, "programs on that mount may not be executed", "bind mount on " + directory);
    }

    @Test
    void theFileIsNoProgram() throws IOException {
        String text = program("echo hello\n");
        check(plan -> run(plan, text), ENOEXEC, "neither an ELF program nor a script", "begins with neither");
    }

    @Test
    void theFileIsEmpty() throws IOException {
        String empty = program("");
        check(plan -> run(plan, empty), ENOEXEC, "empty", "0 bytes");
    }

    @Test
    void theProgramIsForAnotherProcessor() throws IOException {
        byte[] elf = Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin/java"));
        elf[18] = 22;
        String foreign = program(elf);
        check(plan -> run(plan, foreign), ENOEXEC, "for another processor", "an ELF file for s390");
    }

    @Test
    void anArgumentIsTooLong() {
        check(
                plan -> plan.execve("/bin/sh", List.of("sh", "x".repeat(200_000)), List.of()),
                E2BIG,
                "longer than 131072 bytes",
                "the longest has 200001 bytes");
    }

    @Test
    void allArgumentsTogetherAreTooLong() {
        List<String> many = Collections.nCopies(70, "x".repeat(100_000));
        check(plan -> plan.execve("/bin/sh", many, List.of()), E2BIG, "together are too long", "the limit is");
    }
}
