package boxwright.engine;

import boxwright.isolation.ContainerPath;
import boxwright.isolation.Volume.Propagation;
import boxwright.isolation.Volume.Writing;
import boxwright.isolation.Volumes;

/** Something that is to be mounted into a container. */
public sealed interface VolumeRequest {
    /** Where, an absolute path in the container. */
    String target();

    /**
     * A directory or file of the host.
     *
     * @param source its path, absolute
     * @param make whether it is made, as a directory, where it is missing; else that is an error
     * @param target see {@link #target}
     * @param writing how much of it the container may write to
     * @param recursive whether what is mounted below it comes along
     * @param propagation what passes between it and the host
     * @param relabel whether SELinux is to let the container have it
     */
    record Host(
            String source,
            boolean make,
            String target,
            Writing writing,
            boolean recursive,
            Propagation propagation,
            boolean relabel)
            implements VolumeRequest {
        public Host {
            target = checked(target);
        }
    }

    /**
     * A directory that Boxwright keeps.
     *
     * @param name by which other containers find it; empty for one that is gone with its container
     * @param target see {@link #target}
     * @param readOnly whether the container can only read it
     */
    record Named(String name, String target, boolean readOnly) implements VolumeRequest {
        public Named {
            target = checked(target);
            if (!name.isEmpty()) {
                Names.volume(name);
            }
        }
    }

    /**
     * A file system in memory.
     *
     * @param target see {@link #target}
     * @param flags {@code MS_…}
     * @param options of tmpfs(5), {@code size=64m}; {@code ""} for none
     */
    record Memory(String target, long flags, String options) implements VolumeRequest {
        public Memory {
            target = checked(target);
        }
    }

    /**
     * A place that may be mounted on.
     *
     * @throws IllegalArgumentException where it may not
     */
    private static String checked(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("invalid mount path: '" + text + "' mount path must be absolute");
        }
        String target = ContainerPath.clean(text);
        if (target.equals("/")) {
            throw new IllegalArgumentException("invalid specification: destination can't be '/'");
        }
        // CVE-2019-16884: who decides what is in /proc decides what our writes to it do. runc: checkProcMount.
        if (Volumes.isAtOrBelow(target, "/proc") && !Volumes.NUMBERS.contains(target)) {
            throw new IllegalArgumentException("'" + target + "' is in /proc, which has to be the kernel's own: the"
                    + " container is confined through it. Only these may be covered: "
                    + String.join(", ", Volumes.NUMBERS));
        }
        return target;
    }
}
