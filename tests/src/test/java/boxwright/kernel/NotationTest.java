package boxwright.kernel;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.number;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Argument.Place;
import boxwright.kernel.ProcessCalls.PollEntry;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A call prints as C would write it. */
class NotationTest {
    @Test
    void flagsAreNamedAndUnknownBitsAreHexadecimal() {
        assertThat(Notation.MOUNT.write(0)).isEqualTo("0");
        assertThat(Notation.MOUNT.write(Constants.MS_NOSUID | Constants.MS_NODEV))
                .isEqualTo("MS_NOSUID|MS_NODEV");
        assertThat(Notation.MOUNT.write(Constants.MS_BIND | 1L << 40)).isEqualTo("MS_BIND|0x10000000000");
        assertThat(Notation.MOUNT.write(1L << 63)).isEqualTo("0x8000000000000000");
        assertThat(Notation.CLONE.write(Constants.CLONE_NEWPID | 1)).isEqualTo("CLONE_NEWPID|0x1");
    }

    @Test
    void everyFlagConstantHasItsNameInTheNotationOfItsCall() throws IllegalAccessException {
        for (var constant : Constants.class.getFields()) {
            String name = constant.getName();
            Notation notation = name.startsWith("CLONE_NEW")
                    ? Notation.CLONE
                    : name.startsWith("MS_")
                            ? Notation.MOUNT
                            : name.startsWith("MNT_") || name.startsWith("UMOUNT_")
                                    ? Notation.UNMOUNT
                                    : name.startsWith("MOUNT_ATTR_")
                                            ? Notation.MOUNT_ATTR
                                            : name.startsWith("CLOSE_RANGE_")
                                                    ? Notation.CLOSE_RANGE
                                                    : name.startsWith("POLL")
                                                            ? Notation.POLL
                                                            : name.startsWith("SIG") && !name.startsWith("SIG_")
                                                                    ? Notation.SIGNAL
                                                                    : value -> name;
            assertThat(notation.write(((Number) constant.get(null)).longValue()))
                    .isEqualTo(name);
        }
    }

    @Test
    void openHasAnAccessModeAndFlags() {
        assertThat(Notation.OPEN.write(0)).isEqualTo("O_RDONLY");
        assertThat(Notation.OPEN.write(Constants.O_WRONLY | Constants.O_CREAT | Constants.O_TRUNC))
                .isEqualTo("O_WRONLY|O_CREAT|O_TRUNC");
        assertThat(Notation.OPEN.write(Constants.O_RDWR | 1L << 30)).isEqualTo("O_RDWR|0x40000000");
    }

    @Test
    void theModeOfAFileIsShownWhereTheKernelLooksAtIt() {
        assertThat(code(plan -> plan.open("/x", Constants.O_RDONLY, 0640)))
                .isEqualTo("openat(AT_FDCWD, \"/x\", O_RDONLY)");
        assertThat(code(plan -> plan.open("/x", Constants.O_CREAT, 0640)))
                .isEqualTo("openat(AT_FDCWD, \"/x\", O_RDONLY|O_CREAT, 0640)");
    }

    @Test
    void signalsAreNamedOrNumbers() {
        assertThat(Notation.SIGNAL.write(9)).isEqualTo("SIGKILL");
        assertThat(Notation.SIGNAL.write(31)).isEqualTo("SIGSYS");
        assertThat(Notation.SIGNAL.write(0)).isEqualTo("0");
        assertThat(Notation.SIGNAL.write(34)).isEqualTo("34");
        assertThat(Notation.SIGNAL.write(-1)).isEqualTo("-1");
    }

    @Test
    void modesAreOctal() {
        assertThat(Notation.OCTAL.write(0755)).isEqualTo("0755");
        assertThat(Notation.OCTAL.write(0)).isEqualTo("0");
        assertThat(Notation.FILE_MODE.write(Constants.S_IFCHR | 0666)).isEqualTo("S_IFCHR|0666");
        assertThat(Notation.FILE_MODE.write(Constants.S_IFREG | 01777)).isEqualTo("S_IFREG|01777");
    }

