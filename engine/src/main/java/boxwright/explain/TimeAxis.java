package boxwright.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The time axis of a {@link Waterfall}: nanoseconds to pixels. Where nothing begins or ends for long, as while the
 * container runs, the axis is cut, so that the microseconds before it stay visible.
 */
final class TimeAxis {
    /** A stretch in which nothing happens is cut when it is longer than this part of the whole. */
    private static final double CUT = 0.4;
    /** How wide a cut is, in pixels. */
    private static final double CUT_WIDTH = 26;

    private final double left;
    private final double scale;
    private final long end;
    private final long cutFrom;
    private final long cutTo;

    /**
     * An axis.
     *
     * @param events all times at which something begins or ends, in nanoseconds from 0
     * @param left its left end in pixels
     * @param width in pixels
     */
    TimeAxis(List<Long> events, double left, double width) {
        this.left = left;
        List<Long> sorted = new ArrayList<>(events);
        sorted.add(0L);
        sorted.sort(null);
        end = Math.max(1, sorted.getLast());
        long from = 0;
        long to = 0;
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i) - sorted.get(i - 1) > to - from) {
                from = sorted.get(i - 1);
                to = sorted.get(i);
            }
        }
        boolean cut = to - from > CUT * end;
        // A little of the stretch stays on both sides, so that a bar across it is seen to go on.
        long rim = cut ? (end - (to - from)) / 50 : 0;
        cutFrom = cut ? from + rim : end;
        cutTo = cut ? to - rim : end;
        scale = (width - (cut ? CUT_WIDTH : 0)) / (end - (cutTo - cutFrom));
    }

    /** The pixel of a time. */
    double x(long nanos) {
        if (nanos <= cutFrom) {
            return left + nanos * scale;
        }
        double afterCut = left + cutFrom * scale + CUT_WIDTH;
        return nanos >= cutTo
                ? afterCut + (nanos - cutTo) * scale
                : left + cutFrom * scale + CUT_WIDTH * (nanos - cutFrom) / (cutTo - cutFrom);
    }

    /** Whether a part of the time is cut out. */
    boolean isCut() {
        return cutFrom < end;
    }

    /** The middle of the cut, in pixels. */
    double cutAt() {
        return left + cutFrom * scale + CUT_WIDTH / 2;
    }

    /** How much time the cut leaves out, in nanoseconds. */
    long cutOut() {
        return cutTo - cutFrom;
    }

    /** Round times for the ticks, in nanoseconds: 1, 2 or 5 times a power of ten, six to twelve in all. */
    List<Long> ticks() {
        long shown = end - cutOut();
        long step = 1;
        for (int i = 0; shown / step > 10; i++) {
            step = i % 3 == 1 ? step * 5 / 2 : step * 2;
        }
        List<Long> ticks = new ArrayList<>();
        for (long tick = 0; tick <= end; tick += step) {
            if (tick > cutFrom && tick < cutTo) {
                tick = cutTo / step * step;
                continue;
            }
            ticks.add(tick);
        }
        return ticks;
    }

    /** A time as a reader wants it: {@code 12.3 µs}, {@code 1.25 ms}, {@code 3.40 s}. */
    static String text(long nanos) {
        if (nanos < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
        }
        return nanos < 1_000_000_000
                ? String.format(Locale.ROOT, "%.2f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }

    /** The label of a tick. */
    static String tick(long nanos) {
        String text = nanos < 1_000_000_000
                ? String.format(Locale.ROOT, "%.3f", nanos / 1e6)
                : String.format(Locale.ROOT, "%.3f", nanos / 1e9);
        String unit = nanos < 1_000_000_000 ? " ms" : " s";
        return nanos == 0 ? "0" : text.replaceFirst("\\.?0+$", "") + unit;
    }
}
