package boxwright.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxwright.kernel.Plan;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class WaterfallTest {
    private final Plan plan = Sample.plan("box").timed();

    @Test
    void isWellFormedWhateverTheCallsSay() throws Exception {
        assertThat(parse(Waterfall.of("a < b & 'c'\007", plan, Sample.success(plan)))
                        .getElementsByTagName("title")
                        .item(0)
                        .getTextContent())
                .isEqualTo("a < b & 'c'?");
    }

    @Test
    void hasABarInALaneAndABarInARowForEachTimedCall() throws Exception {
        Document svg = parse(Waterfall.of("run", plan, Sample.success(plan)));
        assertThat(bars(svg)).hasSize(2 * 9);
        assertThat(texts(svg))
                .contains("monitor", "container", "02-uts-namespace", "03-root-filesystem", "sethostname(\"box\", 3)");
    }

    @Test
    void keepsAllBarsInsideThePicture() throws Exception {
        Document svg = parse(Waterfall.of("run", plan, Sample.success(plan)));
        double width = Double.parseDouble(svg.getDocumentElement().getAttribute("width"));
        assertThat(bars(svg)).allSatisfy(bar -> {
            double x = Double.parseDouble(bar.getAttribute("x"));
            assertThat(x).isBetween(0.0, width);
            assertThat(x + Double.parseDouble(bar.getAttribute("width"))).isBetween(0.0, width);
        });
    }

    @Test
    void cutsTheTimeInWhichTheContainerRuns() throws Exception {
        assertThat(texts(parse(Waterfall.of("run", plan, Sample.success(plan)))))
                .anyMatch(text -> text.endsWith("left out"));
    }

    @Test
    void asksForNothingFromElsewhere() {
        String svg = Waterfall.of("run", plan, Sample.success(plan));
        assertThat(svg.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http", "url(", "@import", "<script");
        assertThat(svg).contains("prefers-color-scheme: dark");
    }

    @Test
    void refusesARunWithoutTimes() {
        assertThatThrownBy(() -> Waterfall.of("run", plan, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("plan.timed()");
    }

    @Test
    void ticksAreRoundAndRiseFromZero() {
        TimeAxis axis = new TimeAxis(List.of(0L, 400_000L, 900_000L, 1_300_000L), 0, 100);
        assertThat(axis.ticks()).startsWith(0L, 200_000L, 400_000L).isSorted();
        assertThat(axis.ticks()).extracting(TimeAxis::tick).contains("0", "0.2 ms", "1 ms");
        assertThat(axis.isCut()).isFalse();
    }

    private static List<Element> bars(Document svg) {
        return elements(svg, "rect").stream()
                .filter(bar -> bar.getElementsByTagName("title").getLength() > 0)
                .toList();
    }

    private static List<String> texts(Document svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }

    private static List<Element> elements(Document svg, String name) {
        List<Element> elements = new ArrayList<>();
        NodeList nodes = svg.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
