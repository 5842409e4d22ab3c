package boxwright.book.weave;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import java.util.List;
import java.util.Map;

/** {@code syscall::NAME[A sentence.]}: an entry of the index, with the chapters whose lists make this call. */
final class SystemCallEntry implements Expansion {
    /** Calls whose man page is another one's, or has another name. */
    private static final Map<String, String> PAGES = Map.of(
            "rt_sigprocmask", "sigprocmask",
            "umount2", "umount",
            "exit_group", "exit_group",
            "mkdirat", "mkdir",
            "openat", "open",
            "mknodat", "mknod",
            "symlinkat", "symlink",
            "mq_timedreceive", "mq_receive",
            "ppoll", "poll",
            "dup3", "dup");

    private final PlanCalls plans;

    SystemCallEntry(Checkout checkout) {
        this.plans = PlanCalls.of(checkout);
    }

    @Override
    public List<String> lines(String call, Map<String, String> attributes, boolean html) {
        String sentence = attributes.getOrDefault("1", "");
        if (sentence.isEmpty()) {
            throw new BookException("say in brackets what it does, in one sentence");
        }
        List<String> chapters = plans.chapters(call).stream()
                .filter(name -> !name.isEmpty())
                .map(name -> "chapter:" + name + "[]")
                .toList();
        String page = PAGES.getOrDefault(call, call);
        String section = page.startsWith("mq_") ? "3" : "2";
        return List.of(
                "[[syscall-" + call + "]]`" + call + "`:: " + sentence + " man:" + page + "[" + section
                        + "]. In the lists of " + String.join(", ", chapters) + ".",
                "");
    }
}
