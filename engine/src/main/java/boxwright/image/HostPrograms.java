package boxwright.image;

import java.util.List;

/** Which of this machine's programs go into the image {@code host}. What is not listed stays out. */
final class HostPrograms {
    private HostPrograms() {}

    /** Where they are looked for, in this order. Not in /usr/local, which is the machine owner's own. */
    static final List<String> DIRECTORIES = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

    /** Where a busybox may be; the last is what Alpine calls its static one. */
    static final List<String> BUSYBOX =
            List.of("/usr/bin/busybox", "/bin/busybox", "/usr/sbin/busybox", "/sbin/busybox", "/bin/busybox.static");

    /** Without it there is no image. */
    static final String SHELL = "sh";

    /** A reader expects these in a container; an image without one says so. */
    static final List<String> EXPECTED = List.of("ls", "ps", "id", "hostname", "mount", "umount", "ip", "stty");

    /**
     * What a reader of a shell transcript knows: the GNU coreutils and what stands beside them in every script, then
     * the tools that show or set what the kernel holds.
     */
    static final List<String> ALL = words("""
            sh bash
            [ arch b2sum base32 base64 basename basenc cat chcon chgrp chmod chown chroot cksum comm cp csplit cut
            date dd df dir dircolors dirname du echo env expand expr factor false fmt fold groups head hostid id
            install join link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste
            pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir runcon seq sha1sum sha224sum
            sha256sum sha384sum sha512sum shred shuf sleep sort split stat stty sum sync tac tail tee test timeout
            touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes awk clear cmp
            diff egrep fgrep find getopt grep gunzip gzip hexdump hostname less more reset sed setsid tar vi watch
            which xargs capsh chrt dmesg findmnt flock free getcap getent getpcaps ionice ip ipcmk ipcrm ipcs kill
            killall lsipc lsmem lsns mount mountpoint nsenter pgrep pidof ping pivot_root pkill prlimit ps pstree
            renice setcap setpriv ss strace sysctl taskset top umount unshare uptime
            """);

    /**
     * The name service of glibc before 2.34, which opens these by dlopen(3) to read /etc/passwd. Later ones have them
     * built in and keep empty files by these names.
     */
    static final List<String> NAME_SERVICE = List.of("libnss_files.so.2", "libnss_dns.so.2");

    /** Terminals that a container may be started from; see terminfo(5). */
    static final List<String> TERMINALS = words("""
            ansi dumb linux screen screen-256color tmux tmux-256color vt100 vt220 xterm xterm-256color xterm-color
            """);

    /** Where ncurses keeps them: Debian's first, then everybody's. */
    static final List<String> TERMINFO =
            List.of("/etc/terminfo", "/lib/terminfo", "/usr/lib/terminfo", "/usr/share/terminfo");

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
