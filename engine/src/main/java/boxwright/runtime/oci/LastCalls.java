package boxwright.runtime.oci;

import boxwright.kernel.Call;
import boxwright.kernel.EncodedPlan;
import boxwright.kernel.Errno;
import boxwright.kernel.SystemCall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The calls that a container's first process makes when it is started, as lines of text: an address, a tab, what the call
 * is. The process tells {@code start} of a call that failed by its address alone, and no plan is left by then.
 */
final class LastCalls {
    private LastCalls() {}

    /** The lines, from the call that waits on. */
    static String text(EncodedPlan plan, int start) {
        StringBuilder text = new StringBuilder();
        List<Call> calls = plan.calls();
        boolean behind = false;
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            boolean waits = call.systemCall() == SystemCall.READ
                    && call.arguments().getFirst().toString().equals(Integer.toString(start));
            behind |= waits;
            if (behind) {
                text.append(plan.address(i)).append('\t').append(describe(call)).append('\n');
            }
        }
        return text.toString();
    }

    private static String describe(Call call) {
        if (call.systemCall() == SystemCall.EXECVE) {
            return "exec " + call.arguments().getFirst();
        }
        String because = call.because().isEmpty() ? "" : " (" + call.because() + ")";
        String code = call.code();
        return (code.length() > 200 ? code.substring(0, 200) + "…" : code) + because;
    }

    /** What a report says that the launcher has written, in words. */
    static String explain(String lines, byte[] report) {
        ByteBuffer record = ByteBuffer.wrap(report).order(ByteOrder.LITTLE_ENDIAN);
        String address = Long.toString(record.getLong());
        long result = record.getLong();
        String what = "a system call";
        for (String line : lines.split("\n")) {
            if (line.startsWith(address + "\t")) {
                what = line.substring(line.indexOf('\t') + 1);
            }
        }
        if (result >= 0) {
            return what + ": not in time";
        }
        return what + ": " + SetUpFailure.meaning((int) -result) + " (" + Errno.name((int) -result) + ")";
    }
}
