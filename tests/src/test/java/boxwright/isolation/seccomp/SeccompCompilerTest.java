package boxwright.isolation.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxwright.isolation.seccomp.Comparison.Op;
import boxwright.kernel.Architecture;
import boxwright.kernel.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compiled profiles against profiles read naively, in a simulator of BPF. */
class SeccompCompilerTest {
    private static final int X86_64 = Abi.X86_64.auditArch();
    private static final long[] NOTHING = new long[6];

    private static Profile profile(Action otherwise, Rule... rules) {
        return new Profile(otherwise, List.of(), 0, "", "", List.of(rules));
    }

    private static BpfMachine machine(Profile profile) {
        return new BpfMachine(
                SeccompCompiler.compile(profile, Architecture.X86_64).program());
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theDefaultProfileIsWhatItsRulesSayForMillionsOfCalls(Architecture architecture) {
        RandomProfiles random = new RandomProfiles(1);
        for (Set<String> capabilities : List.of(
                Set.<String>of(),
                Set.of("CAP_SYS_CHROOT", "CAP_NET_RAW"),
                Set.of("CAP_SYS_ADMIN", "CAP_SYSLOG", "CAP_BPF", "CAP_PERFMON", "CAP_SYS_PTRACE"))) {
            Profile profile = DefaultProfile.conditional()
                    .in(new ProfileContext(architecture, capabilities, new KernelVersion(6, 12)));
            compare(profile, architecture, random, 400_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void randomProfilesAreWhatTheirRulesSay(Architecture architecture) {
        RandomProfiles random = new RandomProfiles(2);
        for (int i = 0; i < 200; i++) {
            compare(random.next(), architecture, random, 10_000);
        }
    }

    private static void compare(Profile profile, Architecture architecture, RandomProfiles random, int calls) {
        BpfMachine machine =
                new BpfMachine(SeccompCompiler.compile(profile, architecture).program());
        NaiveFilter naive = new NaiveFilter(profile, architecture);
        int[] archs = {X86_64, Abi.X86.auditArch(), Abi.AARCH64.auditArch(), Abi.ARM.auditArch(), 0, 0x80000016};
        for (int i = 0; i < calls; i++) {
            // Two of three calls by an ABI that the machine has.
            int arch = archs[i % 3 == 0 ? i / 3 % archs.length : (architecture == Architecture.X86_64 ? 0 : 2) + i % 2];
            int number = random.number();
            long[] arguments = random.arguments();
            int expected = naive.answer(arch, number, arguments);
            int actual = machine.run(arch, number, arguments);
            if (actual != expected) {
                assertThat(Action.ofReturnValue(actual))
                        .as("call %d of %x with %x %x %x", number, arch, arguments[0], arguments[1], arguments[2])
                        .isEqualTo(Action.ofReturnValue(expected));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Op.class)
    void everyOperatorIsRightAtTheEdgesOfBothHalves(Op op) {
        for (long value : RandomProfiles.EDGES) {
            for (long second : op == Op.MASKED_EQ ? RandomProfiles.EDGES : new long[] {0}) {
                Comparison comparison = new Comparison(3, op, value, second);
                BpfMachine machine = machine(
                        profile(Action.ALLOW, new Rule(List.of("close"), Action.errno(7), List.of(comparison))));
                for (long edge : RandomProfiles.EDGES) {
                    for (long argument = edge - 1; argument != edge + 2; argument++) {
                        int answer = machine.run(X86_64, 3, new long[] {0, 0, 0, argument, 0, 0});
                        assertThat(answer)
                                .as("%s for %x", comparison, argument)
                                .isEqualTo(
                                        (comparison.matches(argument) ? Action.errno(7) : Action.ALLOW).returnValue());
                    }
                }
            }
        }
    }

    @Test
    void manyValuesOfOneArgumentAreFoundByBinarySearch() {
        List<Rule> rules = new ArrayList<>();
        for (int value = 0; value < 1000; value++) {
            rules.add(new Rule(List.of("ioctl"), Action.ALLOW, List.of(Comparison.of(1, Op.EQ, value * 7L))));
        }
        Profile profile = profile(Action.errno(1), rules.toArray(Rule[]::new));
        BpfMachine machine = machine(profile);

        for (int argument = 0; argument < 7000; argument++) {
            assertThat(machine.run(X86_64, 16, new long[] {0, argument, 0, 0, 0, 0}))
                    .isEqualTo((argument % 7 == 0 ? Action.ALLOW : Action.errno(1)).returnValue());
        }
        assertThat(machine.steps(X86_64, 16, new long[] {0, 700, 0, 0, 0, 0})).isLessThan(40);
    }

    @Test
    void aCallCostsTheLogarithmOfTheProfile() {
        Profile profile = DefaultProfile.conditional()
                .in(new ProfileContext(Architecture.X86_64, Set.of(), new KernelVersion(6, 12)));
        BpfMachine machine = machine(profile);

        int most = (int) LongStream.range(0, 500)
                .map(number -> machine.steps(X86_64, (int) number, NOTHING))
                .max()
                .orElseThrow();

        System.out.println("default profile: "
                + SeccompCompiler.compile(profile, Architecture.X86_64).program() + ", at most " + most
                + " for a call");
        assertThat(most).isLessThan(30);
    }

    @Test
    void jumpsFartherThan255InstructionsGoThroughLongOnes() {
        List<Rule> rules = new ArrayList<>();
        List<String> names = SystemCallTable.names().stream()
                .filter(name -> SystemCallTable.number(name, Abi.X86_64) >= 0)
                .sorted()
                .toList();
        for (int i = 0; i < names.size(); i++) {
            rules.add(new Rule(
                    List.of(names.get(i)),
                    Action.errno(i),
                    List.of(Comparison.masked(i % 6, i, 0), Comparison.of((i + 1) % 6, Op.GT, i))));
        }
        Profile profile = profile(Action.ALLOW, rules.toArray(Rule[]::new));

        assertThat(SeccompCompiler.compile(profile, Architecture.X86_64)
                        .program()
                        .length())
                .isGreaterThan(2000);
        compare(profile, Architecture.X86_64, new RandomProfiles(3), 200_000);
    }

    @Test
    void aProgramThatTheKernelWouldNotTakeIsRefused() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            rules.add(new Rule(
                    List.of("ioctl"), Action.ALLOW, List.of(Comparison.of(1, Op.EQ, i), Comparison.of(2, Op.EQ, i))));
        }
        assertThatExceptionOfType(SeccompException.class)
                .isThrownBy(() -> machine(profile(Action.errno(1), rules.toArray(Rule[]::new))))
                .withMessageContaining("4096 instructions");
    }

    @Test
    void otherAbisKillAndX32IsOneOfThem() {
        BpfMachine machine = machine(profile(Action.ALLOW, Rule.of(Action.errno(1), List.of("read"))));
        int kill = Action.KILL_PROCESS.returnValue();

        assertThat(machine.run(X86_64, 1, NOTHING)).isEqualTo(Action.ALLOW.returnValue());
        assertThat(machine.run(X86_64, Abi.X32_BIT, NOTHING)).isEqualTo(kill);
        assertThat(machine.run(Abi.X86.auditArch(), 1, NOTHING)).isEqualTo(kill);
        assertThat(machine.run(Abi.AARCH64.auditArch(), 1, NOTHING)).isEqualTo(kill);
    }

    @Test
    void callsNewerThanTheProfileDoNotExist() {
        BpfMachine strict = machine(profile(Action.errno(1), Rule.of(Action.ALLOW, List.of("close_range"))));
        BpfMachine open = machine(profile(Action.ALLOW, Rule.of(Action.errno(1), List.of("close_range"))));

        assertThat(strict.run(X86_64, 435, NOTHING)).isEqualTo(Action.errno(1).returnValue());
        assertThat(strict.run(X86_64, 436, NOTHING)).isEqualTo(Action.ALLOW.returnValue());
        assertThat(strict.run(X86_64, 437, NOTHING))
                .isEqualTo(Action.errno(Errno.ENOSYS).returnValue());
        assertThat(open.run(X86_64, 437, NOTHING)).isEqualTo(Action.ALLOW.returnValue());
    }

    @Test
    void aRuleAboutSocketHoldsForSocketcallToo() {
        Profile profile = new Profile(
                Action.ALLOW,
                List.of(Abi.X86),
                0,
                "",
                "",
                List.of(Rule.of(Action.errno(13), List.of("socket", "shmat"))));
        BpfMachine machine = machine(profile);
        int i386 = Abi.X86.auditArch();

        assertThat(machine.run(i386, 359, NOTHING)).isEqualTo(Action.errno(13).returnValue());
        assertThat(machine.run(i386, 102, new long[] {1, 0, 0, 0, 0, 0}))
                .isEqualTo(Action.errno(13).returnValue());
        assertThat(machine.run(i386, 102, new long[] {2, 0, 0, 0, 0, 0})).isEqualTo(Action.ALLOW.returnValue());
        assertThat(machine.run(i386, 117, new long[] {21, 0, 0, 0, 0, 0}))
                .isEqualTo(Action.errno(13).returnValue());
    }

    @Test
    void rulesThatContradictEachOtherAreRefused() {
        Rule low = new Rule(List.of("ptrace"), Action.ALLOW, List.of(Comparison.of(0, Op.LT, 10)));
        Rule high = new Rule(List.of("ptrace"), Action.errno(1), List.of(Comparison.of(0, Op.GE, 10)));
        Rule odd = new Rule(List.of("ptrace"), Action.errno(1), List.of(Comparison.masked(0, 1, 1)));

        assertThat(machine(profile(Action.ALLOW, low, high, high)).run(X86_64, 101, NOTHING))
                .as("that two rules say the same is no contradiction")
                .isEqualTo(Action.ALLOW.returnValue());
        assertThatExceptionOfType(SeccompException.class)
                .isThrownBy(() -> machine(profile(Action.ALLOW, low, odd)))
                .withMessage("seccomp profile: two rules contradict each other: ptrace with arg0 < 0xa gets ALLOW,"
                        + " and ptrace with (arg0 & 0x1) == 0x1 gets ERRNO(EPERM)");
    }

    @Test
    void aRuleWithoutConditionsOutweighsOthersAndThatIsTold() {
        Rule allow = Rule.of(Action.ALLOW, List.of("ptrace"));
        Rule deny = Rule.of(Action.errno(13), List.of("ptrace"));
        Rule low = new Rule(List.of("ptrace"), Action.errno(1), List.of(Comparison.of(0, Op.LT, 10)));

        assertThat(SeccompCompiler.compile(profile(Action.errno(1), allow, allow), Architecture.X86_64)
                        .overruled())
                .isEmpty();
        for (List<Rule> rules : List.of(List.of(allow, deny, low), List.of(low, allow, deny))) {
            Profile profile = profile(Action.errno(1), rules.toArray(Rule[]::new));
            assertThat(machine(profile).run(X86_64, 101, NOTHING)).isEqualTo(Action.ALLOW.returnValue());
            assertThat(SeccompCompiler.compile(profile, Architecture.X86_64).overruled())
                    .containsExactlyInAnyOrder(
                            "ptrace gets ALLOW, and not: ptrace gets ERRNO(EACCES)",
                            "ptrace gets ALLOW, and not: ptrace with arg0 < 0xa gets ERRNO(EPERM)");
        }
    }

    @Test
    void anOverlapIsFoundWhereSomeArgumentsFulfilBoth() {
        RandomProfiles random = new RandomProfiles(4);
        int overlaps = 0;
        for (int i = 0; i < 20_000; i++) {
            // All on one argument and near 0, so that trying out the small numbers finds most of what there is.
            List<Comparison> one = List.of(small(random), small(random));
            List<Comparison> other = List.of(small(random));
            boolean found = false;
            for (long argument = 0; argument < 40; argument++) {
                long tried = argument;
                found |= one.stream().allMatch(c -> c.matches(tried))
                        && other.stream().allMatch(c -> c.matches(tried));
            }
            assertThat(Overlap.exists(one, other)).as("%s and %s", one, other).isEqualTo(found);
            overlaps += found ? 1 : 0;
        }
        assertThat(overlaps).isBetween(2_000, 18_000);
    }

    private static Comparison small(RandomProfiles random) {
        Comparison any = random.comparison();
        return any.op() == Op.MASKED_EQ
                ? Comparison.masked(0, any.value() & 0xf, any.valueTwo() & 0xf)
                : Comparison.of(0, any.op(), any.value() & 0xf);
    }

    @Test
    void namesThatNoKernelHasAreLeftOutAndTold() {
        Profile profile =
                profile(Action.errno(1), Rule.of(Action.ALLOW, List.of("read", "raed", "arm_fadvise64_64", "raed")));

        assertThat(SeccompCompiler.compile(profile, Architecture.X86_64).unknownNames())
                .containsExactly("raed");
    }

    @Test
    void theDefaultProfileNamesNoCallThatDoesNotExist() {
        for (Architecture architecture : Architecture.values()) {
            Profile profile = DefaultProfile.conditional()
                    .in(new ProfileContext(architecture, Set.of("CAP_SYS_ADMIN"), new KernelVersion(6, 12)));
            assertThat(SeccompCompiler.compile(profile, architecture).unknownNames())
                    .isEmpty();
        }
    }
}
