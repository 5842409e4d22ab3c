package boxwright.kernel;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Constants.POLLIN;
import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.EPERM;
import static boxwright.kernel.Errno.ESRCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import boxwright.kernel.Argument.Place;
import boxwright.kernel.Argument.Struct;
import boxwright.kernel.ProcessCalls.PollEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a plan takes and refuses, and where its parts lie in the launcher's memory. */
class PlanTest {
    private static final Slot FILE = Slot.of("file");
    private static final int HEADER = 0x40;

    @Test
    void aPlanEndsInExecveOrExitGroup() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Plan.of(plan -> plan.mkdir("/x", 0755)))
                .withMessageContaining("ends in an execve or an exit_group")
                .withMessageContaining("mkdirat(AT_FDCWD, \"/x\", 0755)");
        assertThatIllegalStateException().isThrownBy(() -> Plan.of(plan -> {})).withMessageContaining("nothing");
        assertThatIllegalStateException().isThrownBy(() -> new Plan(List.of()));
        assertThat(Plan.of(plan -> plan.exit_group(0)).calls()).hasSize(1);
        assertThat(Plan.of(plan -> plan.execve("/bin/sh", List.of("sh"), List.of()))
                        .calls())
                .hasSize(1);
    }

    @Test
    void aLastCallWhoseFailureIsToleratedIsNoEnd() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Plan.of(
                        plan -> plan.execve("/bin/sh", List.of("sh"), List.of()).tolerate(ENOENT)));
    }

    @Test
    void aChildEndsInExecveOrExitGroupToo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Plan.of(plan -> {
                    plan.fork(child -> child.mkdir("/x", 0755));
                    plan.exit_group(0);
                }));
        assertThatIllegalStateException()
                .isThrownBy(() -> Plan.of(plan -> {
                    plan.fork(child -> {});
                    plan.exit_group(0);
                }));
    }

    @Test
    void aFallbackNeedNotEnd() {
        Plan plan = Plan.of(lines -> {
            lines.mkdir("/x", 0755).tolerate(EEXIST).otherwise(fallback -> fallback.chmod("/x", 0755));
            lines.exit_group(0);
        });

        assertThat(plan.flat())
                .extracting(Call::systemCall)
                .containsExactly(SystemCall.MKDIRAT, SystemCall.FCHMODAT, SystemCall.EXIT_GROUP);
    }

    @Test
    void aFallbackThatNoErrorLeadsToIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.of(plan -> {
                    plan.mkdir("/x", 0755).otherwise(fallback -> fallback.chmod("/x", 0755));
                    plan.exit_group(0);
                }));
    }

    /** An instruction has one address to jump to. */
    @Test
    void aCloneCannotHaveAFallbackBesideItsChild() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.of(plan -> {
                    plan.fork(child -> child.exit_group(0))
                            .tolerate(EPERM)
                            .otherwise(fallback -> fallback.exit_group(1));
                    plan.exit_group(0);
                }))
                .withMessageContaining("clone has a fallback");
    }

    @Test
    void aCallHasAtMostSixArguments() {
        Argument[] seven = {NULL, NULL, NULL, NULL, NULL, NULL, NULL};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.of(plan -> {
                    plan.call(SystemCall.PRCTL, seven);
                    plan.exit_group(0);
                }));
    }

    @Test
    void aCallToleratesAtMostFourErrorsAndOnlyErrnos() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.of(plan -> {
                    plan.setsid().tolerate(EPERM, ESRCH, EBUSY, EEXIST, ENOENT);
                    plan.exit_group(0);
                }));
        for (int none : new int[] {0, -1, 256, 4096}) {
            assertThatIllegalArgumentException()
                    .as("errno " + none)
                    .isThrownBy(() -> Plan.of(plan -> {
                        plan.setsid().tolerate(none);
                        plan.exit_group(0);
                    }));
        }
    }

    @Test
    void aBuiltPlanDoesNotChange() {
        List<Call> calls = new ArrayList<>();
        PlanBuilder[] leaked = new PlanBuilder[1];
        Line[] line = new Line[1];
        List<String> argv = new ArrayList<>(List.of("sh"));
        Plan plan = Plan.of(lines -> {
            leaked[0] = lines;
            line[0] = lines.setsid().because("first");
            lines.execve("/bin/sh", argv, List.of());
        });
        calls.addAll(plan.calls());
        Plan copy = new Plan(calls);

        leaked[0].exit_group(9);
        line[0].because("second").tolerate(EPERM).into(FILE);
        argv.add("-c");
        calls.clear();

        assertThat(plan).isEqualTo(copy);
        assertThat(plan.calls()).hasSize(2);
        assertThat(plan.calls().getFirst().because()).isEqualTo("first");
        assertThat(plan.calls().getFirst().tolerated()).isEmpty();
        assertThat(plan.calls().getLast().code()).isEqualTo("execve(\"/bin/sh\", [\"sh\"], [])");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> plan.calls().clear());
    }

    @Test
    void plansThatAreWrittenAlikeAreEqual() {
        Consumer<PlanBuilder> writer = plan -> {
            plan.blockSignals();
            plan.sendDescriptor(fd(6), FILE);
            plan.ioctl(fd(0), Constants.TIOCSPTLCK, "TIOCSPTLCK", Argument.pointerTo(0));
            plan.ppoll(List.of(new PollEntry(fd(5), 0)));
            plan.clone3(0, Slot.of("pidfd"), child -> child.exit_group(0));
            plan.closeOnExecFrom(3);
            plan.exit_group(0);
        };

        assertThat(Plan.of(writer)).isEqualTo(Plan.of(writer)).hasSameHashCodeAs(Plan.of(writer));
    }

    @Test
    void aDescriptorCanBeSentTwice() {
        Plan plan = Plan.of(lines -> {
            lines.sendDescriptor(fd(6), FILE);
            lines.sendDescriptor(fd(7), FILE);
            lines.exit_group(0);
        });

        ByteBuffer bytes = ByteBuffer.wrap(new EncodedPlan(plan, Architecture.X86_64).bytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(controlOf(bytes, HEADER + 64))
                .as("the control message, with the descriptor in it")
                .isEqualTo(controlOf(bytes, HEADER))
                .isPositive();
    }

    /** {@code msg_control} of the message that an instruction sends: the address of the struct with the descriptor. */
    private static long controlOf(ByteBuffer bytes, int instruction) {
        long message = bytes.getLong(instruction + 24);
        return bytes.getLong(Math.toIntExact(message - EncodedPlan.BASE) + 32);
    }

    @Test
    void everyLineKnowsItsReasonAndChapter() {
        Plan plan = Plan.of(lines -> {
            lines.chapter("02-uts-namespace").sethostname("box").because("a name of its own");
            lines.fork(child -> child.exit_group(0));
            lines.chapter("").exit_group(0);
        });

        assertThat(plan.flat())
                .extracting(Call::chapter)
                .containsExactly("02-uts-namespace", "02-uts-namespace", "02-uts-namespace", "");
        assertThat(plan.calls().getFirst().because()).isEqualTo("a name of its own");
    }

    @Test
    void aTimedPlanReportsEveryCall() {
        Plan plan = Plan.of(lines -> {
            lines.mkdir("/x", 0755).tolerate(EEXIST).otherwise(fallback -> fallback.chmod("/x", 0755));
            lines.fork(child -> child.exit_group(0));
            lines.exit_group(0);
        });

        assertThat(plan.flat()).noneMatch(Call::reported);
        assertThat(plan.timed().flat()).hasSize(5).allMatch(Call::reported);
        assertThat(plan.timed().flat())
                .extracting(Call::code)
                .containsExactlyElementsOf(plan.flat().stream().map(Call::code).toList());
    }

    @Test
    void aSlotHoldsAtLeastAnInt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Slot("byte", 1))
                .withMessageContaining("byte");
    }

    @Test
    void aSlotLiesInOneStructOnly() {
        Plan plan = Plan.of(lines -> {
            lines.open("/x", 0, 0).into(FILE);
            lines.sendDescriptor(fd(6), FILE);
            lines.ppoll(List.of(new PollEntry(new Place(FILE), POLLIN)));
            lines.exit_group(0);
        });

        assertThatIllegalStateException()
                .isThrownBy(() -> new EncodedPlan(plan, Architecture.X86_64))
                .withMessage("the slot file lies in two structs");
    }

    @Test
    void aStructMayPointToASlotThatLivesInALaterOne() {
        Slot pidfd = Slot.of("pidfd");
        Plan plan = Plan.of(lines -> {
            lines.open("/x", 0, 0).into(FILE);
            // The struct of clone3 has a place for a descriptor, and the address of what the struct of ppoll has a
            // place for.
            lines.clone3(0, pidfd, FILE, child -> child.exit_group(0));
            lines.ppoll(List.of(new PollEntry(new Place(pidfd), POLLIN)));
            lines.pidfd_send_signal(pidfd.value(), 9);
            lines.exit_group(0);
        });

        ByteBuffer bytes = ByteBuffer.wrap(new EncodedPlan(plan, Architecture.X86_64).bytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        int first = 0x40;
        int cloneArguments = (int) bytes.getLong(first + 64 + 16) - EncodedPlan.BASE;
        int polled = (int) bytes.getLong(first + 2 * 64 + 16) - EncodedPlan.BASE;
        int signalled = (int) bytes.getLong(first + 3 * 64 + 16) - EncodedPlan.BASE;
        assertThat(bytes.getLong(cloneArguments + 8) - EncodedPlan.BASE)
                .as("where clone3 puts the pidfd")
                .isEqualTo(polled)
                .isEqualTo(signalled);
    }

    @Test
    void aSlotLiesOnceInAStruct() {
        Plan plan = Plan.of(lines -> {
            lines.ppoll(List.of(new PollEntry(new Place(FILE), POLLIN), new PollEntry(new Place(FILE), POLLIN)));
            lines.exit_group(0);
        });

        assertThatIllegalStateException().isThrownBy(() -> new EncodedPlan(plan, Architecture.X86_64));
    }

    @Test
    void aPlaceIsNoArgumentByItself() {
        Plan plan = Plan.of(lines -> {
            lines.close(new Place(FILE));
            lines.exit_group(0);
        });

        assertThatIllegalStateException()
                .isThrownBy(() -> new EncodedPlan(plan, Architecture.X86_64))
                .withMessageContaining("the slot file can only lie inside a struct");
    }

    @Test
    void aMemberThatIsNotAlignedIsRefused() {
        Struct struct = new Struct(List.of(field("small", 2, 1), field("large", 8, 2)));
        Plan plan = Plan.of(lines -> {
            lines.write(fd(1), struct);
            lines.exit_group(0);
        });

        assertThatIllegalStateException()
                .isThrownBy(() -> new EncodedPlan(plan, Architecture.X86_64))
                .withMessage("the member large is not aligned in {small=1, large=2}");
    }

    @Test
    void aMemberThatCannotHoldItsValueIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> field("odd", 3, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> field("wide", 16, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> field("ws_row", 2, 65536))
                .withMessage("the member ws_row of 2 bytes cannot hold 65536");
        assertThatIllegalArgumentException().isThrownBy(() -> field("pointer", 4, text("x")));
        assertThatIllegalArgumentException().isThrownBy(() -> field("long", 4, new Place(new Slot("buffer", 8))));
        assertThatIllegalArgumentException().isThrownBy(() -> field("address", 8, FILE.value()));
        assertThat(field("ws_row", 2, 65535).toString()).isEqualTo("ws_row=65535");
        assertThat(field("signed", 2, -1).toString()).isEqualTo("signed=-1");
    }

    @Test
    void aStringWithANulIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.of(plan -> plan.chdir("/etc\0/x")))
                .withMessageContaining("NUL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.of(plan -> plan.execve("/bin/sh", List.of("sh", "a\0b"), List.of())));
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void anInstructionIsNumberFlagsTolerancesSlotTargetAndSixArguments(Architecture architecture) {
        EncodedPlan encoded = new EncodedPlan(
                Plan.of(plan -> {
                    plan.open("/x", Constants.O_CREAT, 0640)
                            .tolerate(EEXIST, ENOENT)
                            .into(FILE)
                            .reported()
                            .otherwise(fallback -> fallback.setsid());
                    plan.fork(child -> child.exit_group(5));
                    plan.close(FILE.value());
                    plan.exit_group(0);
                }),
                architecture);
        ByteBuffer bytes = ByteBuffer.wrap(encoded.bytes()).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(encoded.calls())
                .extracting(Call::systemCall)
                .containsExactly(
                        SystemCall.OPENAT,
                        SystemCall.SETSID,
                        SystemCall.CLONE,
                        SystemCall.CLOSE,
                        SystemCall.EXIT_GROUP,
                        SystemCall.EXIT_GROUP);
        int slot = bytes.getInt(HEADER + 8);
        assertThat(bytes.getShort(HEADER)).isEqualTo((short) SystemCall.OPENAT.number(architecture));
        assertThat(bytes.get(HEADER + 2)).as("REPORT and DONE_JUMPS").isEqualTo((byte) 9);
        assertThat(bytes.get(HEADER + 3)).as("no slots").isZero();
        assertThat(bytes.getInt(HEADER + 4)).as("EEXIST, ENOENT").isEqualTo(EEXIST | ENOENT << 8);
        assertThat(slot % 8).isZero();
        assertThat(bytes.getInt(HEADER + 12)).as("past the fallback").isEqualTo(address(2));
        assertThat(bytes.getLong(HEADER + 16)).isEqualTo(-100);
        assertThat(string(bytes, bytes.getLong(HEADER + 24))).isEqualTo("/x");
        assertThat(bytes.getLong(HEADER + 32)).isEqualTo(Constants.O_CREAT);
        assertThat(bytes.getLong(HEADER + 40)).isEqualTo(0640);
        int clone = HEADER + 2 * 64;
        assertThat(bytes.get(clone + 2)).as("ZERO_JUMPS").isEqualTo((byte) 4);
        assertThat(bytes.getInt(clone + 12)).as("the child, after the list").isEqualTo(address(5));
        int close = HEADER + 3 * 64;
        assertThat(bytes.get(close + 3)).as("the first argument is a slot").isEqualTo((byte) 1);
        assertThat(bytes.getLong(close + 16)).isEqualTo(slot);
        assertThat(encoded.at(address(3))).isSameAs(encoded.calls().get(3));
    }

    @Test
    void aStringIsEncodedOnceAndAlwaysEndsInNul() {
        EncodedPlan encoded = new EncodedPlan(
                Plan.of(plan -> {
                    plan.mount("/é", "/é", "", Constants.MS_BIND);
                    plan.exit_group(0);
                }),
                Architecture.X86_64);
        ByteBuffer bytes = ByteBuffer.wrap(encoded.bytes()).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(bytes.getLong(HEADER + 16)).isEqualTo(bytes.getLong(HEADER + 24));
        assertThat(string(bytes, bytes.getLong(HEADER + 16))).isEqualTo("/é");
        assertThat(encoded.bytes()).hasSize(HEADER + 2 * 64 + 4);
    }

    @Test
    void argvIsAnArrayOfAddressesThatEndsInNull() {
        EncodedPlan encoded = new EncodedPlan(
                Plan.of(plan -> plan.execve("/bin/sh", List.of("sh", "-c"), List.of())), Architecture.AARCH64);
        ByteBuffer bytes = ByteBuffer.wrap(encoded.bytes()).order(ByteOrder.LITTLE_ENDIAN);

        int argv = (int) bytes.getLong(HEADER + 24) - EncodedPlan.BASE;
        int environment = (int) bytes.getLong(HEADER + 32) - EncodedPlan.BASE;
        assertThat(argv % 8).isZero();
        assertThat(string(bytes, bytes.getLong(argv))).isEqualTo("sh");
        assertThat(string(bytes, bytes.getLong(argv + 8))).isEqualTo("-c");
        assertThat(bytes.getLong(argv + 16)).isZero();
        assertThat(bytes.getLong(environment)).isZero();
    }

    @Test
    void anArrayOfStructsLiesInOnePieceAndASlotMayLiveInIt() {
        EncodedPlan encoded = new EncodedPlan(
                Plan.of(plan -> {
                    plan.ppoll(List.of(new PollEntry(fd(5), 0), new PollEntry(new Place(FILE), POLLIN)));
                    plan.close(FILE.value());
                    plan.exit_group(0);
                }),
                Architecture.X86_64);
        ByteBuffer bytes = ByteBuffer.wrap(encoded.bytes()).order(ByteOrder.LITTLE_ENDIAN);

        int array = (int) bytes.getLong(HEADER + 16) - EncodedPlan.BASE;
        assertThat(bytes.getInt(array)).isEqualTo(5);
        assertThat(bytes.getShort(array + 12)).isEqualTo((short) POLLIN);
        assertThat(bytes.getLong(HEADER + 64 + 16))
                .as("close takes it from there")
                .isEqualTo(EncodedPlan.BASE + array + 8);
    }

    private static int address(int index) {
        return EncodedPlan.BASE + HEADER + index * 64;
    }

    private static String string(ByteBuffer bytes, long address) {
        int start = (int) address - EncodedPlan.BASE;
        int end = start;
        while (bytes.get(end) != 0) {
            end++;
        }
        return new String(bytes.array(), start, end - start, StandardCharsets.UTF_8);
    }

    @Test
    void aLoopGoesBackToALabelThatIsThere() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new EncodedPlan(
                        Plan.of(plan -> {
                            plan.umask(0).thenBackTo("nowhere");
                            plan.exit_group(0);
                        }),
                        Architecture.X86_64))
                .withMessageContaining("nowhere");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.of(plan -> {
                    plan.umask(0)
                            .tolerate(EPERM)
                            .otherwise(fallback -> fallback.umask(1))
                            .thenBackTo("there");
                    plan.exit_group(0);
                }));
    }
}
