package boxwright.engine.doctor;

import boxwright.kernel.Call;
import boxwright.kernel.Errno;
import boxwright.kernel.Report;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What the kernel answered to a question. */
record Answers(List<Report> reports) {
    /** The report of the first call of that kind; empty where the plan did not get so far. */
    Optional<Report> about(Predicate<Call> kind) {
        return reports.stream().filter(report -> kind.test(report.call())).findFirst();
    }

    /** The call that ended the plan; empty where it ran to its end. */
    Optional<Report> failure() {
        return reports.stream().filter(report -> !report.tolerated()).findFirst();
    }

    /** Whether the plan was run, and to its end. */
    boolean allWell() {
        return !reports.isEmpty() && failure().isEmpty();
    }

    /** The error of the plan, by name: {@code clone3: EPERM (Operation not permitted)}. */
    String trouble() {
        return failure().map(Answers::told).orElse(reports.isEmpty() ? "the kernel could not be asked" : "");
    }

    /** A result by the call's name: {@code clone3: EPERM (Operation not permitted)}. */
    static String told(Report report) {
        String call = report.call().systemCall().symbol();
        return report.errno() == 0
                ? call + " works"
                : call + ": " + Errno.name(report.errno()) + " (" + Errno.meaning(report.errno()) + ")";
    }
}
