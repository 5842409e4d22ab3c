package boxwright.isolation;

import boxwright.kernel.Constants;

/**
 * Message queues, semaphores and shared memory of its own; ipc_namespaces(7). These are the objects that a process finds
 * by a key (System V, sysvipc(7)) or by a name that looks like a path and is none (POSIX queues, mq_overview(7)). A root
 * directory of its own hides neither, for neither is a file.
 *
 * <p>There is no line to add. The {@code /dev/mqueue} that {@link KernelFilesystems} mounts shows the queues of the
 * namespace in which it is mounted: until there is this one, the host's. POSIX shared memory is plain files in
 * {@code /dev/shm}, so step 3 was enough for it.
 */
public record IpcNamespace() implements Isolation {
    @Override
    public String chapter() {
        return "04-ipc-namespace";
    }

    @Override
    public long cloneFlags() {
        return Constants.CLONE_NEWIPC;
    }
}
