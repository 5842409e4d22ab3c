package boxwright.runtime;

/** A process in a container that somebody sits in front of. */
public interface RunningProcess {
    /** Sends a signal, kill(2). Does nothing when it has ended. */
    void signal(int signal);

    /** Waits until it has ended. */
    ExitStatus await();
}
