package boxwright.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberListTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0       | {0}
            0,2     | {0, 2}
            1-3,7   | {1, 2, 3, 7}
            2,1-2,2 | {1, 2}
            """)
    void aListIsReadAsTheKernelReadsIt(String text, String numbers) {
        assertThat(NumberList.of(text)).hasToString(numbers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "1,", "-", "1-", "-1", "3-1", "a", "1 2", "0x1", "99999", "1--2"})
    void whatIsNoListIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> NumberList.of(text));
    }

    @Test
    void sizesAreWords() {
        assertThat(ByteSize.words(64 << 20)).isEqualTo("64 MiB");
        assertThat(ByteSize.words(3L << 29)).isEqualTo("1.5 GiB");
        assertThat(ByteSize.words(100)).isEqualTo("100 bytes");
        assertThat(ByteSize.words(100_000_000)).isEqualTo("95.4 MiB");
        assertThat(ByteSize.words(-1)).isEqualTo("any amount");
        assertThat(ByteSize.words(Long.MAX_VALUE)).isEqualTo("8 EiB");
    }
}
