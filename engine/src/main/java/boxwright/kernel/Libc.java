package boxwright.kernel;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The whole of our use of JNA: {@code syscall(2)}, by which Java makes system calls of its own, and
 * {@code posix_spawn(3)}, by which it starts the launcher.
 */
final class Libc {
    static {
        // JNA else starts `ldconfig -p` to learn where libraries are: a process more at every start, and we need no
        // file.
        if (System.getProperty("jna.platform.library.path") == null) {
            System.setProperty("jna.platform.library.path", "");
        }
    }

    private static final Function SYSCALL = function("syscall");
    /** Enough for {@code posix_spawn_file_actions_t} of glibc (80 bytes) and musl (80). */
    private static final int FILE_ACTIONS_SIZE = 256;

    private Libc() {}

    /** Has the work done that comes before the first call. */
    static void load() {
        syscall(SystemCall.GETPID);
    }

    /** The C library that the JVM itself runs on, dlopen(3) with NULL: the right one, glibc or musl, wherever it lies. */
    private static Function function(String name) {
        return NativeLibrary.getProcess().getFunction(name);
    }

    /**
     * syscall(2).
     *
     * @param arguments {@code Long}s, or {@code byte[]} for memory that the kernel reads or writes
     * @return the result, or the negated errno
     */
    static long syscall(SystemCall call, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = (long) call.number(Host.ARCHITECTURE);
        for (int i = 0; i < arguments.length; i++) {
            // The C function takes longs: an int would leave the upper half of its register to chance.
            all[i + 1] = arguments[i] instanceof Integer small ? (Object) small.longValue() : arguments[i];
        }
        long result = SYSCALL.invokeLong(all);
        return result == -1 ? -Native.getLastError() : result;
    }

    /**
     * posix_spawn(3).
     *
     * @param descriptors pairs of ours and the child's: the child gets a copy of the first as the second, or, where the
     *     first is negative, nothing under that number
     * @return the pid, or the negated errno
     */
    static long spawn(String path, String argument, int[][] descriptors) {
        try (Memory actions = new Memory(FILE_ACTIONS_SIZE);
                Memory argv = new Memory(2L * Native.POINTER_SIZE);
                Memory name = new Memory(argument.length() * 4L + 1);
                Memory pid = new Memory(Integer.BYTES)) {
            Spawn.INIT.invokeInt(new Object[] {actions});
            for (int[] pair : descriptors) {
                if (pair[0] < 0) {
                    Spawn.ADD_CLOSE.invokeInt(new Object[] {actions, pair[1]});
                } else {
                    Spawn.ADD_DUP2.invokeInt(new Object[] {actions, pair[0], pair[1]});
                }
            }
            name.setString(0, argument, "UTF-8");
            argv.setPointer(0, name);
            argv.setPointer(Native.POINTER_SIZE, Pointer.NULL);
            Pointer environment = argv.share(Native.POINTER_SIZE);
            int error = Spawn.SPAWN.invokeInt(new Object[] {pid, path, actions, Pointer.NULL, argv, environment});
            Spawn.DESTROY.invokeInt(new Object[] {actions});
            return error != 0 ? -error : pid.getInt(0);
        }
    }

    private static final class Host {
        static final Architecture ARCHITECTURE = Architecture.current();
    }

    private static final class Spawn {
        static final Function INIT = function("posix_spawn_file_actions_init");
        static final Function ADD_DUP2 = function("posix_spawn_file_actions_adddup2");
        static final Function ADD_CLOSE = function("posix_spawn_file_actions_addclose");
        static final Function DESTROY = function("posix_spawn_file_actions_destroy");
        static final Function SPAWN = function("posix_spawn");
    }
}
