package boxwright.runtime.oci;

import boxwright.isolation.cgroup.Removal;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The cgroups of a container that exists. What is done to all processes of a group is done only to groups that were made for
 * the container: in others, which were there before, may be anybody.
 *
 * @param directories one in each hierarchy
 * @param made those that were made for it
 */
record Cgroups(List<String> directories, List<String> made) {
    private static final String FREEZE = "cgroup.freeze";
    private static final String STATE = "freezer.state";
    private static final String KILL = "cgroup.kill";
    private static final String MEMBERS = "cgroup.procs";
    private static final int TRIES = 5000;
    private static final int UNUSED_TRIES = 500;
    private static final int TRY_NANOS = 1_000_000;

    static Cgroups of(ContainerRecord record) {
        return new Cgroups(record.cgroups(), record.made());
    }

    /** Whether all its processes stand still, or soon will. */
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

    /** The numbers of its processes, and of those in groups below. */
    List<Integer> members() {
        List<Integer> members = new ArrayList<>();
        for (String directory : made.isEmpty() ? directories : made) {
            if (Files.exists(Path.of(directory, MEMBERS))) {
                addMembers(Path.of(directory), members);
                break;
            }
        }
        return members;
    }

    private static void addMembers(Path group, List<Integer> members) {
        for (String line : read(group.resolve(MEMBERS)).split("\n")) {
            if (!line.isEmpty()) {
                members.add(Integer.valueOf(line));
            }
        }
        below(group).forEach(child -> addMembers(child, members));
    }

    private static List<Path> below(Path group) {
        List<Path> groups = new ArrayList<>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(group, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
            entries.forEach(groups::add);
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // It was removed meanwhile: so nobody is in it.
        }
        return groups;
    }

    /** Whether there is a group whose processes are the container's and no others. */
    boolean areItsOwn() {
        return !made.isEmpty();
    }

    /** Sends a signal to all its processes. They stand still meanwhile, so that none is missed that one of them makes. */
    void signal(int signal) {
        if (!areItsOwn()) {
            throw new OperationException(
                    "cannot signal all processes of the container: its cgroups were there before it,"
                            + " and others may be in them");
        }
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
    private void freeze() {
        freezer().ifPresent(file -> write(file, frozen(file)));
    }

    /** The one file that stops them: the controller of version 1 where that has it, for it stops those of version 2 too. */
    private Optional<Path> freezer() {
        for (String name : List.of(STATE, FREEZE)) {
            for (String directory : made) {
                if (Files.exists(Path.of(directory, name))) {
                    return Optional.of(Path.of(directory, name));
                }
            }
        }
        return Optional.empty();
    }

    private static String frozen(Path freezer) {
        return freezer.endsWith(STATE) ? "FROZEN" : "1";
    }

    /**
     * Stops all its processes, and waits until they stand still.
     *
     * @throws OperationException where one does not, or nothing here can stop them; they go on then
     */
    void freezeAndWait() {
        Path freezer = freezer()
                .orElseThrow(
                        () -> new OperationException("cannot pause: no cgroup of the container's own has a freezer"));
        for (int attempt = 0; attempt < TRIES; attempt++) {
            // Version 1 looks at them anew only when it is told to: one that was just being made may be missed else.
            write(freezer, frozen(freezer));
            if (freezer.endsWith(STATE)
                    ? read(freezer).equals("FROZEN")
                    : read(freezer.resolveSibling("cgroup.events")).contains("frozen 1")) {
                return;
            }
            LockSupport.parkNanos(TRY_NANOS);
        }
        thaw();
        throw new OperationException("cannot pause: a process of the container does not stand still");
    }

    /** Lets them go on. In version 1 a frozen process that was killed ends once it is thawed. */
    void thaw() {
        for (String directory : made) {
            write(Path.of(directory, STATE), "THAWED");
            write(Path.of(directory, FREEZE), "0");
        }
    }

    /** Lets all go on that is to end, also in groups below that the container itself has made and stopped. */
    void thawAll() {
        for (String directory : made) {
            thawAll(Path.of(directory));
        }
    }

    private static void thawAll(Path group) {
        write(group.resolve(STATE), "THAWED");
        write(group.resolve(FREEZE), "0");
        below(group).forEach(Cgroups::thawAll);
    }

    /** Ends all that is in those that were made, frozen or not, and removes them. */
    void remove() {
        for (String directory : made) {
            write(Path.of(directory, KILL), "1");
        }
        thawAll();
        for (String directory : made) {
            Removal.of(Path.of(directory));
        }
    }

    /**
     * Removes those that were made and are empty, when no process of them is known. Where the command that made them was
     * killed there may be one that just ends, as it cannot go on by itself; any other is somebody else's, and stays.
     */
    void removeUnused() {
        for (int attempt = 0; attempt < UNUSED_TRIES; attempt++) {
            boolean left = false;
            for (String directory : made) {
                Removal.unlessUsed(Path.of(directory));
                left |= Files.isDirectory(Path.of(directory));
            }
            if (!left) {
                return;
            }
            LockSupport.parkNanos(TRY_NANOS);
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
