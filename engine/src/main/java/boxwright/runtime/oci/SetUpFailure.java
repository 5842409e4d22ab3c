package boxwright.runtime.oci;

import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.Errno;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.util.List;
import java.util.Locale;

/**
 * What to say when a container could not be set up. Engines look for certain words of runc's: "executable file not found in
 * $PATH", "no such file or directory", "permission denied".
 */
final class SetUpFailure {
    private SetUpFailure() {}

    static String describe(PlanException failure, List<Report> reports, BundleProgram program) {
        if (failure.call().systemCall() == SystemCall.FACCESSAT) {
            return noProgram(failure, reports, program);
        }
        String because = failure.call().because();
        return "cannot set up the container: " + failure.getMessage()
                + (because.isEmpty() ? "" : ". It was for: " + because);
    }

    /** As in execvp(3), a place where the program is and may not be executed counts for more than where it is not. */
    private static String noProgram(PlanException failure, List<Report> reports, BundleProgram program) {
        boolean denied = failure.errno() == EACCES;
        for (Report report : reports) {
            denied |= report.call().systemCall() == SystemCall.FACCESSAT && report.errno() == EACCES;
        }
        String exec = "exec: \"" + program.name() + "\": ";
        if (denied) {
            return exec + "permission denied: it is no program, or may not be executed";
        }
        if (program.isSearched() && failure.errno() == ENOENT) {
            return exec + "executable file not found in $PATH";
        }
        return exec + meaning(failure.errno());
    }

    /** As Go writes it. */
    static String meaning(int errno) {
        return Errno.meaning(errno).toLowerCase(Locale.ROOT);
    }
}
