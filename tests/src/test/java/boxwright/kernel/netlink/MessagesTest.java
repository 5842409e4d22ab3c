package boxwright.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Errno;
import boxwright.kernel.Ipv4;
import boxwright.kernel.Ipv4Subnet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes that stand in the comments are the bytes. */
class MessagesTest {
    @Test
    void aRequestForALinkToGoUp() {
        Request up = new Request(16, 0).bytes(0, 0, 0, 0).word(1).word(1).word(1);

        assertThat(hex(up.message(1))).isEqualTo("""
            20 00 00 00  10 00  05 00  01 00 00 00  00 00 00 00
            00 00 00 00  01 00 00 00  01 00 00 00  01 00 00 00
            """.replaceAll("\\s+", " ").strip());
    }

    @Test
    void aRequestForAnAddress() {
        assertThat(hex(Addresses.adding(7, Ipv4.of(10, 231, 0, 1), 30).message(1)))
                .isEqualTo("""
            28 00 00 00  14 00  05 06  01 00 00 00  00 00 00 00
            02 1e 00 00  07 00 00 00
            08 00 02 00  0a e7 00 01
            08 00 01 00  0a e7 00 01
            """.replaceAll("\\s+", " ").strip());
    }

    @Test
    void aRequestForADefaultRoute() {
        Request route = Routes.adding(Ipv4Subnet.around(Ipv4.ANY, 0), Ipv4.of(10, 231, 0, 1));

        assertThat(hex(route.message(1))).isEqualTo("""
            24 00 00 00  18 00  05 06  01 00 00 00  00 00 00 00
            02 00 00 00  fe 03 00 01  00 00 00 00
            08 00 05 00  0a e7 00 01
            """.replaceAll("\\s+", " ").strip());
    }

    @Test
    void anAttributeIsPaddedAndItsLengthDoesNotSaySo() {
        Request request = new Request(0, 0).nested(18, inner -> inner.attribute(1, "veth"));

        assertThat(hex(request.message(9))).endsWith("10 00 12 00 09 00 01 00 76 65 74 68 00 00 00 00");
    }

    @Test
    void anAnswerThatAllWentWell() {
        Answer answer = answers("""
            24 00 00 00  02 00  00 01  01 00 00 00  d2 04 00 00
            00 00 00 00
            20 00 00 00  10 00  05 00  01 00 00 00  d2 04 00 00
            """).getFirst();

        assertThat(answer.type()).isEqualTo(Answer.NLMSG_ERROR);
        assertThat(answer.sequence()).isEqualTo(1);
        assertThat(answer.errno()).isZero();
        assertThat(answer.explanation()).isEmpty();
    }

    @Test
    void anErrorWithTheKernelsOwnWords() {
        Answer answer = answers("""
            30 00 00 00  02 00  00 03  01 00 00 00  d2 04 00 00
            ef ff ff ff
            20 00 00 00  10 00  05 00  01 00 00 00  d2 04 00 00
            0b 00 01 00  45 78 69 73 74 73 00 00
            """).getFirst();

        assertThat(answer.errno()).isEqualTo(Errno.EEXIST);
        assertThat(answer.explanation()).isEqualTo("Exists");
    }

    @Test
    void oneReadGivesSeveralAnswersAndATornOneIsLeftOut() {
        List<Answer> answers = answers("""
            11 00 00 00  10 00  02 00  05 00 00 00  00 00 00 00  aa 00 00 00
            14 00 00 00  03 00  02 00  05 00 00 00  00 00 00 00  00 00 00 00
            ff 00 00 00  10 00  02 00  05 00 00 00  00 00 00 00
            """);

        assertThat(answers).extracting(Answer::type).containsExactly(16, Answer.NLMSG_DONE);
        assertThat(answers.getFirst().body().remaining()).isEqualTo(1);
    }

    private static List<Answer> answers(String hex) {
        return Answer.in(HexFormat.of().parseHex(hex.replaceAll("\\s+", "")));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
