package boxwright.isolation;

import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.SECCOMP_FILTER_FLAG_NEW_LISTENER;
import static boxwright.kernel.Constants.SECCOMP_FILTER_FLAG_TSYNC;
import static boxwright.kernel.Constants.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
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
 * @param listener who answers the calls that it only notifies of
 */
public record Seccomp(Program program, long flags, Optional<Listener> listener) implements Isolation {
    private static final Slot NOTIFICATIONS = Slot.of("notifications");

    /**
     * Where the descriptor of the filter's notifications goes, seccomp_unotify(2), and what goes with it.
     *
     * @param socket the launcher's descriptor of a unix socket
     * @param notice its descriptor of a file
     * @param size how many bytes of that are sent
     */
    public record Listener(int socket, int notice, int size) {}

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
            for (SystemCall call : List.of(SystemCall.LSEEK, SystemCall.READ, SystemCall.SENDMSG)) {
                requirePassage(program, call, "");
            }
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
        // WAIT_KILLABLE_RECV is about a listener, and refused without one.
        long all = listener.isPresent()
                ? flags & ~SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_NEW_LISTENER
                : flags & ~SECCOMP_FILTER_FLAG_TSYNC & ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
        var line = plan.call(
                        SystemCall.SECCOMP,
                        number(SECCOMP_SET_MODE_FILTER, Notation.name("SECCOMP_SET_MODE_FILTER")),
                        number(all, Notation.SECCOMP_FILTER),
                        filter)
                .because("the kernel asks this program before every call from here on");
        if (listener.isPresent()) {
            line.into(NOTIFICATIONS);
        }
    }
    // end::filter[]

    /** The lines directly before the program that hand the notifications of a filter over, where one among these has any. */
    public static void addNotices(List<Isolation> mechanisms, PlanBuilder plan) {
        for (Isolation mechanism : mechanisms) {
            if (mechanism instanceof Seccomp filter) {
                filter.addNotice(plan);
            }
        }
    }

    /** The file says whose they are by now. The connection ends with the program. */
    private void addNotice(PlanBuilder plan) {
        listener.ifPresent(to -> {
            Slot notice = new Slot("notice", to.size());
            plan.rewind(Argument.fd(to.notice()));
            plan.read(Argument.fd(to.notice()), notice).positive().because("whose calls they are, as Java has written");
            plan.sendDescriptor(Argument.fd(to.socket()), notice, NOTIFICATIONS)
                    .because("whoever answers the calls that the filter only notifies of");
        });
    }
}
