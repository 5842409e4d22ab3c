package boxwright.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@link ElfFile}: ELF header, program headers, dynamic section, in this order, as the kernel and ld.so(8) do.
 * The file is not trusted: every offset and size in it is held against the length of the file before it is used.
 */
final class ElfReader {
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;

    private static final int DT_NULL = 0;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_STRSZ = 10;
    private static final int DT_SONAME = 14;
    private static final int DT_RPATH = 15;
    private static final int DT_RUNPATH = 29;
    private static final int DT_FLAGS_1 = 0x6ffffffb;

    private static final long DF_1_NODEFLIB = 0x800;
    private static final long DF_1_PIE = 0x08000000;

    /** {@code e_phnum} when the count did not fit (elf(5), PN_XNUM): only core files are like that. */
    private static final int PN_XNUM = 0xffff;
    /** No real dynamic section or name comes near these; a file that claims more is broken or hostile. */
    private static final int MAX_DYNAMIC_BYTES = 1 << 20;

    /** PATH_MAX: the kernel refuses a longer PT_INTERP. */
    private static final int MAX_INTERPRETER_BYTES = 4096;
    /** Names are short; only a DT_RUNPATH that was put together by a build tool is not. */
    private static final int USUAL_NAME_BYTES = 256;

    private static final int MAX_NAME_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long length;
    private boolean wide;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    private ElfReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.length = channel.size();
    }

    static ElfFile read(Path file) {
        try {
            // Opening a FIFO or a device could block, or worse.
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                throw broken(file, "it is not a regular file");
            }
            try (FileChannel channel = FileChannel.open(file)) {
                return new ElfReader(file, channel).read();
            }
        } catch (IOException e) {
            throw new ImageException("Cannot read the ELF headers of " + file, e, "Check that the file is readable");
        }
    }

    /** One program header, the fields that matter here. */
    private record Segment(int type, long offset, long address, long fileSize) {}

    private ElfFile read() throws IOException {
        if (length < 16) throw broken("it has only " + length + " bytes and no ELF header");
        ByteBuffer ident = bytes(0, 16, "ELF identification");
        if (ident.get(0) != 0x7f || ident.get(1) != 'E' || ident.get(2) != 'L' || ident.get(3) != 'F') {
            throw broken("it does not begin with 0x7f E L F");
        }
        wide = switch (ident.get(4)) {
            case 1 -> false;
            case 2 -> true;
            default -> throw broken("its class (EI_CLASS) is " + ident.get(4) + ", neither 32-bit (1) nor 64-bit (2)");
        };
        order = switch (ident.get(5)) {
            case 1 -> ByteOrder.LITTLE_ENDIAN;
            case 2 -> ByteOrder.BIG_ENDIAN;
            default -> throw broken("its byte order (EI_DATA) is " + ident.get(5) + ", neither little (1) nor big (2)");
        };

        ByteBuffer header = bytes(0, wide ? 64 : 52, "ELF header");
        ElfFile.Type type = switch (header.getShort(16)) {
            case 2 -> ElfFile.Type.EXECUTABLE;
            case 3 -> ElfFile.Type.SHARED;
            default -> ElfFile.Type.OTHER;
        };
        int machine = Short.toUnsignedInt(header.getShort(18));
        List<Segment> segments = segments(header);

        Optional<String> interpreter = Optional.empty();
        Dynamic dynamic = Dynamic.NONE;
        for (Segment segment : segments) {
            if (segment.type == PT_INTERP) interpreter = Optional.of(interpreter(segment));
            if (segment.type == PT_DYNAMIC) dynamic = dynamic(segment, segments);
        }
        return new ElfFile(
                wide ? 64 : 32,
                order,
                type,
                machine,
                interpreter,
                dynamic.soname,
                dynamic.needed,
                dynamic.rpath,
                dynamic.runpath,
                (dynamic.flags1 & DF_1_PIE) != 0,
                (dynamic.flags1 & DF_1_NODEFLIB) != 0);
    }

    private List<Segment> segments(ByteBuffer header) throws IOException {
        long offset = wide ? header.getLong(32) : Integer.toUnsignedLong(header.getInt(28));
        int size = Short.toUnsignedInt(header.getShort(wide ? 54 : 42));
        int count = Short.toUnsignedInt(header.getShort(wide ? 56 : 44));
        if (count == 0) return List.of();
        if (count == PN_XNUM) throw broken("it has more program headers than a program can have");
        if (size < (wide ? 56 : 32)) throw broken("its program headers are of " + size + " bytes each (e_phentsize)");
        ByteBuffer table = bytes(offset, (long) size * count, "program headers");
        List<Segment> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int at = i * size;
            segments.add(
                    wide
                            ? new Segment(
                                    table.getInt(at),
                                    table.getLong(at + 8),
                                    table.getLong(at + 16),
                                    table.getLong(at + 32))
                            : new Segment(
                                    table.getInt(at),
                                    Integer.toUnsignedLong(table.getInt(at + 4)),
                                    Integer.toUnsignedLong(table.getInt(at + 8)),
                                    Integer.toUnsignedLong(table.getInt(at + 16))));
        }
        return segments;
    }

    private String interpreter(Segment segment) throws IOException {
        if (segment.fileSize < 2 || segment.fileSize > MAX_INTERPRETER_BYTES) {
            throw broken("its PT_INTERP has " + Long.toUnsignedString(segment.fileSize) + " bytes");
        }
        ByteBuffer name = bytes(segment.offset, segment.fileSize, "PT_INTERP");
        int end = endOfString(name);
        if (end < 0) throw broken("its PT_INTERP has no end");
        return text(name, end);
    }

    /** What the dynamic section says, its strings looked up. */
    private record Dynamic(
            Optional<String> soname, List<String> needed, List<String> rpath, List<String> runpath, long flags1) {
        static final Dynamic NONE = new Dynamic(Optional.empty(), List.of(), List.of(), List.of(), 0);
    }

    private Dynamic dynamic(Segment segment, List<Segment> segments) throws IOException {
        // A separate debug file (.debug) keeps the header but not the bytes.
        if (segment.fileSize == 0) return Dynamic.NONE;
        if (segment.fileSize < 0 || segment.fileSize > MAX_DYNAMIC_BYTES) {
            throw broken("its dynamic section has " + Long.toUnsignedString(segment.fileSize) + " bytes");
        }
        ByteBuffer table = bytes(segment.offset, segment.fileSize, "dynamic section");
        int half = wide ? 8 : 4;
        List<long[]> names = new ArrayList<>();
        long stringsAt = -1;
        long stringsSize = -1;
        long flags1 = 0;
        for (int at = 0; at + 2 * half <= table.limit(); at += 2 * half) {
            long tag = word(table, at);
            long value = word(table, at + half);
            if (tag == DT_NULL) break;
            if (tag == DT_STRTAB) stringsAt = value;
            else if (tag == DT_STRSZ) stringsSize = value;
            else if (tag == DT_FLAGS_1) flags1 = value;
            else if (tag == DT_NEEDED || tag == DT_SONAME || tag == DT_RPATH || tag == DT_RUNPATH) {
                names.add(new long[] {tag, value});
            }
        }
        if (names.isEmpty()) return new Dynamic(Optional.empty(), List.of(), List.of(), List.of(), flags1);
        if (stringsAt < 0 || stringsSize < 0) throw broken("its dynamic section has names but no string table");
        long strings = offsetOf(stringsAt, segments);
        if (stringsSize > length - strings) throw broken("its string table (DT_STRTAB) ends past the end of the file");

        Optional<String> soname = Optional.empty();
        List<String> needed = new ArrayList<>();
        List<String> rpath = List.of();
        List<String> runpath = List.of();
        for (long[] name : names) {
            String text = string(strings, stringsSize, name[1]);
            if (name[0] == DT_NEEDED) needed.add(text);
            else if (name[0] == DT_SONAME) soname = Optional.of(text);
            else if (name[0] == DT_RPATH) rpath = directories(text);
            else runpath = directories(text);
        }
        return new Dynamic(soname, List.copyOf(needed), rpath, runpath, flags1);
    }

    /** DT_STRTAB is an address in memory; the PT_LOAD segment that holds it says where in the file that is. */
    private long offsetOf(long address, List<Segment> segments) {
        for (Segment s : segments) {
            if (s.type != PT_LOAD || s.fileSize < 0 || s.address < 0 || s.offset < 0) continue;
            if (address >= s.address && address - s.address < s.fileSize) {
                long offset = s.offset + (address - s.address);
                if (offset >= 0 && offset <= length) return offset;
            }
        }
        throw broken("its string table (DT_STRTAB) lies outside of the file");
    }

    /** A string of the string table; read by itself, since the table of a large library may have megabytes. */
    private String string(long strings, long stringsSize, long index) throws IOException {
        if (index < 0 || index >= stringsSize) throw broken("a name lies outside of its string table");
        for (int most : new int[] {USUAL_NAME_BYTES, MAX_NAME_BYTES}) {
            ByteBuffer name = bytes(strings + index, Math.min(stringsSize - index, most), "string table");
            int end = endOfString(name);
            if (end >= 0) return text(name, end);
        }
        throw broken("a name in its string table has no end");
    }

    private static int endOfString(ByteBuffer buffer) {
        for (int end = 0; end < buffer.limit(); end++) {
            if (buffer.get(end) == 0) return end;
        }
        return -1;
    }

    private static String text(ByteBuffer buffer, int end) {
        byte[] bytes = new byte[end];
        buffer.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static List<String> directories(String path) {
        return path.isEmpty() ? List.of() : List.of(path.split(":", -1));
    }

    private long word(ByteBuffer buffer, int at) {
        return wide ? buffer.getLong(at) : Integer.toUnsignedLong(buffer.getInt(at));
    }

    private ByteBuffer bytes(long offset, long size, String what) throws IOException {
        if (offset < 0 || size < 0 || offset > length || size > length - offset) {
            throw broken("its " + what + " ends past the end of the file, which has " + length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(size)).order(order);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) throw broken("it shrank while it was read");
        }
        return buffer.flip();
    }

    private ImageException broken(String why) {
        return broken(file, why);
    }

    private static ImageException broken(Path file, String why) {
        return new ImageException(
                file + " is not a usable ELF file", why, "Reinstall the package that it belongs to, or name another");
    }
}
