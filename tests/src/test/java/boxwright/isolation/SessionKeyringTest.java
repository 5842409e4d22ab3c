package boxwright.isolation;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Constants.KEYCTL_JOIN_SESSION_KEYRING;
import static boxwright.kernel.Constants.KEYCTL_SEARCH;
import static boxwright.kernel.Constants.KEY_SPEC_SESSION_KEYRING;
import static boxwright.kernel.Errno.ENOSYS;
import static boxwright.kernel.Errno.EPERM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key of the host, which no namespace hides. The host is played by a session keyring of the test's own. */
class SessionKeyringTest {
    /** {@code ENOKEY} of errno(3). */
    private static final int ENOKEY = 126;

    @TempDir
    private Path directory;

    /** A session keyring with a key in it, as a login has it. */
    private record Login() implements Isolation {
        @Override
        public String chapter() {
            return "10-seccomp";
        }

        @Override
        public void addTo(PlanBuilder plan) {
            plan.call(SystemCall.KEYCTL, number(KEYCTL_JOIN_SESSION_KEYRING), NULL)
                    .tolerate(ENOSYS, EPERM)
                    .reported();
            plan.call(
                            SystemCall.ADD_KEY,
                            text("user"),
                            text("boxwright-secret"),
                            text("a secret"),
                            number(8),
                            number(KEY_SPEC_SESSION_KEYRING))
                    .tolerate(ENOSYS, EPERM)
                    .reported();
        }
    }

    private int search(Isolation... isolation) {
        List<Report> reports = Confined.calls(
                directory,
                List.of(isolation),
                lines -> lines.call(
                                SystemCall.KEYCTL,
                                number(KEYCTL_SEARCH),
                                number(KEY_SPEC_SESSION_KEYRING),
                                text("user"),
                                text("boxwright-secret"),
                                number(0))
                        .tolerate(ENOKEY, ENOSYS, EPERM)
                        .reported());
        assumeTrue(
                reports.getFirst().errno() == 0, "needs a kernel with keys (CONFIG_KEYS), and no filter before them");
        return reports.getLast().errno();
    }

    @Test
    void aKeyIsInherited() {
        assertThat(search(new Login())).isZero();
    }

    @Test
    void aKeyringOfItsOwnIsEmpty() {
        assertThat(search(new Login(), new SessionKeyring())).isEqualTo(ENOKEY);
    }
}
