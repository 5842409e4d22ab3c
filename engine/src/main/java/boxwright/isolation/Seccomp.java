package boxwright.isolation;

import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.SECCOMP_FILTER_FLAG_NEW_LISTENER;
import static boxwright.kernel.Constants.SECCOMP_FILTER_FLAG_TSYNC;
import static boxwright.kernel.Constants.SECCOMP_SET_MODE_FILTER;

import boxwright.isolation.seccomp.Abi;
import boxwright.isolation.seccomp.Action;
import boxwright.isolation.seccomp.DefaultProfile;
import boxwright.isolation.seccomp.ProfileContext;
import boxwright.isolation.seccomp.Program;
import boxwright.isolation.seccomp.SeccompCompiler;
import boxwright.isolation.seccomp.SeccompException;
import boxwright.kernel.Architecture;
import boxwright.kernel.Argument;
import boxwright.kernel.Call;
import boxwright.kernel.Capability;
import boxwright.kernel.Notation;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A filter in front of the kernel: seccomp(2). Namespaces change what a call sees; this decides whether the call is made
 * at all. The kernel runs the program before every call of the process and of its children, for ever.
 *
 * <p>A filter needs CAP_SYS_ADMIN, or a process that can gain no privilege by {@code execve} any more
 * ({@link NoNewPrivileges}): else a plain user could run a setuid program without the calls by which it would give up its
 * privilege. So behind {@code no_new_privs} this comes after {@link Capabilities} in the list, and without it before; then
 * the filter has to let pass what the lines behind it call.
 *
 * @param program what was compiled from a profile
 * @param flags {@code SECCOMP_FILTER_FLAG_…}
 * @param listener the launcher's descriptor of a unix socket that gets the descriptor of the filter's notifications;
 *     seccomp_unotify(2)
 */
public record Seccomp(Program program, long flags, Optional<Integer> listener) implements Isolation {
    /**
     * Checks that the program can be started behind the filter.
     *
     * @throws SeccompException when the profile forbids what starts the program
     */
    public Seccomp {
        requirePassage(program, SystemCall.EXECVE, "");
        requirePassage(program, SystemCall.WRITE, "");
        requirePassage(program, SystemCall.EXIT_GROUP, "");
        if (listener.isPresent()) {
            requirePassage(program, SystemCall.SENDMSG, "");
        }
    }

    /** A filter that nobody listens to. */
    public static Seccomp of(Program program) {
        return new Seccomp(program, 0, Optional.empty());
    }

    /** The default profile, compiled for a container on this machine with that bounding set. */
    public static Seccomp usual(Set<Capability> capabilities) {
        ProfileContext context = ProfileContext.of(capabilities);
        return of(SeccompCompiler.compile(DefaultProfile.conditional().in(context), context.architecture())
                .program());
    }

    /**
     * Checks that the lines of other mechanisms can run behind the filter too.
     *
     * @throws SeccompException when the profile forbids one of their calls
     */
    public void requirePassage(Isolation later) {
        Plan lines = Plan.of(plan -> {
            later.addLast(plan);
            plan.exit_group(0);
        });
        for (Call call : lines.calls()) {
            requirePassage(
                    program,
                    call.systemCall(),
                    ", or set no_new_privs (--security-opt no-new-privileges), with which the filter comes last");
        }
    }

    private static void requirePassage(Program program, SystemCall call, String otherwise) {
        Architecture architecture = Architecture.current();
        Action action = program.answer(Abi.nativeOf(architecture), call.number(architecture));
        switch (action.kind()) {
            case ALLOW, LOG, TRACE -> {}
            default -> throw SeccompException.stopsTheStart(call.symbol(), action, otherwise);
        }
    }

    @Override
    public String chapter() {
        return "10-seccomp";
    }

    // tag::filter[]
    @Override
    public void addLast(PlanBuilder plan) {
        Argument.Struct filter = new Argument.Struct(List.of(
                field("len", 2, program.length()),
                field("padding", 2, 0),
                field("padding", 4, 0),
                field("filter", 8, new Argument.Words(program.words(), "[" + program + "]"))));
        // TSYNC is for programs with threads; the kernel does not take it together with a listener.
        long all = flags & ~SECCOMP_FILTER_FLAG_TSYNC | (listener.isPresent() ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0);
        Slot notifications = Slot.of("notifications");
        var line = plan.call(
                        SystemCall.SECCOMP,
                        number(SECCOMP_SET_MODE_FILTER, Notation.name("SECCOMP_SET_MODE_FILTER")),
                        number(all, Notation.SECCOMP_FILTER),
                        filter)
                .because("the kernel asks this program before every call from here on");
        listener.ifPresent(socket -> {
            line.into(notifications);
            plan.sendDescriptor(Argument.fd(socket), notifications)
                    .because("whoever answers the calls that the filter only notifies of");
        });
    }
    // end::filter[]
}
