package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What config-linux.md demands of namespaces, devices, paths and filters. */
class LinuxMustTest {
    private static final List<String> FILES = List.of("pid", "net", "ipc", "uts", "cgroup", "time");

    @TempDir
    Path directory;

    private Box box() {
        return new Box(directory);
    }

    private static String namespace(String pid, String file) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", pid, "ns", file)).toString();
    }

    @Test
    @Must("namespace-absolute")
    void thePathOfANamespaceIsAbsolute() throws Exception {
        box().with("linux.namespaces+", "{\"type\": \"cgroup\", \"path\": \"self/ns/cgroup\"}")
                .isRefused("absolute");
    }

    @Test
    @Must({"namespace-new", "namespace-inherited"})
    void whatIsListedIsNewAndWhatIsNotIsOurs() throws Exception {
        String all = "[{\"type\": \"mount\"}, {\"type\": \"pid\"}, {\"type\": \"network\"}, {\"type\": \"ipc\"},"
                + " {\"type\": \"uts\"}, {\"type\": \"cgroup\"}, {\"type\": \"time\"}]";
        try (Box box = box().with("linux.namespaces", all)) {
            box.started("sleep 100");
            for (String file : FILES) {
                assertThat(namespace(Integer.toString(box.pid()), file))
                        .as(file)
                        .isNotEqualTo(namespace("self", file));
            }
        }
        try (Box box = box().with("linux.namespaces", "[{\"type\": \"mount\"}]").without("hostname")) {
            box.started("sleep 100");
            for (String file : FILES) {
                assertThat(namespace(Integer.toString(box.pid()), file))
                        .as(file)
                        .isEqualTo(namespace("self", file));
            }
        }
    }

    @Test
    @Must("namespace-joined")
    void withAPathTheContainerIsInThatNamespace() throws Exception {
        Process other = new ProcessBuilder("unshare", "--uts", "--ipc", "--net", "sleep", "1000").start();
        try {
            Machine.eventually(
                    "it has its namespaces",
                    () -> !namespace(Long.toString(other.pid()), "net").equals(namespace("self", "net")));
            String path = "/proc/" + other.pid() + "/ns/";
            try (Box box = box().without("hostname")
                    .with(
                            "linux.namespaces",
                            "[{\"type\": \"mount\"}, {\"type\": \"uts\", \"path\": \"" + path
                                    + "uts\"}, {\"type\": \"ipc\","
                                    + " \"path\": \"" + path + "ipc\"}, {\"type\": \"network\", \"path\": \"" + path
                                    + "net\"}]")) {
                box.started("sleep 100");
                for (String file : List.of("uts", "ipc", "net")) {
                    assertThat(namespace(Integer.toString(box.pid()), file))
                            .as(file)
                            .isEqualTo(namespace(Long.toString(other.pid()), file));
                }
            }
        } finally {
            other.destroyForcibly().onExit().join();
        }
    }

    @Test
    @Must("namespace-type")
    void aFileOfAnotherKindIsRefused() throws Exception {
        box().with("linux.namespaces+", "{\"type\": \"cgroup\", \"path\": \"/proc/self/ns/uts\"}")
                .isRefused("setns", "EINVAL");
        box().with("linux.namespaces+", "{\"type\": \"cgroup\", \"path\": \"/etc/passwd\"}")
                .isRefused("setns", "EINVAL");
    }

    @Test
    @Must("namespace-twice")
    void theSameKindTwiceIsRefused() throws Exception {
        box().with("linux.namespaces+", "{\"type\": \"pid\"}").isRefused("pid", "twice");
    }

    @Test
    @Must("memory-policy")
    void aMemoryPolicyHoldsForTheProgramAndForWhoJoins() throws Exception {
        try (Box box = box().with("linux.memoryPolicy", """
                {"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]}
                """)) {
            String policy = "busybox head -n 1 /proc/self/numa_maps | busybox cut -d ' ' -f 2";
            box.started(policy + " >/policy; busybox sleep 1000");
            box.writes("policy", "bind=static:0\n");
            assertThat(box.runtime.run("exec", box.id, "sh", "-c", policy).text())
                    .isEqualTo("bind=static:0");
        }
        box().with("linux.memoryPolicy", "{\"mode\": \"MPOL_BIND\", \"nodes\": \"x\"}")
                .isRefused("memoryPolicy", "'x' is no list");
        box().with("linux.memoryPolicy", "{\"mode\": \"MPOL_OTHER\", \"nodes\": \"0\"}")
                .isRefused("memoryPolicy.mode", "MPOL_OTHER");
        box().with("linux.memoryPolicy", "{\"mode\": \"MPOL_BIND\", \"nodes\": \"0\", \"flags\": [\"F\"]}")
                .isRefused("memoryPolicy.flags", "F");
        // The kernel's own refusal: a mode that needs nodes, without any.
        try (Box box = box().with("linux.memoryPolicy", "{\"mode\": \"MPOL_BIND\"}")) {
            Finished outcome = box.run("echo runs");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err()).contains("set_mempolicy(MPOL_BIND", "EINVAL");
        }
    }

    /** Without a mount at /dev the first leaves what the host's devices were mounted on: empty files. */
    @Test
    @Must("devices-default")
    void inAUserNamespaceTheDevicesAreTheHostsAlsoTheSecondTime() throws Exception {
        String maps = "[{\"containerID\": 0, \"hostID\": 0, \"size\": 65536}]";
        for (int i = 0; i < 2; i++) {
            try (Box box = box().with("linux.namespaces+", "{\"type\": \"user\"}")
                    .with("linux.uidMappings", maps)
                    .with("linux.gidMappings", maps)) {
                assertThat(box.prints("stat -c '%F %t:%T' /dev/null /dev/zero; echo gone >/dev/null"))
                        .isEqualTo("character special file 1:3\ncharacter special file 1:5");
            }
            assertThat(directory.resolve("rootfs/dev/null")).isEmptyFile();
        }
        Files.writeString(directory.resolve("rootfs/dev/null"), "no placeholder");
        box().with("linux.namespaces+", "{\"type\": \"user\"}")
                .with("linux.uidMappings", maps)
                .with("linux.gidMappings", maps)
                .isRefused("/dev/null", "no device");
    }

    @Test
    @Must({"devices-there", "devices-default"})
    void theDevicesOfTheListAndTheUsualOnesAreThere() throws Exception {
        try (Box box = box().with("mounts+", "{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"dev\"}")
                .with("linux.devices", """
                        [{"path": "/dev/mine", "type": "c", "major": 1, "minor": 5, "fileMode": 416, "uid": 3, "gid": 4},
                         {"path": "/elsewhere/pipe", "type": "p"}]
                        """)) {
            String seen = box.prints("stat -c '%F %t:%T %a %u:%g' /dev/mine; stat -c %F /elsewhere/pipe;"
                    + " for d in null zero full random urandom tty; do stat -c '%n %t:%T %a' /dev/$d; done;"
                    + " readlink /dev/ptmx; test -e /dev/console || echo none");

            assertThat(seen.lines())
                    .containsExactly(
                            "character special file 1:5 640 3:4",
                            "fifo",
                            "/dev/null 1:3 666",
                            "/dev/zero 1:5 666",
                            "/dev/full 1:7 666",
                            "/dev/random 1:8 666",
                            "/dev/urandom 1:9 666",
                            "/dev/tty 5:0 666",
                            "pts/ptmx",
                            "none");
        }
    }

    @Test
    @Must("devices-default")
    void aTerminalIsAlsoTheConsole() throws Exception {
        try (Box box = box().with("process.terminal", "true")
                .with("mounts+", "{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"dev\"}")
                .with(
                        "mounts+",
                        "{\"destination\": \"/dev/pts\", \"type\": \"devpts\", \"source\": \"devpts\", \"options\":"
                                + " [\"newinstance\", \"ptmxmode=0666\"]}")) {
            box.script("stat -c '%t' /dev/console /dev/pts/0; readlink /proc/self/fd/0")
                    .write();
            Finished outcome = Finished.of(
                    directory,
                    List.of(Machine.needs("script"), "-qec", String.join(" ", box.line("run")), "/dev/null"));

            // script(1) says what it reads at the end of its input, too.
            assertThat(outcome.out().replace("\r", "").lines()).startsWith("88", "88", "/dev/pts/0");
        }
    }

    @Test
    @Must("devices-other-file")
    void anotherFileInThePlaceOfADeviceIsRefused() throws Exception {
        try (Box box = box().with(
                        "linux.devices",
                        "[{\"path\": \"/bin/busybox\", \"type\": \"c\", \"major\": 1, \"minor\": 5}]")) {
            assertThat(box.refused()).contains("/bin/busybox");
        }
        assertThat(directory.resolve("rootfs/bin/busybox")).isRegularFile();
    }

    @ParameterizedTest
    @ValueSource(strings = {"maskedPaths", "readonlyPaths"})
    @Must({"masked-absolute", "readonly-absolute"})
    void aPathToBeHiddenIsAbsolute(String member) throws Exception {
        box().with("linux." + member, "[\"proc/kcore\"]").isRefused(member, "absolute");
    }

    @Test
    void whatIsMaskedReadsAsEmptyAndWhatIsReadOnlyCannotBeWritten() throws Exception {
        try (Box box = box().with("linux.maskedPaths", "[\"/proc/interrupts\", \"/bin\"]")
                .with("linux.readonlyPaths", "[\"/proc/sys\"]")
                .with(
                        "process.args",
                        "[\"sh\", \"-c\", \"cat /proc/interrupts; echo /bin/*; echo x >/proc/sys/kernel/hostname\"]")
                .with("process.env", "[\"PATH=/copy\"]")) {
            Files.createDirectory(directory.resolve("rootfs/copy"));
            for (String applet : List.of("sh", "cat")) {
                Files.copy(
                        directory.resolve("rootfs/bin/busybox"),
                        directory.resolve("rootfs/copy").resolve(applet));
            }
            box.write();
            Finished outcome = box.command("run", "--bundle", directory.toString());

            assertThat(outcome.out()).isEqualTo("/bin/*\n");
            assertThat(outcome.err()).contains("Read-only file system");
        }
    }

    @Test
    @Must("rdt-unavailable")
    void intelRdtIsRefused() throws Exception {
        box().with("linux.intelRdt", "{\"closID\": \"mine\"}").isRefused("intelRdt");
    }

    @Test
    @Must("rdt-untouched")
    void withoutItNoResctrlIsLookedFor() throws Exception {
        try (Box box = box()) {
            box.write();
            List<String> line = new ArrayList<>(
                    List.of(Machine.needs("strace"), "-f", "-e", "trace=open,openat,openat2,mkdir,mkdirat"));
            line.addAll(box.line("run"));
            Machine.Ran traced = Machine.run(line.toArray(String[]::new));

            assertThat(traced.output()).contains("config.json").doesNotContain("resctrl/");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 5} | errnoRet
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_KILL", "errnoRet": 5}]} | errnoRet
            """)
    @Must("seccomp-errno")
    void anErrnoForAnActionThatHasNoneIsRefused(String profile, String named) throws Exception {
        box().with("linux.seccomp", profile).isRefused("seccomp", named);
    }

    @Test
    @Must("seccomp-names")
    void aRuleHasAName() throws Exception {
        box().with(
                        "linux.seccomp",
                        "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [], \"action\": \"SCMP_ACT_ERRNO\"}]}")
                .isRefused("seccomp", "name");
    }

    @Test
    void aFilterAnswers() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/sys/kernel/seccomp")), "needs a kernel with seccomp");
        try (Box box = box().with("linux.seccomp", """
                {"defaultAction": "SCMP_ACT_ALLOW",
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}
                """)) {
            assertThat(box.run("mkdir /made").err()).contains("No space left on device");
        }
    }
}
