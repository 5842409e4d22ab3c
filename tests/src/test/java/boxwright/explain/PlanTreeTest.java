package boxwright.explain;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Approved;
import boxwright.kernel.Plan;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTreeTest {
    private final Plan plan = Sample.plan("box");
    private final Plan timed = plan.timed();

    @Test
    void showsAPlanBeforeItRuns() {
        Approved.verify("explain/tree-before.txt", PlanTree.plain().of(plan));
    }

    @Test
    void showsWhatBecameOfEachCall() {
        Approved.verify("explain/tree-after.txt", PlanTree.plain().of(timed, Sample.success(timed)));
    }

    @Test
    void showsWhereItFailedAndWhatWasNotReached() {
        Approved.verify("explain/tree-failed.txt", PlanTree.plain().of(timed, Sample.failure(timed)));
    }

    @Test
    void fitsIntoANarrowTerminal() {
        String tree = new PlanTree(false, 80).of(timed, Sample.success(timed));
        assertThat(tree.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        Approved.verify("explain/tree-narrow.txt", tree);
    }

    @Test
    void hasNoColourUnlessAskedFor() {
        assertThat(PlanTree.plain().of(timed, Sample.success(timed))).doesNotContain("\033");
        String coloured = new PlanTree(true, 0).of(timed, Sample.success(timed));
        assertThat(coloured).contains("\033[1mpid = clone3(").contains("\033[33mEEXIST ok\033[0m");
        assertThat(coloured.replaceAll("\033\\[[0-9;]*m", ""))
                .isEqualTo(PlanTree.plain().of(timed, Sample.success(timed)));
    }

    @Test
    void saysOfAnUntimedCallOnlyThatThePlanWentOnAfterIt() {
        List<boxwright.kernel.Report> onlyTheLast = Sample.failure(plan);
        String tree = PlanTree.plain().of(plan, List.of(onlyTheLast.getLast()));
        assertThat(tree.lines().filter(line -> line.contains("sethostname")))
                .allMatch(line -> line.contains("not timed"));
        assertThat(tree.lines().filter(line -> line.contains("execve"))).allMatch(line -> line.contains("not reached"));
        assertThat(tree.lines().filter(line -> line.contains("wait4"))).allMatch(line -> line.contains("no report"));
    }
}
