/*
 * What util-linux unshare(1) would be if it did all that our plan does: the same system calls in the same order, in a
 * static C program without a library of ours.
 *
 *     same ROOTFS PROGRAM
 *
 * Compare with `boxwright.isolation.RootFilesystem` and `KernelFilesystems`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLAIN (MS_NOSUID | MS_NOEXEC | MS_NODEV)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *MASKED_FILES[] = {"/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
    "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug"};
static const char *MASKED_DIRECTORIES[] = {"/proc/acpi", "/proc/asound", "/proc/scsi",
    "/sys/devices/virtual/powercap", "/sys/firmware"};
static const char *READ_ONLY[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
static const struct { const char *path; int major, minor; } DEVICES[] = {{"/dev/null", 1, 3}, {"/dev/zero", 1, 5},
    {"/dev/full", 1, 7}, {"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0}};

/* Ends the program when a call failed with an error other than the tolerated ones. */
static void check(long result, const char *call, int tolerated, int tolerated_too) {
    if (result < 0 && errno != tolerated && errno != tolerated_too) {
        perror(call);
        exit(125);
    }
}

static void must(long result, const char *call) {
    check(result, call, 0, 0);
}

static void root(const char *rootfs) {
    must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount private");
    must(mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL), "mount rootfs");
    must(chdir(rootfs), "chdir");
    must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
    must(umount2(".", MNT_DETACH), "umount2");
    must(chdir("/"), "chdir /");
}

static void devices(void) {
    must(mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k"), "mount /dev");
    for (size_t i = 0; i < COUNT(DEVICES); i++) {
        must(mknod(DEVICES[i].path, S_IFCHR | 0666, makedev(DEVICES[i].major, DEVICES[i].minor)), DEVICES[i].path);
    }
    must(mkdir("/dev/pts", 0755), "/dev/pts");
    must(mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
             "newinstance,ptmxmode=0666,mode=0620,gid=5"), "mount /dev/pts");
    must(symlink("pts/ptmx", "/dev/ptmx"), "/dev/ptmx");
    must(mkdir("/dev/shm", 01777), "/dev/shm");
    must(mount("shm", "/dev/shm", "tmpfs", PLAIN, "mode=1777,size=65536k"), "mount /dev/shm");
    must(mkdir("/dev/mqueue", 01777), "/dev/mqueue");
    must(mount("mqueue", "/dev/mqueue", "mqueue", PLAIN, NULL), "mount /dev/mqueue");
    must(symlink("/proc/self/fd", "/dev/fd"), "/dev/fd");
    must(symlink("/proc/self/fd/0", "/dev/stdin"), "/dev/stdin");
    must(symlink("/proc/self/fd/1", "/dev/stdout"), "/dev/stdout");
    must(symlink("/proc/self/fd/2", "/dev/stderr"), "/dev/stderr");
}

static void kernel_filesystems(void) {
    umask(0);
    check(mkdir("/proc", 0755), "mkdir", EEXIST, 0);
    check(mkdir("/sys", 0755), "mkdir", EEXIST, 0);
    check(mkdir("/dev", 0755), "mkdir", EEXIST, 0);
    must(mount("proc", "/proc", "proc", PLAIN, NULL), "mount /proc");
    must(mount("sysfs", "/sys", "sysfs", PLAIN | MS_RDONLY, NULL), "mount /sys");
    devices();
    for (size_t i = 0; i < COUNT(MASKED_FILES); i++) {
        check(mount("/dev/null", MASKED_FILES[i], NULL, MS_BIND, NULL), MASKED_FILES[i], ENOENT, 0);
    }
    for (size_t i = 0; i < COUNT(MASKED_DIRECTORIES); i++) {
        check(mount("tmpfs", MASKED_DIRECTORIES[i], "tmpfs", MS_RDONLY, NULL), MASKED_DIRECTORIES[i], ENOENT, 0);
    }
    for (size_t i = 0; i < COUNT(READ_ONLY); i++) {
        check(mount(READ_ONLY[i], READ_ONLY[i], NULL, MS_BIND | MS_REC, NULL), READ_ONLY[i], ENOENT, 0);
        check(mount("none", READ_ONLY[i], NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | PLAIN, NULL), READ_ONLY[i],
            ENOENT, EINVAL);
    }
    umask(022);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: same ROOTFS PROGRAM\n");
        return 125;
    }
    int pidfd, status = 0;
    /* struct clone_args of clone(2), which not every libc has. */
    uint64_t arguments[8] = {CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS
            | 0x02000000 /* CLONE_NEWCGROUP */ | 0x1000 /* CLONE_PIDFD */,
        (uintptr_t) &pidfd, 0, 0, SIGCHLD};
    long child = syscall(435 /* clone3 */, arguments, sizeof arguments);
    must(child, "clone3");
    if (child == 0) {
        must(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
        must(setsid(), "setsid");
        must(sethostname("bench", 5), "sethostname");
        root(argv[1]);
        kernel_filesystems();
        must(syscall(436 /* close_range */, 3, ~0U, 4 /* CLOEXEC */), "close_range");
        char *program[] = {argv[2], NULL};
        char *environment[] = {"HOME=/root", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
        must(execve(argv[2], program, environment), "execve");
    }
    must(waitpid((pid_t) child, &status, 0), "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
