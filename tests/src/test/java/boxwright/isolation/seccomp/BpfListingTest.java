package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.Comparison.Op;
import boxwright.kernel.Approved;
import boxwright.kernel.Architecture;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BpfListingTest {
    @Test
    void aSmallProgramSaysWhatItDoes() {
        List<Rule> rules = List.of(
                Rule.of(Action.ALLOW, List.of("read", "write", "exit_group", "execve")),
                Rule.of(new Action(Action.Kind.LOG, 0), List.of("mount")),
                new Rule(List.of("clone"), Action.ALLOW, List.of(Comparison.masked(0, 0x7e020000, 0))),
                new Rule(List.of("personality"), Action.ALLOW, List.of(Comparison.of(0, Op.EQ, 8))),
                new Rule(List.of("lseek"), Action.errno(27), List.of(Comparison.of(1, Op.GT, 1L << 32))));
        verify("listing-small", new Profile(Action.errno(1), List.of(Abi.X86), 0, "", "", rules));
    }

    @Test
    void theDefaultProgramSaysWhatItDoes() {
        ProfileContext context = new ProfileContext(Architecture.X86_64, Set.of(), new KernelVersion(6, 12));
        verify("listing-default", DefaultProfile.conditional().in(context));
    }

    private static void verify(String name, Profile profile) {
        Approved.verify(
                "seccomp/" + name + ".txt",
                BpfListing.of(
                        SeccompCompiler.compile(profile, Architecture.X86_64).program()));
    }
}
