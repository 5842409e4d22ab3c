package boxwright.isolation;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * newuidmap(1) and newgidmap(1): set-user-id programs that map for a user the ids which {@code /etc/subuid} and
 * {@code /etc/subgid} grant him. The kernel has no other way: it lets a user map nobody but himself. Each is a plan of one
 * line.
 *
 * @param launcher runs them
 * @param newuidmap where the one is
 * @param newgidmap where the other is
 */
public record MapHelpers(Launcher launcher, Path newuidmap, Path newgidmap) implements IdMapper {
    private static final List<String> PLACES = List.of("/usr/bin", "/bin", "/usr/local/bin", "/run/wrappers/bin");
    private static final int LONGEST_ANSWER = 4096;

    /** The helpers of this machine; empty where one of them is not installed. */
    public static Optional<MapHelpers> here(Launcher launcher) {
        Optional<Path> users = find("newuidmap");
        Optional<Path> groups = find("newgidmap");
        return users.isPresent() && groups.isPresent()
                ? Optional.of(new MapHelpers(launcher, users.get(), groups.get()))
                : Optional.empty();
    }

    private static Optional<Path> find(String name) {
        for (String place : PLACES) {
            Path path = Path.of(place, name);
            if (Files.isExecutable(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    @Override
    public void write(int pid, IdMap users, IdMap groups) {
        // Both at once: each takes longer than the rest of the start.
        try (Helper one = new Helper(newuidmap, pid, users);
                Helper other = new Helper(newgidmap, pid, groups)) {
            one.await();
            other.await();
        }
    }

    /** One of them, as it runs. */
    private final class Helper implements AutoCloseable {
        private final List<String> argv = new ArrayList<>();
        private final Descriptor.Pipe answer;
        private final Launch launch;
        private boolean ended;

        Helper(Path program, int pid, IdMap map) {
            argv.add(program.toString());
            argv.add(Integer.toString(pid));
            argv.addAll(map.words());
            answer = Descriptor.pipe();
            Plan plan = Plan.of(lines -> {
                lines.closeOnExecFrom(Launcher.REPORT);
                lines.execve(program.toString(), argv, List.of()).because("maps the ids that the user was granted");
            });
            try {
                launch = launcher.start(plan, "boxwright: " + program.getFileName(), Map.of(2, answer.in()));
            } catch (RuntimeException e) {
                answer.close();
                throw e;
            }
            answer.in().close();
        }

        void await() {
            launch.awaitStart(report -> {});
            String said = new String(answer.out().read(LONGEST_ANSWER), StandardCharsets.UTF_8).strip();
            int status = launch.reap();
            ended = true;
            if (status != 0) {
                throw new UserNamespaceException(
                        String.join(" ", argv) + " failed"
                                + (said.isEmpty() ? "" : ": " + said)
                                + ". It maps the ids that /etc/subuid and /etc/subgid grant to this user; it has to be set-user-id"
                                + " root, or have CAP_SETUID (CAP_SETGID) as a file capability. 'boxwright doctor' shows both.");
            }
        }

        @Override
        public void close() {
            launch.close();
            answer.out().close();
            if (!ended) {
                launch.reap();
            }
        }
    }
}
