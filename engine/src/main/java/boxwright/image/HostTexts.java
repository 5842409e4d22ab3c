package boxwright.image;

import java.nio.file.Path;
import java.util.List;

/**
 * The directories and the files of /etc that the image {@code host} has on every machine. None of them is read from the
 * machine: its users, its names and its secrets stay its own.
 */
final class HostTexts {
    private HostTexts() {}

    /** Directories that are links on some systems and not on others (the "usr merge"); the image has them alike. */
    static final List<String> SYSTEM_DIRECTORIES =
            List.of("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/share/terminfo", "/bin", "/sbin", "/lib");

    private static final List<String> EMPTY_DIRECTORIES = List.of(
            "/dev",
            "/etc",
            "/home",
            "/mnt",
            "/opt",
            "/proc",
            "/run",
            "/srv",
            "/sys",
            "/usr/local/bin",
            "/usr/local/sbin",
            "/var/lib",
            "/var/log");

    /** Where an engine mounts a container's own files; a bind mount needs something to cover. */
    private static final List<String> MOUNT_POINTS = List.of("/etc/hostname", "/etc/hosts", "/etc/resolv.conf");

    static void addTo(RecipeBuilder recipe) {
        for (String path : EMPTY_DIRECTORIES) recipe.directory(Path.of(path), 0755);
        recipe.directory(Path.of("/root"), 0700);
        recipe.directory(Path.of("/tmp"), 01777);
        recipe.directory(Path.of("/var/tmp"), 01777);
        recipe.link(Path.of("/var/run"), Path.of("/run"));
        // What mount(8) and df(1) of old read; the kernel's own table today.
        recipe.link(Path.of("/etc/mtab"), Path.of("/proc/self/mounts"));
        for (String path : MOUNT_POINTS) recipe.text(path, "", 0644);

        recipe.text("/etc/passwd", """
                root:x:0:0:root:/root:/bin/sh
                nobody:x:65534:65534:nobody:/:/bin/false
                """, 0644);
        // 5 is the group of terminals: devpts is mounted with gid=5.
        recipe.text("/etc/group", """
                root:x:0:
                tty:x:5:
                nobody:x:65534:
                """, 0644);
        recipe.text("/etc/nsswitch.conf", """
                passwd: files
                group: files
                hosts: files dns
                """, 0644);
        recipe.text("/etc/os-release", """
                NAME="Boxwright host image"
                ID=boxwright-host
                PRETTY_NAME="Boxwright host image (this machine's own programs)"
                """, 0644);
        // \h and \w are bash's; dash, busybox and musl's friends know $( ) in a prompt. uname -n asks at each prompt,
        // so that it follows the name when that is changed.
        recipe.text("/etc/profile", """
                # Read by a login shell, and by every interactive sh through ENV=/etc/profile.
                if [ "$(id -u)" = 0 ]; then
                    PS1='$(id -un 2>/dev/null || echo root)@$(uname -n):$PWD# '
                else
                    PS1='$(id -un 2>/dev/null || id -u)@$(uname -n):$PWD$ '
                fi
                """, 0644);
        // An interactive bash reads this one, and no profile.
        recipe.text("/root/.bashrc", ". /etc/profile\n", 0644);
        // vim, which is vi on many machines, complains about its missing defaults unless there is a file of the user's.
        recipe.text("/root/.vimrc", "set nocompatible\n", 0644);
    }
}
