package boxwright.kernel;

import java.io.ByteArrayOutputStream;

/**
 * A program written down as its bytes, with the assembler line that each group of bytes stands for.
 *
 * <p>A line of the listing is {@code hex bytes, two spaces or more, "label: mnemonic", "; comment"}. The bytes are what
 * runs; the mnemonics are for the reader, and a test assembles them and compares, so neither can be wrong alone.
 *
 * @param listing the lines
 */
public record MachineCode(String listing) {
    /** The bytes of the program, in memory order. */
    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        int at = 0;
        while (at < listing.length()) {
            int end = listing.indexOf('\n', at);
            // Each byte is "xx "; the gap of a second space ends the bytes.
            for (int i = at; listing.charAt(i) != ' '; i += 3) {
                bytes.write(Integer.parseInt(listing, i, i + 2, 16));
            }
            at = end + 1;
        }
        return bytes.toByteArray();
    }
}
