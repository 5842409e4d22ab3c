package boxwright.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan as a program that anybody can start, in a container too: a static ELF file without an interpreter or a library.
 * What each of its calls gave comes out of descriptor {@link Launcher#REPORT}, where that is open.
 */
public record PlanProgram(EncodedPlan encoded, Path file) {
    /**
     * What a call gave.
     *
     * @param value the result, or the negated errno
     */
    public record Result(Call call, long value) {}

    /** Writes the program; everybody may run it. */
    public static PlanProgram write(Plan plan, Path file) {
        EncodedPlan encoded = new EncodedPlan(plan.timed(), Architecture.current());
        try {
            Files.write(file, LauncherImage.of(encoded.bytes(), Architecture.current()));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PlanProgram(encoded, file);
    }

    /** Reads what came out. */
    public List<Result> results(byte[] reports) {
        ByteBuffer bytes = ByteBuffer.wrap(reports).order(ByteOrder.LITTLE_ENDIAN);
        List<Result> results = new ArrayList<>();
        while (bytes.remaining() >= EncodedPlan.RECORD_SIZE) {
            int next = bytes.position() + EncodedPlan.RECORD_SIZE;
            long instruction = bytes.getLong();
            results.add(new Result(encoded.at(instruction), bytes.getLong()));
            bytes.position(next);
        }
        return results;
    }
}
