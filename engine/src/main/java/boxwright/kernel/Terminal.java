package boxwright.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A terminal that this JVM has open; termios(3) and ioctl_tty(2). Closing the descriptor is its owner's business.
 *
 * @param descriptor the open terminal
 */
public record Terminal(Descriptor descriptor) {
    /** {@code sizeof(struct termios)} of the kernel: four flag words, the line discipline, 19 control characters. */
    private static final int TERMIOS_SIZE = 36;

    private static final int WINSIZE_SIZE = 8;

    // termios(3): the flags that cfmakeraw(3) turns off and on.
    private static final int RAW_INPUT_OFF = 02753; // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
    private static final int RAW_OUTPUT_OFF = 01; // OPOST
    private static final int RAW_LOCAL_OFF = 0100113; // ECHO ECHONL ICANON ISIG IEXTEN
    private static final int RAW_CONTROL_OFF = 0460; // CSIZE PARENB
    private static final int RAW_CONTROL_ON = 060; // CS8
    private static final int VTIME = 5;
    private static final int VMIN = 6;
    private static final int CONTROL_CHARACTERS = 17;

    /** The terminal behind a standard descriptor; empty when it is none. */
    public static Optional<Terminal> of(int number) {
        Terminal terminal = new Terminal(new Descriptor(number));
        boolean is = terminal.descriptor.ioctl(Constants.TCGETS, new byte[TERMIOS_SIZE]) == 0;
        return is ? Optional.of(terminal) : Optional.empty();
    }

    /** The settings, a {@code struct termios} of the kernel. */
    public byte[] settings() {
        byte[] settings = new byte[TERMIOS_SIZE];
        Descriptor.check("ioctl(TCGETS)", descriptor.ioctl(Constants.TCGETS, settings));
        return settings;
    }

    /** Sets all settings, when what was written has gone out. */
    public void apply(byte[] settings) {
        Descriptor.check("ioctl(TCSETSW)", descriptor.ioctl(Constants.TCSETSW, settings));
    }

    /** The settings of cfmakeraw(3): every byte goes through at once, none has a meaning. */
    public static byte[] raw(byte[] settings) {
        byte[] raw = settings.clone();
        ByteBuffer words = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
        words.putInt(0, words.getInt(0) & ~RAW_INPUT_OFF);
        words.putInt(4, words.getInt(4) & ~RAW_OUTPUT_OFF);
        words.putInt(8, (words.getInt(8) & ~RAW_CONTROL_OFF) | RAW_CONTROL_ON);
        words.putInt(12, words.getInt(12) & ~RAW_LOCAL_OFF);
        raw[CONTROL_CHARACTERS + VMIN] = 1;
        raw[CONTROL_CHARACTERS + VTIME] = 0;
        return raw;
    }

    /** The size of the window. */
    public WindowSize size() {
        byte[] size = new byte[WINSIZE_SIZE];
        Descriptor.check("ioctl(TIOCGWINSZ)", descriptor.ioctl(Constants.TIOCGWINSZ, size));
        ByteBuffer words = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN);
        return new WindowSize(words.getShort(0) & 0xffff, words.getShort(2) & 0xffff);
    }

    /** Sets the size of the window; the programs in it get {@code SIGWINCH}. */
    public void resize(WindowSize size) {
        ByteBuffer words = ByteBuffer.allocate(WINSIZE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        words.putShort((short) size.rows()).putShort((short) size.columns());
        descriptor.ioctl(Constants.TIOCSWINSZ, words.array());
    }

    /** Settings as an argument of {@code ioctl} in a plan. */
    public static Argument.Struct struct(byte[] settings) {
        ByteBuffer words = ByteBuffer.wrap(settings).order(ByteOrder.LITTLE_ENDIAN);
        List<Argument.Field> fields = new ArrayList<>();
        for (String name : List.of("c_iflag", "c_oflag", "c_cflag", "c_lflag")) {
            fields.add(Argument.field(name, 4, Argument.number(words.getInt(), Notation.OCTAL)));
        }
        while (words.hasRemaining()) {
            fields.add(Argument.field("c_cc", 4, Argument.number(words.getInt(), Notation.HEXADECIMAL)));
        }
        return new Argument.Struct(fields);
    }
}
