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
        if (isAboutProgram(failure.call().systemCall())) {
            return noProgram(failure, reports, program);
        }
        String because = failure.call().because();
        return "cannot set up the container: " + failure.getMessage()
                + (because.isEmpty() ? "" : ". It was for: " + because);
    }

    private static boolean isAboutProgram(SystemCall call) {
        return call == SystemCall.FACCESSAT || call == SystemCall.EXECVE;
    }

    /** Of a program that is searched for, a file that may not be executed is none, as with runc. */
    private static String noProgram(PlanException failure, List<Report> reports, BundleProgram program) {
        boolean denied = failure.errno() == EACCES;
        for (Report report : reports) {
            denied |= isAboutProgram(report.call().systemCall()) && report.errno() == EACCES;
        }
        String exec = "exec: \"" + program.name() + "\": ";
        if (program.isSearched() && (denied || failure.errno() == ENOENT)) {
            return exec + "executable file not found in $PATH"
                    + (denied ? ": a file of that name is there, which may not be executed" : "");
        }
        if (denied) {
            return exec + "permission denied: it is no program, or may not be executed";
        }
        return exec + meaning(failure.errno());
    }

    /** As Go writes it. */
    static String meaning(int errno) {
        return Errno.meaning(errno).toLowerCase(Locale.ROOT);
    }
}
