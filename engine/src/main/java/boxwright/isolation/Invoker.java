package boxwright.isolation;

import boxwright.kernel.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Who makes containers, to the kernel; credentials(7), capabilities(7).
 *
 * @param user its effective user id
 * @param group its effective group id
 * @param effective its effective capabilities, a bit each
 * @param noNewPrivileges whether set-user-id programs give it nothing; prctl(2)
 * @param users the user ids that its user namespace has
 * @param groups the group ids that its user namespace has
 */
public record Invoker(
        long user,
        long group,
        long effective,
        boolean noNewPrivileges,
        List<IdMap.Range> users,
        List<IdMap.Range> groups) {
    public Invoker {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
    }

    /** This process. */
    public static Invoker here() {
        long user = -1;
        long group = -1;
        long effective = 0;
        boolean noNewPrivileges = false;
        for (String line : read("/proc/self/status").split("\n")) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, Math.max(colon, 0))) {
                case "Uid" -> user = second(value);
                case "Gid" -> group = second(value);
                case "CapEff" -> effective = Long.parseUnsignedLong(value, 16);
                case "NoNewPrivs" -> noNewPrivileges = value.equals("1");
                default -> {}
            }
        }
        return new Invoker(user, group, effective, noNewPrivileges, map("uid_map"), map("gid_map"));
    }

    /** The real, effective, saved and file system id stand in a row. */
    private static long second(String ids) {
        int start = ids.indexOf('\t') + 1;
        return Long.parseLong(ids.substring(start, ids.indexOf('\t', start)));
    }

    /** A kernel without user namespaces has no such file: there the first one is the only one. */
    private static List<IdMap.Range> map(String file) {
        String path = "/proc/self/" + file;
        return Files.exists(Path.of(path)) ? IdMap.Range.readAll(read(path)) : List.of(IdMap.Range.ALL);
    }

    private static String read(String path) {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the process has a capability in its user namespace. */
    public boolean has(Capability capability) {
        return (effective & 1L << capability.number()) != 0;
    }

    /** Whether the process may make namespaces and mounts without a user namespace around them. */
    public boolean mayMakeNamespaces() {
        return has(Capability.CAP_SYS_ADMIN);
    }

    /** Whether the process is in the machine's first user namespace, where capabilities hold for the whole machine. */
    public boolean isInFirstUserNamespace() {
        return users.size() == 1 && users.getFirst().isAll();
    }
}