    @Test
    void aDeviceNumberIsTakenApartAsTheKernelPutsItTogether() {
        assertThat(code(plan -> plan.mknod("/dev/null", 0666, 1, 3)))
                .isEqualTo("mknodat(AT_FDCWD, \"/dev/null\", S_IFCHR|0666, makedev(1, 3))");
        assertThat(code(plan -> plan.mknod("/x", 0600, 4095, 0xfffff)))
                .isEqualTo("mknodat(AT_FDCWD, \"/x\", S_IFCHR|0600, makedev(4095, 1048575))");
        assertThat(code(plan -> plan.mknod("/x", 0600, 10, 256))).endsWith("makedev(10, 256))");
    }

    @Test
    void stringsAreQuotedAsInC() {
        assertThat(Notation.quoted("a \"b\" \\ c")).isEqualTo("\"a \\\"b\\\" \\\\ c\"");
        assertThat(Notation.quoted("a\nb\tc\rd")).isEqualTo("\"a\\nb\\tc\\015d\"");
        assertThat(Notation.quoted("\u001b[0m1\u007f")).isEqualTo("\"\\033[0m1\\177\"");
        assertThat(Notation.quoted("é😀")).isEqualTo("\"é😀\"");
    }

    @Test
    void charactersThatOnlyPretendToBeTextAreWrittenAsTheirBytes() {
        assertThat(Notation.quoted("a\u009b2Jb")).as("a C1 control sequence").isEqualTo("\"a\\302\\2332Jb\"");
        assertThat(Notation.quoted("x\u202ey")).as("right-to-left override").isEqualTo("\"x\\342\\200\\256y\"");
        assertThat(Notation.quoted("x\u2028y")).as("line separator").isEqualTo("\"x\\342\\200\\250y\"");
        assertThat(Notation.quoted("x\ud800y"))
                .as("half of a pair: what is encoded is a ?")
                .isEqualTo("\"x?y\"");
    }

    @Test
    void theSizeOfAStringIsItsSizeInBytes() {
        assertThat(code(plan -> plan.sethostname("é"))).isEqualTo("sethostname(\"é\", 2)");
    }

    @Test
    void callsReadAsStraceWritesThem() {
        Slot pidfd = Slot.of("pidfd");
        assertThat(code(plan -> plan.ppoll(
                        List.of(new PollEntry(new Place(pidfd), Constants.POLLIN), new PollEntry(fd(0), 0)))))
                .isEqualTo("ppoll([{fd=pidfd, events=POLLIN}, {fd=0, events=0}], 2, NULL, NULL, 8)");
        assertThat(code(PlanBuilder::blockSignals)).isEqualTo("rt_sigprocmask(SIG_SETMASK, ~[], NULL, 8)");
        assertThat(code(PlanBuilder::unblockSignals)).isEqualTo("rt_sigprocmask(SIG_SETMASK, [], NULL, 8)");
        assertThat(code(plan -> plan.ioctl(fd(6), Constants.TIOCSPTLCK, "TIOCSPTLCK", Argument.pointerTo(0))))
                .isEqualTo("ioctl(6, TIOCSPTLCK, [0])");
        assertThat(code(plan -> plan.sendDescriptor(fd(6), Slot.of("master"))))
                .isEqualTo("sendmsg(6, {msg_iov=[{iov_base=\"c\", iov_len=1}], msg_iovlen=1, msg_control=[{cmsg_len=20,"
                        + " cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=master}], msg_controllen=24}, 0)");
        assertThat(code(plan -> plan.closeOnExecFrom(3))).isEqualTo("close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC)");
        assertThat(code(plan -> plan.mount("none", "/", "", Constants.MS_REC | Constants.MS_PRIVATE)))
                .isEqualTo("mount(\"none\", \"/\", NULL, MS_REC|MS_PRIVATE, NULL)");
        assertThat(code(plan -> plan.clone3(Constants.CLONE_NEWPID, pidfd, child -> child.exit_group(0))))
                .isEqualTo("clone3({flags=CLONE_PIDFD|CLONE_NEWPID, pidfd=&pidfd, exit_signal=SIGCHLD}, 64)");
        assertThat(code(plan -> plan.wait4(number(-1), Slot.of("status")))).isEqualTo("wait4(-1, &status, 0, NULL)");
    }

    private static String code(Consumer<PlanBuilder> line) {
        return PlanBuilder.block("", line).getFirst().code();
    }
}
