package boxwright.isolation.seccomp;

import java.util.List;

/**
 * The calls of i386 that stand for many: {@code socketcall} and {@code ipc} have the real call's number as their first
 * argument, and the real arguments behind a pointer, where no filter can look. {@code include/uapi/linux/net.h} and
 * {@code include/uapi/linux/ipc.h}.
 */
final class Multiplexed {
    private static final String[] SOCKETCALL = {
        "",
        "socket",
        "bind",
        "connect",
        "listen",
        "accept",
        "getsockname",
        "getpeername",
        "socketpair",
        "send",
        "recv",
        "sendto",
        "recvfrom",
        "shutdown",
        "setsockopt",
        "getsockopt",
        "sendmsg",
        "recvmsg",
        "accept4",
        "recvmmsg",
        "sendmmsg"
    };
    private static final String[] IPC = {
        "",
        "semop",
        "semget",
        "semctl",
        "semtimedop",
        "",
        "",
        "",
        "",
        "",
        "",
        "msgsnd",
        "msgrcv",
        "msgget",
        "msgctl",
        "",
        "",
        "",
        "",
        "",
        "",
        "shmat",
        "shmdt",
        "shmget",
        "shmctl"
    };

    private Multiplexed() {}

    /** Adds what rules without conditions say about the calls, as far as no rule speaks of the multiplexer itself. */
    static void add(List<Rule> profile, NumberRules rules) {
        add("socketcall", SOCKETCALL, profile, rules);
        add("ipc", IPC, profile, rules);
    }

    private static void add(String carrier, String[] calls, List<Rule> profile, NumberRules rules) {
        if (rules.has(carrier)) {
            return;
        }
        for (int call = 1; call < calls.length; call++) {
            for (Rule rule : profile) {
                if (rule.conditions().isEmpty() && rule.names().contains(calls[call])) {
                    List<Comparison> selected = List.of(Comparison.of(0, Comparison.Op.EQ, call));
                    rules.add(carrier, List.of(new CallRules.Alternative(selected, rule.action())));
                }
            }
        }
    }
}
