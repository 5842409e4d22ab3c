package boxwright.isolation.cgroup;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Removes groups, from the JVM. A group goes by rmdir(2) of its directory, once no process and no group is in it. */
public final class Removal {
    /** A process that was killed needs a moment to be gone; one that waits for a disk may need long. */
    private static final int TRIES = 5000;

    private static final int TRY_NANOS = 1_000_000;

    private Removal() {}

    /**
     * Removes a container's group, and ends who is still in it. Does nothing where there is none.
     *
     * @throws KernelException EBUSY where the processes in it do not end
     */
    public static void of(Path group) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try {
                Files.deleteIfExists(group);
                return;
            } catch (IOException busy) {
                empty(group);
                LockSupport.parkNanos(TRY_NANOS);
            }
        }
        throw new KernelException("rmdir(\"" + group + "\")", Errno.EBUSY);
    }

    /** Removes a group above containers' groups, which others may be in by now: then it stays. */
    public static void unlessUsed(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException used) {
            // Whoever is the last in it will find it made by somebody else; who made it was us, and we are done.
        }
    }

    private static void empty(Path group) {
        try {
            killMembers(group.resolve("cgroup.procs"));
            try (DirectoryStream<Path> children = Files.newDirectoryStream(group, Removal::isGroup)) {
                for (Path child : children) {
                    empty(child);
                    unlessUsed(child);
                }
            }
        } catch (NoSuchFileException gone) {
            // Somebody else has removed it.
        } catch (IOException e) {
            throw new KernelException("readdir(\"" + group + "\"), of a cgroup that is to go", Errno.EIO);
        }
    }

    private static void killMembers(Path members) throws IOException {
        for (String pid : Files.readAllLines(members)) {
            Optional<Descriptor> process = Descriptor.ofProcess(Integer.parseInt(pid));
            if (process.isPresent()) {
                try (Descriptor found = process.get()) {
                    // Its number may have gone to a process outside since we read it; what is still in the list is
                    // inside.
                    if (Files.readAllLines(members).contains(pid)) {
                        found.signal(Constants.SIGKILL);
                    }
                }
            }
        }
    }

    private static boolean isGroup(Path entry) {
        return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
    }
}
