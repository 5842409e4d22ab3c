package boxwright.explain;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Approved;
import boxwright.kernel.Plan;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanAsciidocTest {
    @Test
    void isAListing() {
        Approved.verify("explain/listing.adoc", PlanAsciidoc.listing(Sample.plan("box")));
    }

    @Test
    void showsWhatChangedBetweenTwoPlans() {
        Plan before = Plan.of(plan -> plan.execve("/bin/sh", List.of("sh"), List.of()));
        Plan after = Plan.of(plan -> {
            plan.sethostname("box").because("a name of its own");
            plan.execve("/bin/sh", List.of("sh"), List.of());
        });
        assertThat(PlanAsciidoc.difference(before, after)).isEqualTo("""
                [source,diff]
                ----
                +sethostname("box", 3)  // a name of its own
                 execve("/bin/sh", ["sh"], [])
                ----
                """);
    }

    @Test
    void marksAChangedLineOnBothSides() {
        String difference = PlanAsciidoc.difference(Sample.plan("one"), Sample.plan("two"));
        assertThat(difference.lines().filter(line -> line.matches("[+-] .*")))
                .containsExactly(
                        "-    sethostname(\"one\", 3)  // a name of its own",
                        "+    sethostname(\"two\", 3)  // a name of its own");
    }
}
