package boxwright.isolation;

import static boxwright.kernel.Capability.CAP_CHOWN;
import static boxwright.kernel.Capability.CAP_KILL;
import static boxwright.kernel.Capability.CAP_NET_BIND_SERVICE;
import static boxwright.kernel.Capability.CAP_SYS_ADMIN;
import static boxwright.kernel.Capability.CAP_SYS_TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Capability;
import boxwright.kernel.Errno;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilitiesTest {
    private static final Set<Capability> EVERY = Set.of(Capability.values());
    private static final Credentials NOBODY = new Credentials(4321, 8765, Optional.of(List.of(8765, 7, 9)), List.of());

    private static final CapabilityChoice FULL = new CapabilityChoice(EVERY, 40);

    @TempDir
    private Path directory;

    @Test
    void theNumbersAreThoseOfTheKernelsHeader() throws IOException {
        Path header = Path.of("/usr/include/linux/capability.h");
        assumeTrue(Files.exists(header), "needs the kernel's header " + header + " (Debian: linux-libc-dev)");
        Map<String, Integer> expected = Pattern.compile("#define (CAP_[A-Z_]+)\\s+(\\d+)\n")
                .matcher(Files.readString(header))
                .results()
                .collect(Collectors.toMap(
                        (MatchResult found) -> found.group(1), found -> Integer.valueOf(found.group(2))));

        Map<String, Integer> ours = new TreeMap<>();
        for (Capability capability : Capability.values()) {
            ours.put(capability.name(), capability.number());
        }
        assertThat(ours).containsAllEntriesOf(expected).hasSize(41);
        assertThat(List.of(Capability.values()).get(40).number())
                .as("in the order of the numbers")
                .isEqualTo(40);
    }

    @Test
    void withoutFlagsItIsDockersFourteen() {
        assertThat(Capability.bits(FULL.choose(List.of(), List.of()))).isEqualTo(0xa80425fbL);
        assertThat(CapabilityChoice.DOCKERS).hasSize(14);
    }

    @Test
    void namesMayBeShortAndSmall() {
        assertThat(FULL.choose(List.of("sys_time"), List.of("Cap_Chown", "KILL")))
                .contains(CAP_SYS_TIME)
                .doesNotContain(CAP_CHOWN, CAP_KILL)
                .hasSize(13);
    }

    @Test
    void allAndTheRestAsDockerTakesThem() {
        assertThat(FULL.choose(List.of("ALL"), List.of())).isEqualTo(EVERY);
        assertThat(FULL.choose(List.of("all"), List.of("SYS_ADMIN")))
                .hasSize(40)
                .doesNotContain(CAP_SYS_ADMIN);
        assertThat(FULL.choose(List.of(), List.of("ALL"))).isEmpty();
        assertThat(FULL.choose(List.of("CHOWN"), List.of("ALL"))).containsExactly(CAP_CHOWN);
        assertThat(FULL.choose(List.of("CHOWN"), List.of("CHOWN")))
                .as("adding wins")
                .contains(CAP_CHOWN);
    }

    @Test
    void whatDoesNotExistOrCannotBeGivenIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FULL.choose(List.of("SYS_ADMEN"), List.of()))
                .withMessageStartingWith("there is no capability \"SYS_ADMEN\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FULL.choose(List.of(), List.of("")))
                .withMessageStartingWith("there is no capability \"\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CapabilityChoice(EVERY, 37).choose(List.of("BPF"), List.of()))
                .withMessage("this kernel does not know CAP_BPF: its capabilities end with number 37"
                        + " (/proc/sys/kernel/cap_last_cap)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CapabilityChoice(Set.of(CAP_CHOWN), 40).choose(List.of("KILL"), List.of()))
                .withMessageStartingWith("we do not have CAP_KILL ourselves");
        assertThat(new CapabilityChoice(Set.of(CAP_CHOWN), 40).choose(List.of("ALL"), List.of()))
                .as("all that there is")
                .containsExactly(CAP_CHOWN);
    }

    @Test
    void inANewUserNamespaceAllThatTheKernelKnowsCanBeGiven() {
        assertThat(new CapabilityChoice(Set.of(), 40).inNewUserNamespace().available())
                .isEqualTo(EVERY);
        assertThat(new CapabilityChoice(Set.of(), 37).inNewUserNamespace().available())
                .hasSize(38);
    }

    @Test
    void setsThatTheKernelWouldRefuseAreRefusedBefore() {
        Set<Capability> kill = Set.of(CAP_KILL);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Capabilities(kill, kill, Set.of(), Set.of(), Set.of(), 40, Optional.empty()))
                .withMessage("CAP_KILL is in the effective set but not in the permitted set; capabilities(7)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Capabilities(kill, kill, kill, Set.of(), kill, 40, Optional.empty()))
                .withMessage("CAP_KILL is in the ambient set but not in the inheritable set; capabilities(7)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Capabilities.ofRoot(Set.of(Capability.CAP_BPF), 37))
                .withMessageStartingWith("this kernel does not know CAP_BPF");
    }

    @Test
    void capabilitiesNewerThanOurTableLeaveTheBoundingSetToo() {
        Plan plan = Plan.of(lines -> {
            Capabilities.ofRoot(EVERY, 42).addLast(lines);
            lines.exit_group(0);
        });
        assertThat(plan.calls().subList(0, 2))
                .extracting(Object::toString)
                .containsExactly("prctl(PR_CAPBSET_DROP, 41)", "prctl(PR_CAPBSET_DROP, 42)");
        assertThat(plan.calls().get(2))
                .hasToString("capset({version=_LINUX_CAPABILITY_VERSION_3}"
                        + ", [{effective=0xffffffff, permitted=0xffffffff, inheritable=0},"
                        + " {effective=0x1ff, permitted=0x1ff, inheritable=0}])");
    }

    @Test
    void theKernelHasTheSetsThatWereAskedFor() {
        Machine.needsRoot();
        CapabilityChoice here = CapabilityChoice.here();
        Set<Capability> usual = here.choose(List.of(), List.of());
        Set<Capability> keep = Set.of(CAP_NET_BIND_SERVICE, CAP_KILL);
        for (Capabilities asked : List.of(
                Capabilities.ofRoot(usual, here.last()),
                Capabilities.ofRoot(Set.of(), here.last()),
                Capabilities.ofRoot(here.available(), here.last()),
                new Capabilities(usual, usual, usual, keep, keep, here.last(), Optional.empty()))) {
            Map<String, Long> seen = status(asked);
            assertThat(seen)
                    .containsEntry("CapBnd", Capability.bits(asked.bounding()))
                    .containsEntry("CapEff", Capability.bits(asked.effective()))
                    .containsEntry("CapPrm", Capability.bits(asked.permitted()))
                    .containsEntry("CapInh", Capability.bits(asked.inheritable()))
                    .containsEntry("CapAmb", Capability.bits(asked.ambient()));
        }
    }

    @Test
    void anotherUserHasNoneButWhatExecveMayGiveHim() {
        Machine.needsRoot();
        CapabilityChoice here = CapabilityChoice.here();
        Set<Capability> usual = here.choose(List.of(), List.of());
        Map<String, Long> seen = status(Capabilities.of(NOBODY, usual, here.last()));

        assertThat(seen)
                .containsEntry("CapBnd", Capability.bits(usual))
                .containsEntry("CapEff", 0L)
                .containsEntry("CapPrm", 0L)
                .containsEntry("CapInh", 0L)
                .containsEntry("CapAmb", 0L);
    }

    @Test
    void anotherUserMayKeepSomeWhenTheyAreAmbient() {
        Machine.needsRoot();
        CapabilityChoice here = CapabilityChoice.here();
        Set<Capability> bind = Set.of(CAP_NET_BIND_SERVICE);
        Map<String, Long> seen =
                status(new Capabilities(bind, bind, bind, bind, bind, here.last(), Optional.of(NOBODY)));

        assertThat(seen)
                .containsEntry("CapBnd", Capability.bits(bind))
                .containsEntry("CapEff", Capability.bits(bind))
                .containsEntry("CapPrm", Capability.bits(bind))
                .containsEntry("CapAmb", Capability.bits(bind));
    }

    @Test
    void theUserAndTheGroupsAreThoseAndNoOthers() {
        Machine.needsRoot();
        CapabilityChoice here = CapabilityChoice.here();
        Confined.Ran ran = Confined.run(
                directory,
                List.of(Capabilities.of(NOBODY, Set.of(), here.last())),
                Machine.needs("grep"),
                "-E",
                "^(Uid|Gid|Groups):",
                "/proc/self/status");

        assertThat(ran.output().replace('\t', ' ').lines().map(String::stripTrailing))
                .containsExactly("Uid: 4321 4321 4321 4321", "Gid: 8765 8765 8765 8765", "Groups: 7 9 8765");
    }

    @Test
    void theDeathOfTheParentIsStillFollowedAfterTheChangeOfTheUser() {
        Plan plan = Plan.of(lines -> {
            Capabilities.of(NOBODY, Set.of(), 40).addLast(lines);
            lines.exit_group(0);
        });
        List<String> calls = plan.calls().stream().map(Object::toString).toList();
        assertThat(calls)
                .containsSubsequence(
                        "setgroups(3, [8765, 7, 9])",
                        "setresgid(8765, 8765, 8765)",
                        "setresuid(4321, 4321, 4321)",
                        "prctl(PR_SET_PDEATHSIG, SIGKILL)");
        Plan root = Plan.of(lines -> {
            Capabilities.of(Credentials.root(), Set.of(), 40).addLast(lines);
            lines.exit_group(0);
        });
        assertThat(root.calls().toString()).doesNotContain("PDEATHSIG");
    }

    private Map<String, Long> status(Capabilities asked) {
        Confined.Ran ran = Confined.run(directory, List.of(asked), Machine.needs("grep"), "^Cap", "/proc/self/status");
        Map<String, Long> sets = new TreeMap<>();
        ran.output()
                .lines()
                .forEach(line -> sets.put(line.substring(0, 6), Long.parseUnsignedLong(line.substring(8), 16)));
        return sets;
    }

    @Test
    void capshReadsThemTheSameWay() {
        Machine.needsRoot();
        String capsh = Machine.needs("capsh");
        CapabilityChoice here = CapabilityChoice.here();
        Set<Capability> usual = here.choose(List.of(), List.of());

        Confined.Ran ran = Confined.run(directory, List.of(Capabilities.ofRoot(usual, here.last())), capsh, "--print");

        Set<String> bounding = new HashSet<>();
        ran.output()
                .lines()
                .filter(line -> line.startsWith("Bounding set ="))
                .forEach(line -> bounding.addAll(List.of(line.substring(14).split(","))));
        assertThat(bounding)
                .isEqualTo(usual.stream()
                        .map(capability -> capability.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()));
    }

    @Test
    void rootWithoutThePowerCannotUseIt() {
        Machine.needsRoot();
        CapabilityChoice here = CapabilityChoice.here();
        List<Isolation> usual = List.of(Capabilities.ofRoot(here.choose(List.of(), List.of()), here.last()));
        List<Integer> errnos = new ArrayList<>();
        Confined.calls(directory, usual, lines -> {
                    lines.sethostname("stolen").tolerate(Errno.EPERM).reported();
                    lines.mount("none", "/proc", "", 1L << 18)
                            .tolerate(Errno.EPERM)
                            .reported();
                    lines.call(SystemCall.GETPID).reported();
                })
                .forEach(report -> errnos.add(report.errno()));

        assertThat(errnos).containsExactly(Errno.EPERM, Errno.EPERM, 0);
    }
}
