package boxwright.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryWalkTest {
    @TempDir
    Path temp;

    private FakeMachine machine = new FakeMachine(Path.of("/nonexistent"));

    /**
     * JUnit would do it, but warns of every link that leads out of a temporary directory, and an image is full of
     * them.
     */
    @AfterEach
    void cleanUp() throws Exception {
        Commands.removeContent(temp);
    }

    @BeforeEach
    void setUp() {
        machine = new FakeMachine(temp.resolve("machine"));
    }

    @Test
    void follows_needs_of_needs_in_debians_multiarch_directories() throws Exception {
        machine.debian();
        assertThat(walk("/usr/bin/ls"))
                .containsExactly(
                        "/lib/x86_64-linux-gnu/libselinux.so.1",
                        "/lib/x86_64-linux-gnu/libc.so.6",
                        "/lib/x86_64-linux-gnu/libpcre2-8.so.0");
        assertThat(needs("/usr/bin/ls").loader().orElseThrow().path())
                .hasToString("/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
    }

    @Test
    void finds_lib64_behind_fedoras_merged_usr() throws Exception {
        machine.fedora();
        LibraryWalk.Needs needs = needs("/bin/bash");
        assertThat(needs.loader().orElseThrow().path()).hasToString("/usr/lib64/ld-linux-x86-64.so.2");
        assertThat(walk("/bin/bash")).containsExactly("/lib64/libtinfo.so.6", "/lib64/libc.so.6");
        assertThat(needs.libraries().getFirst().found().path()).hasToString("/usr/lib64/libtinfo.so.6.4");
        assertThat(needs.libraries().getFirst().found().links())
                .extracting(link -> link.path() + " -> " + link.target())
                .containsExactly("/lib64 -> usr/lib64", "/usr/lib64/libtinfo.so.6 -> libtinfo.so.6.4");
    }

    @Test
    void takes_musls_loader_for_its_libc() throws Exception {
        machine.alpine();
        assertThat(walk("/bin/busybox")).isEmpty();
        assertThat(walk("/usr/bin/strace")).containsExactly("/usr/lib/libdw.so.1", "/usr/lib/libz.so.1");
    }

    @Test
    void searches_the_directories_of_ld_musl_path_and_then_no_others() throws Exception {
        machine.alpine();
        machine.text("/etc/ld-musl-x86_64.path", "/opt/musl/lib:/lib\n/usr/other\n");
        TinyElf.library("libdw.so.1").writeTo(machine.at("/usr/other/libdw.so.1"));
        assertThat(walk("/usr/bin/strace")).containsExactly("/usr/other/libdw.so.1");

        Files.delete(machine.at("/usr/other/libdw.so.1"));
        assertThatThrownBy(() -> walk("/usr/bin/strace"))
                .hasMessageContainingAll("/opt/musl/lib/libdw.so.1, /lib/libdw.so.1, /usr/other/libdw.so.1")
                .hasMessageNotContaining("/usr/lib/libdw.so.1");
    }

    @Test
    void reads_ld_so_conf_with_its_includes_before_the_default_directories() throws Exception {
        machine.debian();
        machine.text("/etc/ld.so.conf", "# a comment\ninclude /etc/ld.so.conf.d/*.conf\ninclude ld.so.conf\n");
        machine.text("/etc/ld.so.conf.d/b.conf", "/opt/b/lib # behind\n");
        machine.text("/etc/ld.so.conf.d/a.conf", "/opt/a/lib\n");
        machine.text("/etc/ld.so.conf.d/c.other", "/opt/c/lib\n");
        for (String directory : List.of("a", "b", "c")) {
            TinyElf.library("libx.so").writeTo(machine.at("/opt/" + directory + "/lib/libx.so"));
        }
        machine.program("/usr/bin/x", "libx.so");
        assertThat(walk("/usr/bin/x")).containsExactly("/opt/a/lib/libx.so");
        assertThat(needs("/usr/bin/x").libraries().getFirst().configured()).isTrue();
    }

    @Test
    void expands_origin_lib_and_platform_in_a_runpath() throws Exception {
        machine.debian();
        TinyElf.program(FakeMachine.GLIBC_LOADER)
                .needs("libmine.so", "libfar.so", "libcpu.so")
                .with(TinyElf.RUNPATH, "$ORIGIN/../lib:/opt/far/$LIB:/opt/${PLATFORM}")
                .writeTo(machine.at("/opt/app/bin/app"));
        TinyElf.library("libmine.so").writeTo(machine.at("/opt/app/lib/libmine.so"));
        TinyElf.library("libfar.so").writeTo(machine.at("/opt/far/lib64/libfar.so"));
        TinyElf.library("libcpu.so").writeTo(machine.at("/opt/x86_64/libcpu.so"));
        machine.link("/usr/bin/app", "../../opt/app/bin/app");
        assertThat(walk("/usr/bin/app"))
                .containsExactly("/opt/app/bin/../lib/libmine.so", "/opt/far/lib64/libfar.so", "/opt/x86_64/libcpu.so");
    }

    @Test
    void lets_rpath_but_not_runpath_hold_for_needs_of_needs() throws Exception {
        machine.debian();
        TinyElf.library("libouter.so").needs("libinner.so").writeTo(machine.at("/opt/l/libouter.so"));
        TinyElf.library("libinner.so").writeTo(machine.at("/opt/l/libinner.so"));
        TinyElf program = TinyElf.program(FakeMachine.GLIBC_LOADER).needs("libouter.so");
        program.with(TinyElf.RPATH, "/opt/l").writeTo(machine.at("/usr/bin/rpath"));
        program.with(TinyElf.RUNPATH, "/opt/l").writeTo(machine.at("/usr/bin/runpath"));
        program.with(TinyElf.RPATH, "/opt/l").with(TinyElf.RUNPATH, "/opt/none").writeTo(machine.at("/usr/bin/both"));

        assertThat(walk("/usr/bin/rpath")).containsExactly("/opt/l/libouter.so", "/opt/l/libinner.so");
        assertThatThrownBy(() -> walk("/usr/bin/runpath"))
                .hasMessageContainingAll("/usr/bin/runpath", "libinner.so, needed by /opt/l/libouter.so");
        assertThatThrownBy(() -> walk("/usr/bin/both")).hasMessageContaining("the library libouter.so is not there");
    }

    @Test
    void lets_musl_inherit_a_runpath() throws Exception {
        machine.alpine();
        TinyElf.library("libouter.so").needs("libinner.so").writeTo(machine.at("/opt/l/libouter.so"));
        TinyElf.library("libinner.so").writeTo(machine.at("/opt/l/libinner.so"));
        TinyElf.program(FakeMachine.MUSL_LOADER)
                .needs("libouter.so")
                .with(TinyElf.RUNPATH, "/opt/l")
                .writeTo(machine.at("/usr/bin/x"));
        assertThat(walk("/usr/bin/x")).containsExactly("/opt/l/libouter.so", "/opt/l/libinner.so");
    }

    @Test
    void passes_over_libraries_of_another_class_and_texts_with_a_librarys_name() throws Exception {
        machine.debian();
        TinyElf.library("libz.so.1")
                .as(32, ByteOrder.LITTLE_ENDIAN, ElfFile.EM_386)
                .writeTo(machine.at("/usr/lib/x86_64-linux-gnu/libz.so.1"));
        machine.text("/usr/lib64/libz.so.1", "/* GNU ld script */ INPUT(-lz)\n");
        machine.program("/usr/bin/z", "libz.so.1");

        assertThatThrownBy(() -> walk("/usr/bin/z"))
                .isInstanceOf(ImageException.class)
                .hasMessageContainingAll(
                        "Cannot start /usr/bin/z",
                        "the library libz.so.1 is not there",
                        "/lib/x86_64-linux-gnu/libz.so.1 (32-bit i386, the program is 64-bit x86-64)",
                        "/lib64/libz.so.1 (not a usable ELF file)",
                        "/usr/lib/libz.so.1",
                        "Install the package");

        TinyElf.library("libz.so.1").writeTo(machine.at("/usr/lib/libz.so.1"));
        assertThat(walk("/usr/bin/z")).containsExactly("/lib/libz.so.1");
    }

    @Test
    void loads_libraries_that_need_each_other_once() throws Exception {
        machine.debian();
        machine.library("libyin.so", "libyang.so", "libc.so.6");
        machine.library("libyang.so", "libyin.so", "ld-linux-x86-64.so.2");
        machine.program("/usr/bin/loop", "libyin.so");
        assertThat(walk("/usr/bin/loop"))
                .extracting(path -> path.substring(path.lastIndexOf('/') + 1))
                .containsExactly("libyin.so", "libyang.so", "libc.so.6");
    }

    @Test
    void names_the_loader_that_is_missing() throws Exception {
        machine.debian();
        TinyElf.program("/lib/ld-other.so.1").writeTo(machine.at("/usr/bin/alien"));
        assertThatThrownBy(() -> walk("/usr/bin/alien"))
                .hasMessageContainingAll("/usr/bin/alien", "/lib/ld-other.so.1", "is not there");
    }

    @Test
    void never_leaves_the_root_directory_by_a_link() throws Exception {
        machine.debian();
        TinyElf.library("libout.so").writeTo(temp.resolve("libout.so"));
        machine.program("/usr/bin/x", "libout.so");
        machine.link("/usr/lib/libout.so", "../../../../../../../../.." + temp.resolve("libout.so"));
        machine.link("/usr/lib64/libout.so", temp.resolve("libout.so").toString());
        machine.link("/usr/lib/x86_64-linux-gnu/libout.so", "libout.so");
        assertThatThrownBy(() -> walk("/usr/bin/x")).hasMessageContaining("the library libout.so is not there");
    }

    @Test
    void finds_on_this_machine_what_the_loader_itself_finds() throws Exception {
        List<String> compared = new ArrayList<>();
        for (String name : List.of("sh", "bash", "ls", "ps", "ip", "mount", "tar", "awk", "strace", "top", "less")) {
            Path program = Path.of("/usr/bin", name);
            if (!Files.exists(program)) continue;
            LibraryWalk walk = new LibraryWalk(new RootDirectory(Path.of("/")));
            LibraryWalk.Needs needs =
                    walk.of(new RootDirectory(Path.of("/")).findFile(program).orElseThrow());
            if (needs.loader().isEmpty()) continue;
            String loader = needs.loader().get().file().toString();
            assumeTrue(!loader.contains("musl"), "the trace of glibc's loader is the oracle; this machine has musl");
            Set<String> expected = new TreeSet<>();
            Matcher lines = Pattern.compile("=> (/\\S+) \\(")
                    .matcher(Commands.run(loader, "--list", program.toRealPath().toString())
                            .output());
            while (lines.find())
                expected.add(Path.of(lines.group(1)).toRealPath().toString());
            // The loader lists itself when a library needs it by name.
            expected.remove(Path.of(loader).toRealPath().toString());
            Set<String> found = new TreeSet<>();
            needs.libraries()
                    .forEach(library -> found.add(library.found().file().toString()));
            assertThat(found).as("libraries of %s", program).isEqualTo(expected);
            compared.add(name);
        }
        assumeTrue(!compared.isEmpty(), "this machine has none of the dynamic programs that were to be compared");
    }

    private List<String> walk(String program) {
        return needs(program).libraries().stream()
                .map(library -> library.path().toString())
                .toList();
    }

    private LibraryWalk.Needs needs(String program) {
        RootDirectory root = new RootDirectory(machine.root());
        return new LibraryWalk(root).of(root.findFile(Path.of(program)).orElseThrow());
    }
}
