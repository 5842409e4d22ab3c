package boxwright.runtime.oci;

import boxwright.isolation.cgroup.Removal;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The cgroups of a container that exists.
 *
 * @param directories one in each hierarchy
 */
record Cgroups(List<String> directories) {
    private static final String FREEZE = "cgroup.freeze";
    private static final String STATE = "freezer.state";
    private static final String KILL = "cgroup.kill";
    private static final String MEMBERS = "cgroup.procs";
    private static final int TRIES = 5000;
    private static final int TRY_NANOS = 1_000_000;

    /** Whether all its processes stand still. */
    boolean isFrozen() {
        for (String directory : directories) {
            String state = read(Path.of(directory, STATE));
            if (state.equals("FROZEN")
                    || state.equals("FREEZING")
                    || read(Path.of(directory, FREEZE)).equals("1")) {
                return true;
            }
        }
        return false;
    }

    /** The numbers of its processes. */
    List<Integer> members() {
        List<Integer> members = new ArrayList<>();
        Optional<Path> directory = withMembers();
        if (directory.isPresent()) {
            for (String line : read(directory.get().resolve(MEMBERS)).split("\n")) {
                if (!line.isEmpty()) {
                    members.add(Integer.valueOf(line));
                }
            }
        }
        return members;
    }

    private Optional<Path> withMembers() {
        for (String directory : directories) {
            if (Files.exists(Path.of(directory, MEMBERS))) {
                return Optional.of(Path.of(directory));
            }
        }
        return Optional.empty();
    }

    /** Sends a signal to all its processes. They stand still meanwhile, so that none is missed that one of them makes. */
    void signal(int signal) {
        boolean frozen = isFrozen();
        if (!frozen) {
            freeze();
        }
        for (int pid : members()) {
            Descriptor.ofProcess(pid).ifPresent(process -> {
                try (process) {
                    process.signal(signal);
                }
            });
        }
        if (!frozen || signal == Constants.SIGKILL) {
            thaw();
        }
    }

    /** Stops all its processes. */
    void freeze() {
        for (String directory : directories) {
            write(Path.of(directory, STATE), "FROZEN");
            write(Path.of(directory, FREEZE), "1");
        }
    }

    /**
     * Stops all its processes, and waits until they stand still.
     *
     * @throws OperationException where one does not, or nothing here can stop them; they go on then
     */
    void freezeAndWait() {
        freeze();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int frozen = 0;
            int all = 0;
            for (String directory : directories) {
                if (Files.exists(Path.of(directory, STATE))) {
                    all++;
                    frozen += read(Path.of(directory, STATE)).equals("FROZEN") ? 1 : 0;
                } else if (Files.exists(Path.of(directory, FREEZE))) {
                    all++;
                    frozen += read(Path.of(directory, "cgroup.events")).contains("frozen 1") ? 1 : 0;
                }
            }
            if (all == 0) {
                throw new OperationException("cannot pause: no cgroup of the container has a freezer");
            }
            if (frozen == all) {
                return;
            }
            LockSupport.parkNanos(TRY_NANOS);
        }
        thaw();
        throw new OperationException("cannot pause: a process of the container does not stand still");
    }

    /** Lets them go on. In version 1 a frozen process that was killed ends once it is thawed. */
    void thaw() {
        for (String directory : directories) {
            write(Path.of(directory, STATE), "THAWED");
            write(Path.of(directory, FREEZE), "0");
        }
    }

    /** Ends all that is in them, frozen or not, and removes them. */
    void remove() {
        for (String directory : directories) {
            write(Path.of(directory, KILL), "1");
        }
        thaw();
        for (String directory : directories) {
            Removal.of(Path.of(directory));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static void write(Path file, String text) {
        if (Files.exists(file)) {
            try {
                Files.writeString(file, text);
            } catch (IOException e) {
                return; // What is still in the group is found when it is removed.
            }
        }
    }
}
