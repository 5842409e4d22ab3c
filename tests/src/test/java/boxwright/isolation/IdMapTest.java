package boxwright.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxwright.isolation.IdMap.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps of users: what the kernel would refuse is refused before. */
class IdMapTest {
    @Test
    void aRangeIsWrittenAsPodmanHasIt() {
        assertThat(Range.parse("0:100000:65536")).isEqualTo(new Range(0, 100_000, 65_536));
        assertThat(Range.parse("5:7")).isEqualTo(new Range(5, 7, 1));
        assertThat(Range.parse("0:0:4294967295")).isEqualTo(Range.ALL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "0",
                "0:",
                "0:1:",
                "0:1:2:3",
                "a:1:1",
                "0:-1:1",
                "+0:1:1",
                " 0:1:1",
                "0:1:0",
                "0:4294967295:1",
                "4294967295:0:1",
                "0:0:4294967296",
                "1:0:4294967295",
                "0:99999999999:1",
                "0:1:１"
            })
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> Range.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .isNotInstanceOf(NumberFormatException.class)
                .message()
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0:1000:10, 9:2000:5, two outside",
        "0:1000:10, 20:1009:5, one outside",
        "0:1000:10, 0:2000:1, two outside",
        "0:1000:10, 3:2000:1, two outside",
        "3:2000:1, 0:1000:10, two outside"
    })
    void rangesThatOverlapAreNamed(String one, String other, String reason) {
        assertThatThrownBy(() -> map(one, other))
                .hasMessageContaining(one)
                .hasMessageContaining(other)
                .hasMessageContaining("overlap")
                .hasMessageContaining(reason);
    }

    @Test
    void rangesThatTouchDoNotOverlap() {
        assertThat(map("0:1000:10", "10:1010:5", "100:0:1000").outside(12)).hasValue(1012);
    }

    @Test
    void theKernelTakes340RangesAndNoMore() {
        assertThat(many(340).ranges()).hasSize(340);
        assertThatThrownBy(() -> many(341)).hasMessageContaining("1 to 340 ranges, and this one 341");
        assertThatThrownBy(() -> new IdMap(List.of())).hasMessageContaining("none");
    }

    private static IdMap many(int count) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ranges.add(new Range(2L * i, 2L * i, 1));
        }
        return new IdMap(ranges);
    }

    @Test
    void anIdInsideIsOneOutsideOrNone() {
        IdMap map = map("0:1000:1", "1:100000:65536");

        assertThat(map.outside(0)).hasValue(1000);
        assertThat(map.outside(1)).hasValue(100_000);
        assertThat(map.outside(65_536)).hasValue(165_535);
        assertThat(map.outside(65_537)).isEmpty();
        assertThat(map.has(5)).isTrue();
        assertThat(IdMap.rootIs(7).has(5)).isFalse();
    }

    @Test
    void theKernelGetsALineForEachRange() {
        assertThat(map("0:1000:1", "1:100000:65536").text()).isEqualTo("0 1000 1\n1 100000 65536");
        assertThat(map("0:1000:1", "1:100000:65536").words()).containsExactly("0", "1000", "1", "1", "100000", "65536");
    }

    @Test
    void whatTheKernelShowsCanBeReadAgain() {
        assertThat(Range.readAll("         0       1000          1\n         1     100000      65536\n"))
                .isEqualTo(map("0:1000:1", "1:100000:65536").ranges());
        assertThat(Range.readAll("")).isEmpty();
    }

    @Test
    void subordinateIdsAreGrantedByNameOrByNumber() {
        SubordinateIds ids = new SubordinateIds(
                List.of("ann:100000:65536", "annabel:1:1", "1000:300000:10", "# a comment", "ann:x:3", "ann:5", ""));

        assertThat(ids.of("ann", 1000))
                .containsExactly(new Range(100_000, 100_000, 65_536), new Range(300_000, 300_000, 10));
        assertThat(ids.of("bob", 1001)).isEmpty();
        assertThat(ids.all()).hasSize(3);
    }

    private static IdMap map(String... ranges) {
        return new IdMap(Stream.of(ranges).map(Range::parse).toList());
    }
}
