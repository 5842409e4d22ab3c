package boxwright.kernel;

/**
 * A plan that ended at a call that failed. {@code boxwright.explain} adds what the call was for, where it is explained,
 * and the likely cause on this machine.
 */
public final class PlanException extends KernelException {
    private static final long serialVersionUID = 1L;

    private final transient Plan plan;
    private final transient Report report;

    PlanException(Plan plan, Report report) {
        super(
                report.errno() == 0
                        ? report.call().code() + ": returned " + report.result() + ", nobody was there any more"
                        : message(report.call().code(), report.errno()));
        this.plan = plan;
        this.report = report;
    }

    private static String message(String operation, int errno) {
        return operation + ": " + Errno.name(errno) + " (" + Errno.meaning(errno) + ")";
    }

    /** The plan that was running. */
    public Plan plan() {
        return plan;
    }

    /** The call that failed. */
    public Call call() {
        return report.call();
    }

    @Override
    public int errno() {
        return report.errno();
    }
}
