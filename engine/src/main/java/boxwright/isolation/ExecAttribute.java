package boxwright.isolation;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Constants.O_CLOEXEC;
import static boxwright.kernel.Constants.O_WRONLY;

import boxwright.kernel.Constants;
import boxwright.kernel.Line;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;

/**
 * A file of {@code /proc/self/attr}, by which a process asks a security module for what holds from its next
 * {@code execve} on; proc_pid_attr(5). It is reached through a {@code /proc} that is mounted nowhere: in the container's
 * own an image or a volume may have put a file of its own in that place, which would take the request and do nothing
 * (CVE-2019-16884).
 */
final class ExecAttribute {
    private ExecAttribute() {}

    /**
     * Adds the lines. Needs CAP_SYS_ADMIN.
     *
     * @param file below {@code attr}: {@code exec}
     * @param request what the module wants to read
     * @return the line that writes it
     */
    static Line write(PlanBuilder plan, String file, String request) {
        Slot context = Slot.of("context");
        Slot proc = Slot.of("proc");
        Slot attribute = Slot.of("attribute");
        plan.call(SystemCall.FSOPEN, text("proc"), number(Constants.FSOPEN_CLOEXEC, Notation.name("FSOPEN_CLOEXEC")))
                .into(context)
                .because("a /proc that is mounted nowhere, so that nothing can be put over its files");
        plan.call(
                SystemCall.FSCONFIG,
                context.value(),
                number(Constants.FSCONFIG_CMD_CREATE, Notation.name("FSCONFIG_CMD_CREATE")),
                NULL,
                NULL,
                number(0));
        plan.call(
                        SystemCall.FSMOUNT,
                        context.value(),
                        number(Constants.FSMOUNT_CLOEXEC, Notation.name("FSMOUNT_CLOEXEC")),
                        number(0))
                .into(proc);
        plan.call(
                        SystemCall.OPENAT,
                        proc.value(),
                        text("thread-self/attr/" + file),
                        number(O_WRONLY | O_CLOEXEC, Notation.OPEN))
                .into(attribute);
        return plan.write(attribute.value(), request);
    }
}
