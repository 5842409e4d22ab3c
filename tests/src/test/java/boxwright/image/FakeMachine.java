package boxwright.image;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The three shapes of a Linux system, with files of a few hundred bytes. */
record FakeMachine(Path root) {
    static final String GLIBC_LOADER = "/lib64/ld-linux-x86-64.so.2";
    static final String MUSL_LOADER = "/lib/ld-musl-x86_64.so.1";

    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    void text(String path, String text) throws IOException {
        Files.createDirectories(at(path).getParent());
        Files.writeString(at(path), text);
    }

    void link(String path, String target) throws IOException {
        Files.createDirectories(at(path).getParent());
        Files.createSymbolicLink(at(path), Path.of(target));
    }

    void program(String path, String... needed) throws IOException {
        TinyElf.program(GLIBC_LOADER).needs(needed).writeTo(at(path));
    }

    void library(String name, String... needed) throws IOException {
        TinyElf.library(name).needs(needed).writeTo(at("/usr/lib/x86_64-linux-gnu/" + name));
    }

    /** Debian 12: merged /usr, libraries in a directory named after the machine, alternatives. */
    FakeMachine debian() throws IOException {
        for (String name : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createDirectories(at("/usr/" + name));
            link("/" + name, "usr/" + name);
        }
        TinyElf.library("ld-linux-x86-64.so.2").writeTo(at("/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"));
        link("/usr/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
        text("/etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n");
        text("/etc/ld.so.conf.d/x86_64-linux-gnu.conf", "/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu\n");
        library("libc.so.6", "ld-linux-x86-64.so.2");
        library("libselinux.so.1", "libpcre2-8.so.0", "libc.so.6");
        library("libpcre2-8.so.0.11.2", "libc.so.6");
        link("/usr/lib/x86_64-linux-gnu/libpcre2-8.so.0", "libpcre2-8.so.0.11.2");
        program("/usr/bin/dash", "libc.so.6");
        link("/usr/bin/sh", "dash");
        program("/usr/bin/ls", "libselinux.so.1", "libc.so.6");
        program("/usr/bin/mawk", "libc.so.6");
        link("/etc/alternatives/awk", "/usr/bin/mawk");
        link("/usr/bin/awk", "/etc/alternatives/awk");
        return this;
    }

    /** Fedora 40: merged /usr, libraries of 64 bits in lib64, a 32-bit twin in lib. */
    FakeMachine fedora() throws IOException {
        for (String name : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createDirectories(at("/usr/" + name));
            link("/" + name, "usr/" + name);
        }
        TinyElf.library("ld-linux-x86-64.so.2").writeTo(at("/usr/lib64/ld-linux-x86-64.so.2"));
        text("/etc/ld.so.conf", "include ld.so.conf.d/*.conf\n");
        TinyElf.library("libc.so.6").needs("ld-linux-x86-64.so.2").writeTo(at("/usr/lib64/libc.so.6"));
        TinyElf.library("libc.so.6")
                .as(32, ByteOrder.LITTLE_ENDIAN, ElfFile.EM_386)
                .writeTo(at("/usr/lib/libc.so.6"));
        TinyElf.library("libtinfo.so.6").needs("libc.so.6").writeTo(at("/usr/lib64/libtinfo.so.6.4"));
        link("/usr/lib64/libtinfo.so.6", "libtinfo.so.6.4");
        program("/usr/bin/bash", "libtinfo.so.6", "libc.so.6");
        link("/usr/bin/sh", "bash");
        program("/usr/bin/ls", "libc.so.6");
        return this;
    }

    /** Alpine 3.20: nothing merged, musl is loader and libc, busybox is dynamic and every command a link to it. */
    FakeMachine alpine() throws IOException {
        TinyElf.library("libc.musl-x86_64.so.1").writeTo(at("/lib/ld-musl-x86_64.so.1"));
        link("/lib/libc.musl-x86_64.so.1", "ld-musl-x86_64.so.1");
        TinyElf.program(MUSL_LOADER).needs("libc.musl-x86_64.so.1").writeTo(at("/bin/busybox"));
        for (String name : List.of("sh", "ls", "ps", "mount", "hostname")) link("/bin/" + name, "/bin/busybox");
        for (String name : List.of("id", "awk", "env")) link("/usr/bin/" + name, "/bin/busybox");
        link("/sbin/ip", "/bin/busybox");
        TinyElf.library("libdw.so.1")
                .needs("libz.so.1", "libc.musl-x86_64.so.1")
                .writeTo(at("/usr/lib/libdw.so.1"));
        TinyElf.library("libz.so.1").needs("libc.musl-x86_64.so.1").writeTo(at("/usr/lib/libz.so.1.3.1"));
        link("/usr/lib/libz.so.1", "libz.so.1.3.1");
        TinyElf.program(MUSL_LOADER)
                .needs("libdw.so.1", "libc.musl-x86_64.so.1")
                .writeTo(at("/usr/bin/strace"));
        return this;
    }
}
