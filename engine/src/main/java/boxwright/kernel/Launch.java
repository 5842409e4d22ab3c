package boxwright.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A plan that is running. Its reports come on two lines, read one after the other: {@link #next} until the set-up is over
 * (the container's program runs, or a call failed), then {@link #await} until the launcher has ended.
 *
 * <p>Closing it closes the control pipe too; a monitor takes that as the end of this JVM.
 */
public final class Launch implements AutoCloseable {
    private final Plan plan;
    private final EncodedPlan encoded;
    private final int pid;
    private final Descriptor report;
    private final Descriptor monitor;
    private final Descriptor control;
    private final List<Report> reports = new ArrayList<>();

    Launch(Plan plan, EncodedPlan encoded, int pid, Descriptor report, Descriptor monitor, Descriptor control) {
        this.plan = plan;
        this.encoded = encoded;
        this.pid = pid;
        this.report = report;
        this.monitor = monitor;
        this.control = control;
    }

    /** The process id of the launcher, which is the monitor where the plan has one. */
    public int pid() {
        return pid;
    }

    /** All reports so far, in the order in which they came. */
    public List<Report> reports() {
        return List.copyOf(reports);
    }

    /**
     * The next report of the set-up; empty when the set-up is over.
     *
     * @throws PlanException when a call failed whose error is not tolerated
     */
    public Optional<Report> next() {
        Optional<Row> row = read(report);
        row.ifPresent(this::accept);
        return row.map(Row::report);
    }

    /** Reads the reports of the set-up to the end; see {@link #next}. */
    public void awaitStart(Consumer<Report> observer) {
        for (Optional<Report> next = next(); next.isPresent(); next = next()) {
            observer.accept(next.get());
        }
    }

    /** Writes the byte that a plan waits for which reads {@link Launcher#CONTROL}. */
    public void go() {
        control.write(new byte[] {1});
    }

    /**
     * Waits for the wait status that the plan sends with {@link ProcessCalls#reportStatus}.
     *
     * @return the status; empty when the launcher has ended without sending one
     * @throws PlanException when a call of the monitor failed
     */
    public OptionalInt await() {
        for (Optional<Row> row = read(monitor); row.isPresent(); row = read(monitor)) {
            if (row.get().instruction() == 0) {
                return OptionalInt.of((int) row.get().result());
            }
            accept(row.get());
        }
        return OptionalInt.empty();
    }

    /** Waits for the launcher process itself, wait4(2), and returns its wait status. */
    public int reap() {
        return reap(pid);
    }

    /** Waits for a child of ours, such as one that a plan has made with {@code CLONE_PARENT}; 0 where it is none. */
    public static int reap(int child) {
        byte[] status = new byte[4];
        long result;
        do {
            result = Libc.syscall(SystemCall.WAIT4, child, status, 0, 0);
        } while (result == -Errno.EINTR);
        return result < 0
                ? 0
                : ByteBuffer.wrap(status).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    /** The calls in the order of their instructions. */
    public EncodedPlan encoded() {
        return encoded;
    }

    @Override
    public void close() {
        control.close();
        report.close();
        monitor.close();
    }

    private void accept(Row row) {
        reports.add(row.report());
        if (!row.report().tolerated()) {
            throw new PlanException(plan, row.report());
        }
    }

    /** A record as the machine code writes it; instruction 0 is the status line of a monitor. */
    private record Row(long instruction, long result, Report report) {}

    private Optional<Row> read(Descriptor line) {
        byte[] bytes = line.read(EncodedPlan.RECORD_SIZE);
        if (bytes.length < EncodedPlan.RECORD_SIZE) {
            return Optional.empty();
        }
        ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long instruction = record.getLong();
        long result = record.getLong();
        long before = record.getLong() * 1_000_000_000 + record.getLong();
        long after = record.getLong() * 1_000_000_000 + record.getLong();
        if (instruction != 0 && !encoded.has(instruction)) {
            // A program that has just joined a container was traced from in there, before it was one: it is not
            // believed.
            throw new KernelException("read a report of the launcher", Errno.EPROTO);
        }
        Call call = instruction == 0 ? encoded.calls().getLast() : encoded.at(instruction);
        // A fatal failure is reported whether the call is or not; its record then has the start of an earlier call.
        long started = call.reported() ? before : 0;
        return Optional.of(new Row(instruction, result, new Report(call, result, started, after)));
    }
}
