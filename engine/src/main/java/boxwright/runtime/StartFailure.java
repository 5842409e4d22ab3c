package boxwright.runtime;

import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOTDIR;

import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.util.List;

/** The exit codes of a container whose program did not start, as docker-run(1) has them under "Exit status". */
public enum StartFailure {
    /** The engine failed before it came to the program. */
    ENGINE(125),
    /** The program is there and cannot be executed. */
    NOT_EXECUTABLE(126),
    /** There is no such program. */
    NOT_FOUND(127);

    private final int exitCode;

    StartFailure(int exitCode) {
        this.exitCode = exitCode;
    }

    /** What the command exits with. */
    public int exitCode() {
        return exitCode;
    }

    /**
     * Which kind of failure this is.
     *
     * @param reports of the plan: as in execvp(3), a place on the search path where the program is and may not be
     *     executed counts for more than later places where it is not
     */
    public static StartFailure of(PlanException failure, List<Report> reports) {
        if (failure.call().systemCall() != SystemCall.EXECVE) {
            return ENGINE;
        }
        boolean denied = reports.stream()
                .anyMatch(report -> report.call().systemCall() == SystemCall.EXECVE && report.errno() == EACCES);
        boolean missing = failure.errno() == ENOENT || failure.errno() == ENOTDIR;
        return missing && !denied ? NOT_FOUND : NOT_EXECUTABLE;
    }
}
