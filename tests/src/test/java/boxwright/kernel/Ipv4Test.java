package boxwright.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ipv4Test {
    @Test
    void anAddressIsWrittenAsFourNumbersAndSentHighestFirst() {
        Ipv4 address = Ipv4.of(192, 168, 231, 254);

        assertThat(address).hasToString("192.168.231.254");
        assertThat(address.octets()).containsExactly(192, 168, 231, 254);
        assertThat(Ipv4.of(ByteBuffer.wrap(address.octets()))).isEqualTo(address);
        assertThat(address.plus(3)).hasToString("192.168.232.1");
    }

    @ParameterizedTest
    @CsvSource({
        "32, 10.231.7.9/32, 255.255.255.255",
        "30, 10.231.7.8/30, 255.255.255.252",
        "16, 10.231.0.0/16, 255.255.0.0",
        "0, 0.0.0.0/0, 0.0.0.0"
    })
    void anAddressIsInOneSubnetOfEachSize(int prefix, String subnet, String mask) {
        Ipv4Subnet around = Ipv4Subnet.around(Ipv4.of(10, 231, 7, 9), prefix);

        assertThat(around).hasToString(subnet);
        assertThat(around.mask()).hasToString(mask);
    }

    @Test
    void aSubnetOverlapsWithWhatIsInItAndWithWhatItIsIn() {
        Ipv4Subnet small = Ipv4Subnet.around(Ipv4.of(10, 231, 7, 9), 30);
        Ipv4Subnet next = Ipv4Subnet.around(Ipv4.of(10, 231, 7, 12), 30);
        Ipv4Subnet large = Ipv4Subnet.around(Ipv4.of(10, 0, 0, 0), 8);

        assertThat(small.overlaps(small)).isTrue();
        assertThat(small.overlaps(large)).isTrue();
        assertThat(large.overlaps(small)).isTrue();
        assertThat(small.overlaps(next)).isFalse();
        assertThat(large.overlaps(Ipv4Subnet.around(Ipv4.of(11, 0, 0, 0), 8))).isFalse();
        assertThat(Ipv4Subnet.around(Ipv4.ANY, 0).overlaps(next)).isTrue();
    }

    @Test
    void aSubnetBeginsWithItsFirstAddress() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ipv4Subnet(Ipv4.of(10, 231, 7, 9), 30))
                .withMessageContaining("10.231.7.9/30");
        assertThatIllegalArgumentException().isThrownBy(() -> new Ipv4Subnet(Ipv4.ANY, 33));
    }
}
