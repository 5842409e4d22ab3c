package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.SeccompCompiler.Compiled;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * Compiled programs on disk, so that a profile is read and compiled once. A file's name is a checksum of its key; the key
 * itself (the profile's text, the capabilities, the architecture, the kernel's version, the compiler's version) is in the
 * file, and is compared whole, so that two profiles with one checksum cannot be taken for each other.
 *
 * @param directory one that others cannot write to: whoever can, chooses the filters
 */
public record ProgramCache(Path directory) {
    /** How many files are kept; the cache is emptied when there are more. */
    private static final int MOST_FILES = 256;

    /**
     * The program for a profile, from the cache if it is there.
     *
     * @param text what stands for the profile: its file's content, or a name for one that is built in
     * @param profile reads it, where that has to be done
     * @throws SeccompException when the profile is unusable
     */
    public Compiled compiled(String text, ProfileContext context, Supplier<ConditionalProfile> profile) {
        byte[] key = key(text, context);
        Path file = directory.resolve(name(key));
        return read(file, key).orElseGet(() -> {
            Compiled compiled = SeccompCompiler.compile(profile.get().in(context), context.architecture());
            write(file, key, compiled);
            return compiled;
        });
    }

    private static byte[] key(String text, ProfileContext context) {
        StringBuilder key = new StringBuilder();
        key.append(SeccompCompiler.VERSION)
                .append('\n')
                .append(context.architecture())
                .append('\n');
        key.append(context.kernel().version())
                .append('.')
                .append(context.kernel().patchlevel());
        String[] capabilities = context.capabilities().toArray(new String[0]);
        Arrays.sort(capabilities);
        for (String capability : capabilities) {
            key.append(' ').append(capability);
        }
        return key.append('\n').append(text).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String name(byte[] key) {
        return Long.toHexString(checksum(key, key.length));
    }

    /** Whatever is wrong with a file, it only means that the profile is compiled again. */
    private static Optional<Compiled> read(Path file, byte[] key) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            return Optional.empty();
        }
        int trailer = content.length - Long.BYTES;
        ByteBuffer in = ByteBuffer.wrap(content);
        if (trailer < 0 || checksum(content, trailer) != in.getLong(trailer)) {
            return Optional.empty();
        }
        try {
            byte[] itsKey = new byte[in.getInt()];
            in.get(itsKey);
            if (!Arrays.equals(itsKey, key)) {
                return Optional.empty();
            }
            long[] instructions = new long[in.getInt()];
            for (int i = 0; i < instructions.length; i++) {
                instructions[i] = in.getLong();
            }
            return Optional.of(new Compiled(new Program(instructions), strings(in), strings(in)));
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            return Optional.empty();
        }
    }

    private static List<String> strings(ByteBuffer in) {
        List<String> strings = new ArrayList<>();
        for (int count = in.getInt(); count > 0; count--) {
            byte[] characters = new byte[in.getInt()];
            in.get(characters);
            strings.add(new String(characters, StandardCharsets.UTF_8));
        }
        return strings;
    }

    private static void write(List<String> strings, DataOutputStream out) throws IOException {
        out.writeInt(strings.size());
        for (String string : strings) {
            byte[] characters = string.getBytes(StandardCharsets.UTF_8);
            out.writeInt(characters.length);
            out.write(characters);
        }
    }

    /** A cache that cannot be written to is none: the program is there all the same. */
    private void write(Path file, byte[] key, Compiled compiled) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(key.length);
            out.write(key);
            out.writeInt(compiled.program().length());
            for (long instruction : compiled.program().words()) {
                out.writeLong(instruction);
            }
            write(compiled.unknownNames(), out);
            write(compiled.overruled(), out);
            byte[] content = bytes.toByteArray();
            out.writeLong(checksum(content, content.length));
            Files.createDirectories(directory);
            makeRoom();
            // createTempFile would start a SecureRandom, which takes longer than to compile.
            Path fresh = directory.resolve("new" + Long.toHexString(System.nanoTime()));
            Files.write(fresh, bytes.toByteArray(), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Next time, then.
        }
    }

    private void makeRoom() throws IOException {
        List<Path> files = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(directory)) {
            entries.forEach(files::add);
        }
        if (files.size() >= MOST_FILES) {
            for (Path old : files) {
                Files.deleteIfExists(old);
            }
        }
    }

    private static long checksum(byte[] content, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(content, 0, length);
        return checksum.getValue();
    }
}
