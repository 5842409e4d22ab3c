package boxwright.cli.runtime;

import boxwright.runtime.oci.ConsoleTarget;
import boxwright.runtime.oci.ExecRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code exec}. */
final class ExecVerb implements Verb {
    /** As runc has it, to tell it from a program's own. */
    private static final int FAILED = 255;

    @Override
    public String operands() {
        return "<container-id> <command> [command options]";
    }

    @Override
    public String summary() {
        return "Run a new process inside a container";
    }

    @Override
    public List<Option> options() {
        return List.of(
                CreateOptions.CONSOLE_SOCKET,
                Option.value("cwd", "dir", "current working directory in the container"),
                Option.value("env, e", "K=V", "set environment variables"),
                Option.flag("tty, t", "allocate a pseudo-TTY"),
                Option.value("user, u", "uid[:gid]", "UID and GID of the process"),
                Option.value("additional-gids, g", "gid", "additional gids"),
                Option.value("process, p", "file", "path to the process.json"),
                Option.flag("detach, d", "detach from the container's process"),
                CreateOptions.PID_FILE,
                Option.value("process-label", "label", "set the SELinux label of the process"),
                Option.value("apparmor", "profile", "set the AppArmor profile of the process"),
                Option.flag("no-new-privs", "set the no new privileges value for the process"),
                Option.value("cap, c", "capability", "add a capability to the process"),
                CreateOptions.PRESERVE_FDS,
                Option.value("cgroup", "path", "run the process in an (existing) sub-cgroup"),
                Option.flag("ignore-paused", "allow exec in a paused container"));
    }

    @Override
    public int fewest() {
        return 1;
    }

    @Override
    public int most() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean flagsToTheEnd() {
        return false;
    }

    @Override
    public int run(Words words, Settings settings) throws Exception {
        try {
            if (words.value("process").isEmpty() && words.operands().size() < 2) {
                throw new UsageException("exec needs a command, or --process");
            }
            return new Foreground(settings).exec(words, words.has("detach"), words.has("tty"));
        } catch (Exception e) {
            throw new VerbFailure(FAILED, e);
        }
    }

    static ExecRequest request(Words words, boolean tty, Optional<ConsoleTarget> console) {
        List<String> operands = words.operands();
        List<Long> groups = new ArrayList<>();
        words.all("additional-gids").forEach(text -> groups.add(id(text)));
        Optional<String> user = words.value("user").filter(text -> !text.isEmpty());
        OptionalLong uid = OptionalLong.empty();
        OptionalLong gid = OptionalLong.empty();
        if (user.isPresent()) {
            int colon = user.get().indexOf(':');
            uid = OptionalLong.of(id(colon < 0 ? user.get() : user.get().substring(0, colon)));
            gid = colon < 0 ? gid : OptionalLong.of(id(user.get().substring(colon + 1)));
        }
        return new ExecRequest(
                operands.getFirst(),
                operands.subList(1, operands.size()),
                words.value("process").filter(text -> !text.isEmpty()).map(Path::of),
                tty,
                words.value("cwd").filter(text -> !text.isEmpty()),
                words.all("env"),
                uid,
                gid,
                groups,
                words.all("cap"),
                words.value("no-new-privs").map(text -> words.has("no-new-privs")),
                words.value("apparmor").filter(text -> !text.isEmpty()),
                words.value("process-label").filter(text -> !text.isEmpty()),
                CreateOptions.pidFile(words),
                console,
                CreateOptions.preserved(words),
                words.value("cgroup").orElse(""),
                words.has("ignore-paused"));
    }

    private static long id(String text) {
        try {
            return Integer.toUnsignedLong(Integer.parseUnsignedInt(text));
        } catch (NumberFormatException e) {
            throw new UsageException("\"" + text + "\" is no user or group id");
        }
    }
}
