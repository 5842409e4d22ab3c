package boxwright.kernel;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The calls of a plan on files and descriptors. Paths are relative to the current directory where they are relative. */
public interface FileCalls {
    /** Any call, for those that have no method here. */
    Line call(SystemCall systemCall, Argument... arguments);

    /**
     * open(2). The result is a descriptor.
     *
     * @param mode the permissions of a new file; without {@code O_CREAT} the kernel does not look at it
     */
    default Line open(String path, long flags, int mode) {
        Argument directory = fd(Constants.AT_FDCWD);
        Argument how = number(flags, Notation.OPEN);
        return (flags & (Constants.O_CREAT | Constants.O_TMPFILE_BIT)) == 0
                ? call(SystemCall.OPENAT, directory, text(path), how)
                : call(SystemCall.OPENAT, directory, text(path), how, number(mode, Notation.OCTAL));
    }

    /**
     * openat2(2): open(2) that also says which ways may not be gone. The result is a descriptor.
     *
     * @param flags {@code O_…}, without {@code O_CREAT}
     * @param resolve {@code RESOLVE_…}
     */
    default Line openat2(String path, long flags, long resolve) {
        return openat2(fd(Constants.AT_FDCWD), path, flags, resolve);
    }

    /** openat2(2) from an open directory. */
    default Line openat2(Argument directory, String path, long flags, long resolve) {
        Argument.Struct how = new Argument.Struct(List.of(
                field("flags", 8, number(flags, Notation.OPEN)),
                field("mode", 8, 0),
                field("resolve", 8, number(resolve, Notation.RESOLVE))));
        return call(SystemCall.OPENAT2, directory, text(path), how, number(how.size()));
    }

    /** read(2) into a slot, as many bytes as it has. */
    default Line read(Argument descriptor, Slot buffer) {
        return call(SystemCall.READ, descriptor, buffer.address(), number(buffer.size()));
    }

    /** write(2) of what a slot holds. */
    default Line write(Argument descriptor, Slot buffer) {
        return call(SystemCall.WRITE, descriptor, buffer.address(), number(buffer.size()));
    }

    /** write(2) of a string. */
    default Line write(Argument descriptor, String text) {
        return call(SystemCall.WRITE, descriptor, text(text), number(text.getBytes(StandardCharsets.UTF_8).length));
    }

    /** write(2) of a struct. */
    default Line write(Argument descriptor, Argument.Struct struct) {
        return call(SystemCall.WRITE, descriptor, struct, number(struct.size()));
    }

    /** open(2), write(2) and close(2) of a file that is there: a setting of {@code /proc}. The line is that of the write. */
    default Line writeFile(String path, String text) {
        Slot file = Slot.of(path.substring(path.lastIndexOf('/') + 1));
        open(path, Constants.O_WRONLY, 0).into(file);
        Line line = write(file.value(), text);
        close(file.value());
        return line;
    }

    /** fsync(2): what was written is on the disk when it returns. */
    default Line fsync(Argument descriptor) {
        return call(SystemCall.FSYNC, descriptor);
    }

    /**
     * pipe2(2), both ends with {@code O_CLOEXEC|O_NONBLOCK}: reading where nothing was written fails with EAGAIN.
     *
     * @param out where it is read from
     * @param in where it is written to
     */
    default Line pipe(Slot out, Slot in) {
        Argument.Struct ends = new Argument.Struct(
                List.of(field("out", 4, new Argument.Place(out)), field("in", 4, new Argument.Place(in))));
        return call(SystemCall.PIPE2, ends, number(Constants.O_CLOEXEC | Constants.O_NONBLOCK, Notation.OPEN));
    }

    /** close(2). */
    default Line close(Argument descriptor) {
        return call(SystemCall.CLOSE, descriptor);
    }

    /** close_range(2): closes all descriptors from {@code first} on. */
    default Line closeFrom(int first) {
        return call(SystemCall.CLOSE_RANGE, number(first), number(0xffff_ffffL, Notation.name("UINT_MAX")), number(0));
    }

