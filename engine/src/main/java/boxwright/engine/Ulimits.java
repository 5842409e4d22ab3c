package boxwright.engine;

import boxwright.isolation.Invoker;
import boxwright.isolation.ResourceLimits.Limit;
import boxwright.isolation.ResourceLimits.Resource;
import boxwright.kernel.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** The limits of single processes, {@code --ulimit}: how they are written, and which this machine can give. */
public final class Ulimits {
    private static final Path OWN = Path.of("/proc/self/limits");
    private static final Path MOST_FILES = Path.of("/proc/sys/fs/nr_open");
    private static final Path OWN_SCORE = Path.of("/proc/self/oom_score_adj");

    private Ulimits() {}

    /**
     * Reads {@code NAME=SOFT[:HARD]}, {@code -1} for no limit.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static Limit parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(
                    "invalid ulimit argument: " + text + " (NAME=SOFT[:HARD], such as nofile=1024:2048)");
        }
        String name = text.substring(0, equals);
        Resource resource =
                Resource.of(name).orElseThrow(() -> new IllegalArgumentException("invalid ulimit type: " + name));
        String[] values = text.substring(equals + 1).split(":", -1);
        if (values.length > 2) {
            throw new IllegalArgumentException("too many limit value arguments - " + text.substring(equals + 1)
                    + ", can only have up to two, `soft[:hard]`");
        }
        long soft = number(values[0]);
        long hard = values.length == 2 ? number(values[1]) : soft;
        if (hard != -1 && (soft == -1 || soft > hard)) {
            throw new IllegalArgumentException(
                    "ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
        }
        return new Limit(resource, soft, hard);
    }

    private static long number(String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= -1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through
        }
        throw new IllegalArgumentException("'" + text + "' is no limit: a number, or -1 for none");
    }

    /**
     * Checks that we may give these.
     *
     * @throws EngineException where the kernel would refuse it
     */
    static void check(List<Limit> limits, OptionalInt oomScoreAdjustment) {
        if (limits.isEmpty() && oomScoreAdjustment.isEmpty()) {
            return;
        }
        Invoker self = Invoker.here();
        boolean mayRaise = self.has(Capability.CAP_SYS_RESOURCE) && self.isInFirstUserNamespace();
        for (Limit limit : limits) {
            long most = hard(limit.resource());
            if (!mayRaise && most != -1 && (limit.hard() == -1 || limit.hard() > most)) {
                throw new EngineException(
                        "--ulimit " + limit + ": raising a hard limit needs CAP_SYS_RESOURCE, which we do not"
                                + " have; ours is " + most + " (" + OWN + "). Ask for less, or raise ours before");
            }
            if (limit.resource() == Resource.NOFILE) {
                long files = Long.parseLong(read(MOST_FILES));
                if (limit.hard() == -1 || limit.hard() > files) {
                    throw new EngineException("--ulimit " + limit + ": the kernel lets no process have more than "
                            + files + " open files (" + MOST_FILES + "). Ask for less, or: sudo sysctl fs.nr_open=…");
                }
            }
        }
        if (oomScoreAdjustment.isPresent() && !mayRaise) {
            int own = Integer.parseInt(read(OWN_SCORE));
            if (oomScoreAdjustment.getAsInt() < own) {
                throw new EngineException("--oom-score-adj " + oomScoreAdjustment.getAsInt() + ": less than our own "
                        + own + " (" + OWN_SCORE + ") needs CAP_SYS_RESOURCE, which we do not have");
            }
        }
    }

    /** The hard limit of this JVM: its soft one it may have raised itself. */
    private static long hard(Resource resource) {
        for (String line : read(OWN).split("\n")) {
            if (line.startsWith(resource.label() + " ")) {
                // Soft and hard are columns of 20 behind a label of 26; proc_pid_limits(5).
                String hard = line.substring(47, Math.min(67, line.length())).strip();
                return hard.equals("unlimited") ? -1 : Long.parseLong(hard);
            }
        }
        return -1;
    }

    private static String read(Path file) {
        // One read: a number of /proc/sys that is read in two pieces ends after the first.
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(8192), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new EngineException("cannot read " + file + ": " + e.getMessage());
        }
    }
}
