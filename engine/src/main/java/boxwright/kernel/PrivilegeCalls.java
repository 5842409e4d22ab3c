package boxwright.kernel;

import static boxwright.kernel.Argument.number;

import java.util.ArrayList;
import java.util.List;

/** The calls of a plan that decide who a process is: credentials(7). */
public interface PrivilegeCalls {
    /** Any call, for those that have no method here. */
    Line call(SystemCall systemCall, Argument... arguments);

    /** prctl(2) of an operation with one number; the arguments behind it are 0, as the newer operations demand. */
    default Line prctl(int operation, String name, Argument argument) {
        return call(
                SystemCall.PRCTL, number(operation, Notation.name(name)), argument, number(0), number(0), number(0));
    }

    /** setgroups(2): these supplementary groups, and none of those before. */
    default Line setgroups(List<Integer> groups) {
        List<Long> words = new ArrayList<>();
        for (int i = 0; i < groups.size(); i += 2) {
            long second = i + 1 < groups.size() ? groups.get(i + 1) : 0;
            words.add(Integer.toUnsignedLong(groups.get(i)) | second << 32);
        }
        Argument list = groups.isEmpty() ? Argument.NULL : new Argument.Words(words, groups.toString());
        return call(SystemCall.SETGROUPS, number(groups.size()), list);
    }

    /** setresgid(2): the real, effective and saved group. */
    default Line setresgid(long group) {
        return call(SystemCall.SETRESGID, number(group), number(group), number(group));
    }

    /** setresuid(2): the real, effective and saved user. Whoever is not root then has no capability left. */
    default Line setresuid(long user) {
        return call(SystemCall.SETRESUID, number(user), number(user), number(user));
    }

    /** fchown(2), which leaves the group as it is. */
    default Line fchown(Argument descriptor, long user) {
        return call(SystemCall.FCHOWN, descriptor, number(user), number(-1));
    }
}
