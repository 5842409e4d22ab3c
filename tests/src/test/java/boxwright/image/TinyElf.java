package boxwright.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the smallest ELF files that a loader's search can be tried on: headers, PT_INTERP, a dynamic section, strings,
 * and no code. readelf(1) accepts them; {@link ElfFileTest} holds them to it.
 */
record TinyElf(int bits, ByteOrder order, int machine, int type, String interpreter, List<Entry> dynamic) {
    record Entry(long tag, String text, long value) {}

    static final int NEEDED = 1;
    static final int SONAME = 14;
    static final int RPATH = 15;
    static final int RUNPATH = 29;
    private static final int FLAGS_1 = 0x6ffffffb;

    static TinyElf program(String interpreter) {
        return new TinyElf(64, ByteOrder.LITTLE_ENDIAN, ElfFile.EM_X86_64, 3, interpreter, List.of()).flags(0x08000000);
    }

    static TinyElf library(String soname) {
        return new TinyElf(64, ByteOrder.LITTLE_ENDIAN, ElfFile.EM_X86_64, 3, "", List.of()).with(SONAME, soname);
    }

    static TinyElf staticProgram() {
        return new TinyElf(64, ByteOrder.LITTLE_ENDIAN, ElfFile.EM_X86_64, 2, "", List.of());
    }

    TinyElf needs(String... names) {
        TinyElf elf = this;
        for (String name : names) elf = elf.with(NEEDED, name);
        return elf;
    }

    TinyElf with(int tag, String text) {
        List<Entry> entries = new ArrayList<>(dynamic);
        entries.add(new Entry(tag, text, 0));
        return new TinyElf(bits, order, machine, type, interpreter, List.copyOf(entries));
    }

    TinyElf flags(long flags1) {
        List<Entry> entries = new ArrayList<>(dynamic);
        entries.add(new Entry(FLAGS_1, "", flags1));
        return new TinyElf(bits, order, machine, type, interpreter, List.copyOf(entries));
    }

    TinyElf as(int bits, ByteOrder order, int machine) {
        return new TinyElf(bits, order, machine, type, interpreter, dynamic);
    }

    /** Writes the file, and the directories above it; executable. */
    Path writeTo(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes());
        file.toFile().setExecutable(true, false);
        return file;
    }

    byte[] bytes() {
        boolean wide = bits == 64;
        int word = wide ? 8 : 4;
        int headerSize = wide ? 64 : 52;
        int segmentSize = wide ? 56 : 32;
        int segments = 1 + (interpreter.isEmpty() ? 0 : 1) + (dynamic.isEmpty() ? 0 : 1);

        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        strings.write(0);
        List<long[]> table = new ArrayList<>();
        for (Entry entry : dynamic) {
            table.add(new long[] {entry.tag, entry.text.isEmpty() ? entry.value : strings.size()});
            strings.writeBytes(entry.text.getBytes(StandardCharsets.UTF_8));
            strings.write(0);
        }
        byte[] interp = (interpreter + "\0").getBytes(StandardCharsets.UTF_8);
        int interpAt = headerSize + segments * segmentSize;
        int dynamicAt = (interpAt + interp.length + 7) / 8 * 8;
        int dynamicSize = (table.size() + 3) * 2 * word;
        int stringsAt = dynamicAt + dynamicSize;
        int size = stringsAt + strings.size();
        table.add(new long[] {5, stringsAt});
        table.add(new long[] {10, strings.size()});
        table.add(new long[] {0, 0});

        ByteBuffer out = ByteBuffer.allocate(size).order(order);
        out.put(new byte[] {
            0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1
        });
        out.position(16);
        out.putShort((short) type).putShort((short) machine).putInt(1);
        word(out, 0);
        word(out, headerSize);
        word(out, 0);
        out.putInt(0).putShort((short) headerSize).putShort((short) segmentSize).putShort((short) segments);
        out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        segment(out, 1, 0, size);
        if (!interpreter.isEmpty()) segment(out, 3, interpAt, interp.length);
        if (!dynamic.isEmpty()) segment(out, 2, dynamicAt, dynamicSize);
        out.put(interpAt, interp);
        out.position(dynamicAt);
        for (long[] entry : table) {
            word(out, entry[0]);
            word(out, entry[1]);
        }
        out.put(stringsAt, strings.toByteArray());
        return out.array();
    }

    /** Loaded at address 0, so that an address in memory is an offset in the file. */
    private void segment(ByteBuffer out, int type, long offset, long size) {
        out.putInt(type);
        if (bits == 64) out.putInt(4);
        word(out, offset);
        word(out, offset);
        word(out, offset);
        word(out, size);
        word(out, size);
        if (bits == 32) out.putInt(4);
        word(out, 8);
    }

    private void word(ByteBuffer out, long value) {
        if (bits == 64) out.putLong(value);
        else out.putInt((int) value);
    }
}