    /**
     * close_range(2) with {@code CLOSE_RANGE_CLOEXEC}: all descriptors from {@code first} on will be closed by execve.
     */
    default Line closeOnExecFrom(int first) {
        return call(
                SystemCall.CLOSE_RANGE,
                number(first),
                number(0xffff_ffffL, Notation.name("UINT_MAX")),
                number(Constants.CLOSE_RANGE_CLOEXEC, Notation.CLOSE_RANGE));
    }

    /**
     * dup3(2): {@code to} becomes a copy of {@code from}.
     *
     * @param flags 0 or {@code O_CLOEXEC}
     */
    default Line dup3(Argument from, int to, long flags) {
        String name = flags == 0 ? "0" : "O_CLOEXEC";
        return call(SystemCall.DUP3, from, fd(to), number(flags, Notation.name(name)));
    }

    /** lseek(2) to the beginning. */
    default Line rewind(Argument descriptor) {
        return call(SystemCall.LSEEK, descriptor, number(0), number(0, Notation.name("SEEK_SET")));
    }

    /** faccessat(2) {@code X_OK}: fails where the path is no program, or one that may not be executed. */
    default Line requireExecutable(String path) {
        return call(SystemCall.FACCESSAT, fd(Constants.AT_FDCWD), text(path), number(1, Notation.name("X_OK")));
    }

    /** fcntl(2) {@code F_DUPFD_CLOEXEC}: the result is a copy with a number that is not below {@code least}. */
    default Line duplicate(Argument descriptor, int least) {
        return call(
                SystemCall.FCNTL,
                descriptor,
                number(Constants.F_DUPFD_CLOEXEC, Notation.name("F_DUPFD_CLOEXEC")),
                number(least));
    }

    /** mkdir(2). */
    default Line mkdir(String path, int mode) {
        return mkdir(fd(Constants.AT_FDCWD), path, mode);
    }

    /** mkdirat(2) in an open directory. */
    default Line mkdir(Argument directory, String path, int mode) {
        return call(SystemCall.MKDIRAT, directory, text(path), number(mode, Notation.OCTAL));
    }

    /** mknod(2) of a character device. */
    default Line mknod(String path, int mode, int major, int minor) {
        return deviceNode(path, Constants.S_IFCHR | mode, major, minor);
    }

    /**
     * mknod(2) of a device.
     *
     * @param mode {@code S_IFCHR} or {@code S_IFBLK}, and the permissions
     */
    default Line deviceNode(String path, long mode, int major, int minor) {
        return call(
                SystemCall.MKNODAT,
                fd(Constants.AT_FDCWD),
                text(path),
                number(mode, Notation.FILE_MODE),
                number(deviceNumber(major, minor), Notation.DEVICE));
    }

    /** The kernel's encoding of a device number, {@code new_encode_dev} in include/linux/kdev_t.h. */
    private static long deviceNumber(int major, int minor) {
        return minor & 0xff | (long) major << 8 | (minor & ~0xffL) << 12;
    }

    /** mknod(2) of an empty regular file. */
    default Line createFile(String path, int mode) {
        return createFile(fd(Constants.AT_FDCWD), path, mode);
    }

    /** mknodat(2) of an empty regular file in an open directory. */
    default Line createFile(Argument directory, String path, int mode) {
        return call(
                SystemCall.MKNODAT,
                directory,
                text(path),
                number(Constants.S_IFREG | mode, Notation.FILE_MODE),
                number(0));
    }

    /** symlink(2). */
    default Line symlink(String target, String path) {
        return symlink(target, fd(Constants.AT_FDCWD), path);
    }

    /** symlinkat(2) in an open directory. */
    default Line symlink(String target, Argument directory, String path) {
        return call(SystemCall.SYMLINKAT, text(target), directory, text(path));
    }

    /** unlink(2). */
    default Line unlink(String path) {
        return call(SystemCall.UNLINKAT, fd(Constants.AT_FDCWD), text(path), number(0));
    }

    /** rename(2): one visible moment. */
    default Line rename(String from, String to) {
        return call(
                SystemCall.RENAMEAT2, fd(Constants.AT_FDCWD), text(from), fd(Constants.AT_FDCWD), text(to), number(0));
    }

    /** rmdir(2): removes an empty directory, such as a cgroup that nobody is in. */
    default Line rmdir(String path) {
        return call(
                SystemCall.UNLINKAT,
                fd(Constants.AT_FDCWD),
                text(path),
                number(Constants.AT_REMOVEDIR, Notation.name("AT_REMOVEDIR")));
    }

