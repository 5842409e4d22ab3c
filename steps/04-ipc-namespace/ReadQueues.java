///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES Step04.java

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Constants.IPC_CREAT;
import static boxwright.kernel.Constants.IPC_NOWAIT;
import static boxwright.kernel.Constants.O_CREAT;
import static boxwright.kernel.Constants.O_NONBLOCK;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;

import boxwright.isolation.Isolation;
import boxwright.kernel.Argument;
import boxwright.kernel.KernelException;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Notation;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An attack on step 4: takes a message out of two queues that the host has, by the names that programs agree on. These
 * lines are the last before the program.
 *
 * @param systemV whether it goes for the System V queue; else for the POSIX queue
 */
record ReadQueues(boolean systemV) implements Isolation {
    /** As a C programmer would have it from ftok(3). */
    private static final Argument KEY = number(0x426f78, Notation.HEXADECIMAL);

    /** mq_open(3) in the C library wants a slash before it, which it does not pass on. */
    private static final Argument NAME = text("boxwright");

    private static final String MESSAGE = "a secret";
    private static final int SIZE = MESSAGE.length();

    @Override
    public String chapter() {
        return "04-ipc-namespace";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        Slot queue = Slot.of("queue");
        Slot message = new Slot("message", SIZE);
        if (systemV) {
            Argument.Struct letter =
                    new Argument.Struct(List.of(field("mtype", 8, 0), field("mtext", 8, new Argument.Place(message))));
            plan.call(SystemCall.MSGGET, KEY, number(0, Notation.OCTAL))
                    .into(queue)
                    .because("a key is all that one must know");
            plan.call(
                    SystemCall.MSGRCV,
                    queue.value(),
                    letter,
                    number(SIZE),
                    number(0),
                    number(IPC_NOWAIT, Notation.name("IPC_NOWAIT")));
        } else {
            plan.call(SystemCall.MQ_OPEN, NAME, number(O_RDONLY | O_NONBLOCK, Notation.OPEN), number(0), NULL)
                    .into(queue)
                    .because("a name is all that one must know");
            plan.call(SystemCall.MQ_TIMEDRECEIVE, queue.value(), message.address(), number(SIZE), NULL, NULL);
        }
        plan.write(fd(1), message).because("the message was for somebody else");
        plan.write(fd(1), "\n");
    }

    /** What the host does, in whose place is whoever runs this: makes the queues, with a message in each. */
    private static Plan planting() {
        Argument.Struct letter = new Argument.Struct(
                List.of(field("mtype", 8, 1), field("mtext", 8, number(word(MESSAGE), Notation.name(MESSAGE)))));
        Argument.Struct limits = new Argument.Struct(List.of(
                field("mq_flags", 8, 0),
                field("mq_maxmsg", 8, 1),
                field("mq_msgsize", 8, SIZE),
                field("mq_curmsgs", 8, 0),
                field("reserved", 8, 0),
                field("reserved", 8, 0),
                field("reserved", 8, 0),
                field("reserved", 8, 0)));
        Argument mode = number(0600, Notation.OCTAL);
        return Plan.of(plan -> {
            Slot systemV = Slot.of("systemV");
            Slot posix = Slot.of("posix");
            plan.call(SystemCall.MSGGET, KEY, number(IPC_CREAT | 0600, Notation.OCTAL)).into(systemV);
            plan.call(SystemCall.MSGSND, systemV.value(), letter, number(SIZE), number(0));
            plan.call(SystemCall.MQ_OPEN, NAME, number(O_WRONLY | O_CREAT, Notation.OPEN), mode, limits).into(posix);
            plan.call(SystemCall.MQ_TIMEDSEND, posix.value(), text(MESSAGE), number(SIZE), number(0), NULL);
            plan.exit_group(0);
        });
    }

    /** The eight characters as they lie in memory. */
    private static long word(String characters) {
        long word = 0;
        for (int i = characters.length() - 1; i >= 0; i--) {
            word = word << 8 | characters.charAt(i);
        }
        return word;
    }

    /**
     * {@code --plant} makes the queues, where it is run. Without it: reads the System V queue or, with {@code --posix},
     * the other one, in step 4 or, with {@code --step03}, in step 3.
     */
    static void main(String[] args) {
        List<String> words = new ArrayList<>(List.of(args));
        boolean step03 = words.remove("--step03");
        boolean posix = words.remove("--posix");
        if (words.remove("--plant")) {
            plant();
            return;
        }
        ImageStep.run("ReadQueues", "what was left in a queue", words.toArray(String[]::new), root -> {
            List<Isolation> prison = step03 ? Step03.isolation(root) : Step04.isolation(root);
            return Step.with(prison, new ReadQueues(!posix));
        });
    }

    private static void plant() {
        Launcher launcher = new Launcher(Path.of(System.getProperty("java.io.tmpdir")));
        try (Launch launch = launcher.start(planting(), "plant")) {
            launch.awaitStart(report -> {});
            launch.reap();
        } catch (KernelException failure) {
            System.err.println("ReadQueues: " + failure.getMessage());
            System.exit(125);
        }
    }
}
