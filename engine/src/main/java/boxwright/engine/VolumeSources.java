package boxwright.engine;

import boxwright.isolation.Volume;
import boxwright.isolation.Volume.Propagation;
import boxwright.isolation.Volume.Writing;
import boxwright.isolation.Volumes;
import boxwright.runtime.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds on this machine what a container's volumes are made from. Nothing is made here: what is missing is made by lines
 * of the plan.
 *
 * @param home where volumes with a name are kept
 * @param scratch the container's own directory, where those without one are
 * @param inUserNamespace whether the container's mounts are those of a user namespace
 */
record VolumeSources(Home home, Scratch scratch, boolean inUserNamespace) {
    /** The kernel's SELinux, where it is switched on. */
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");

    /**
     * Finds them.
     *
     * @throws EngineException when one cannot be had
     */
    Volumes find(StorageRequest request) {
        List<Volume> found = new ArrayList<>();
        for (VolumeRequest volume : request.volumes()) {
            if (volume instanceof VolumeRequest.Host host) {
                found.add(host(host));
            } else if (volume instanceof VolumeRequest.Named named) {
                Path directory = named.name().isEmpty()
                        ? scratch.directory().resolve("volumes").resolve("" + found.size())
                        : home.volume(named.name());
                Writing writing = named.readOnly() ? Writing.FORBIDDEN : Writing.ALLOWED;
                found.add(new Volume.Bind(
                        directory, missing(directory), true, true, named.target(), writing, true, Propagation.PRIVATE));
            } else if (volume instanceof VolumeRequest.Memory memory) {
                found.add(new Volume.Memory(memory.target(), memory.flags(), memory.options()));
            }
        }
        return new Volumes(found);
    }

    private Volume host(VolumeRequest.Host asked) {
        Path source = path(asked.source());
        if (inUserNamespace && asked.propagation() == Propagation.SHARED) {
            throw new EngineException("the volume " + asked.target() + " cannot be shared: in a user namespace what the"
                    + " container mounts does not reach the host; mount_namespaces(7). Use rslave, or --userns host as"
                    + " root.");
        }
        boolean there = Files.exists(source);
        if (!there && !asked.make()) {
            throw new EngineException("invalid mount config for type \"bind\": bind source path does not exist: "
                    + source + ". Make it first, or use -v, which makes a directory.");
        }
        if (asked.relabel() && Files.exists(SELINUX)) {
            throw new EngineException("the volume " + asked.target() + " is to get an SELinux label (z or Z), which"
                    + " boxwright cannot give. Leave it out, and label it yourself: chcon -R -t container_file_t "
                    + source);
        }
        if (asked.propagation() != Propagation.PRIVATE) {
            requirePropagation(source, asked.propagation());
        }
        return new Volume.Bind(
                source,
                there ? List.of() : missing(source),
                !there || Files.isDirectory(source),
                false,
                asked.target(),
                asked.writing(),
                asked.recursive(),
                asked.propagation());
    }

    private static Path path(String text) {
        try {
            return Path.of(text).normalize();
        } catch (InvalidPathException e) {
            throw new EngineException("not a path: \"" + text + "\": " + e.getReason());
        }
    }

    /** The parts of a path that are to be made as directories, outermost first. */
    private static List<Path> missing(Path path) {
        Deque<Path> missing = new ArrayDeque<>();
        Path part = path;
        while (!Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
            missing.addFirst(part);
            part = part.resolve("..").normalize();
        }
        if (!Files.isDirectory(part)) {
            throw new EngineException("cannot make the directory " + path + " for a volume: " + part
                    + (Files.isSymbolicLink(part) ? " is a symbolic link that leads nowhere." : " is no directory."));
        }
        return List.copyOf(missing);
    }

    /** As Docker checks it: a mount that has no peers has nothing to pass on. */
    private static void requirePropagation(Path source, Propagation asked) {
        List<String> lines;
        Path real;
        try {
            real = Files.exists(source) ? source.toRealPath() : source;
            lines = Files.readAllLines(Path.of("/proc/self/mountinfo"));
        } catch (IOException e) {
            throw new EngineException("cannot find out whether " + source + " is on a shared mount: " + e.getMessage());
        }
        Path point = Path.of("/");
        String peers = "";
        for (String line : lines) {
            // id, parent, device, root, point, options, optional fields, a dash; proc_pid_mountinfo(5)
            String[] fields =
                    line.substring(0, Math.max(0, line.indexOf(" - "))).split(" ");
            Path mounted = Path.of(fields.length < 5 ? "/" : fields[4].replace("\\040", " "));
            if (real.startsWith(mounted) && mounted.startsWith(point)) {
                point = mounted;
                peers = line;
            }
        }
        boolean shared = peers.contains(" shared:");
        if (!shared && (asked == Propagation.SHARED || !peers.contains(" master:"))) {
            throw new EngineException("path " + source + " is mounted on " + point + " but it is not a shared"
                    + (asked == Propagation.SLAVE ? " or slave" : "")
                    + " mount: it has nothing to pass on. Share it first: mount --make-rshared " + point);
        }
    }
}