    /** chmod(2). */
    default Line chmod(String path, int mode) {
        return chmod(fd(Constants.AT_FDCWD), path, mode);
    }

    /** fchmodat(2) in an open directory. */
    default Line chmod(Argument directory, String path, int mode) {
        return call(SystemCall.FCHMODAT, directory, text(path), number(mode, Notation.OCTAL));
    }

    /** chown(2). */
    default Line chown(String path, long user, long group) {
        return call(SystemCall.FCHOWNAT, fd(Constants.AT_FDCWD), text(path), number(user), number(group), number(0));
    }

    /** fchownat(2) in an open directory, of a symbolic link itself and not of where it leads. */
    default Line chownNoFollow(Argument directory, String path, long user, long group) {
        return call(SystemCall.FCHOWNAT, directory, text(path), number(user), number(group), noFollow());
    }

    /** utimensat(2) in an open directory, of a symbolic link itself: when it was read and changed last. */
    default Line setTimes(Argument directory, String path, long seconds, long nanos) {
        Argument.Struct time = new Argument.Struct(List.of(field("tv_sec", 8, seconds), field("tv_nsec", 8, nanos)));
        return call(SystemCall.UTIMENSAT, directory, text(path), new Argument.Array(List.of(time, time)), noFollow());
    }

    private static Argument noFollow() {
        return number(Constants.AT_SYMLINK_NOFOLLOW, Notation.name("AT_SYMLINK_NOFOLLOW"));
    }

    /**
     * sendfile(2): copies from where one file is read to where the other is written.
     *
     * @param most how many bytes, at most
     */
    default Line sendfile(Argument to, Argument from, long most) {
        return call(SystemCall.SENDFILE, to, from, Argument.NULL, number(most));
    }

    /** umask(2). The result is the old mask. */
    default Line umask(int mask) {
        return call(SystemCall.UMASK, number(mask, Notation.OCTAL));
    }

    /** ioctl(2) with a pointer or number. */
    default Line ioctl(Argument descriptor, long request, String requestName, Argument argument) {
        return call(SystemCall.IOCTL, descriptor, number(request, Notation.name(requestName)), argument);
    }

    /**
     * sendmsg(2) of one byte and a descriptor with it, {@code SCM_RIGHTS} of unix(7): the receiver gets a descriptor of
     * its own for the same open file.
     *
     * @param socket a connected unix socket
     * @param descriptor the slot that an earlier call has filled with {@link Line#into}; it lives inside the message
     */
    default Line sendDescriptor(Argument socket, Slot descriptor) {
        return sendDescriptor(socket, text("c"), 1, descriptor);
    }

    /** The same, with what a slot holds in the place of the byte. */
    default Line sendDescriptor(Argument socket, Slot bytes, Slot descriptor) {
        return sendDescriptor(socket, bytes.address(), bytes.size(), descriptor);
    }

    private Line sendDescriptor(Argument socket, Argument bytes, int size, Slot descriptor) {
        Argument.Struct control = new Argument.Struct(List.of(
                field("cmsg_len", 8, 20),
                field("cmsg_level", 4, number(Constants.SOL_SOCKET, Notation.name("SOL_SOCKET"))),
                field("cmsg_type", 4, number(Constants.SCM_RIGHTS, Notation.name("SCM_RIGHTS"))),
                field("cmsg_data", 4, new Argument.Place(descriptor)),
                field("padding", 4, 0)));
        Argument.Struct vector = new Argument.Struct(List.of(field("iov_base", 8, bytes), field("iov_len", 8, size)));
        Argument.Struct message = new Argument.Struct(List.of(
                field("msg_name", 8, NULL),
                field("msg_namelen", 8, 0),
                field("msg_iov", 8, new Argument.Array(List.of(vector))),
                field("msg_iovlen", 8, 1),
                field("msg_control", 8, new Argument.Array(List.of(control))),
                field("msg_controllen", 8, control.size()),
                field("msg_flags", 8, 0)));
        return call(SystemCall.SENDMSG, socket, message, number(0));
    }
}
