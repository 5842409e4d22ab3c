package boxwright.isolation;

import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.O_CLOEXEC;
import static boxwright.kernel.Constants.O_PATH;
import static boxwright.kernel.Errno.EINVAL;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.LandlockAbi;
import boxwright.kernel.Line;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits that a process sets for itself and its descendants, without privilege and for ever; landlock(7). A ruleset names
 * what is watched, and all that is watched is forbidden but for what a rule allows. It lies beside the permissions of
 * files, and root has no way around it.
 *
 * <p>Here, what is watched follows from the rules: one for writing has all writing watched, one for reading has reading
 * watched too, one for a port has all ports watched. Needs {@link NoNewPrivileges} or CAP_SYS_ADMIN, and comes after all
 * mounts: behind it the process can change no mount.
 *
 * <p>What is not watched by any version: chmod(2), chown(2), setxattr(2), utime(2), stat(2), and descriptors that are open.
 *
 * @param rules of which there is at least one
 * @param mayBeFiles whether a path in a rule may be that of a file, for which another right has to be asked
 * @param abi the version of the kernel's Landlock, {@link LandlockAbi}; what it does not know is not asked of it
 */
public record Landlock(List<LandlockRule> rules, boolean mayBeFiles, int abi) implements SecurityModule {
    private static final long READING = Constants.LANDLOCK_ACCESS_FS_EXECUTE
            | Constants.LANDLOCK_ACCESS_FS_READ_FILE
            | Constants.LANDLOCK_ACCESS_FS_READ_DIR;
    private static final long WRITING = Constants.LANDLOCK_ACCESS_FS_WRITE_FILE
            | Constants.LANDLOCK_ACCESS_FS_REMOVE_DIR
            | Constants.LANDLOCK_ACCESS_FS_REMOVE_FILE
            | Constants.LANDLOCK_ACCESS_FS_MAKE_CHAR
            | Constants.LANDLOCK_ACCESS_FS_MAKE_DIR
            | Constants.LANDLOCK_ACCESS_FS_MAKE_REG
            | Constants.LANDLOCK_ACCESS_FS_MAKE_SOCK
            | Constants.LANDLOCK_ACCESS_FS_MAKE_FIFO
            | Constants.LANDLOCK_ACCESS_FS_MAKE_BLOCK
            | Constants.LANDLOCK_ACCESS_FS_MAKE_SYM
            | Constants.LANDLOCK_ACCESS_FS_REFER
            | Constants.LANDLOCK_ACCESS_FS_TRUNCATE
            | Constants.LANDLOCK_ACCESS_FS_IOCTL_DEV;
    /** What can be allowed for a file that is no directory. */
    private static final long OF_FILES = Constants.LANDLOCK_ACCESS_FS_EXECUTE
            | Constants.LANDLOCK_ACCESS_FS_WRITE_FILE
            | Constants.LANDLOCK_ACCESS_FS_READ_FILE
            | Constants.LANDLOCK_ACCESS_FS_TRUNCATE
            | Constants.LANDLOCK_ACCESS_FS_IOCTL_DEV;

    private static final int ABI_REFER = 2;
    private static final int ABI_TRUNCATE = 3;
    private static final int ABI_NETWORK = 4;
    private static final int ABI_IOCTL = 5;
    private static final int ABI_SCOPE = 6;

    public Landlock {
        rules = List.copyOf(rules);
        if (rules.isEmpty() || abi < needed(rules)) {
            throw new IllegalArgumentException(rules + " with version " + abi + " of Landlock");
        }
    }

    /** Files may be written beneath those directories only, and read everywhere. */
    public static Landlock writableOnly(List<String> directories, int abi) {
        List<LandlockRule> rules = new ArrayList<>();
        for (String directory : directories) {
            rules.add(new LandlockRule.WriteBeneath(directory));
        }
        return new Landlock(rules, false, abi);
    }

    /** The version that the rules cannot do without: that of the newest kind of thing they are about. */
    public static int needed(List<LandlockRule> rules) {
        int needed = 1;
        for (LandlockRule rule : rules) {
            needed = Math.max(
                    needed,
                    switch (rule) {
                        case LandlockRule.ReadBeneath _, LandlockRule.WriteBeneath _ -> 1;
                        case LandlockRule.Connect _, LandlockRule.Bind _ -> ABI_NETWORK;
                        case LandlockRule.Scope _ -> ABI_SCOPE;
                    });
        }
        return needed;
    }

    /** Whether writing is limited, but the kernel cannot watch truncate(2), which empties a file without opening it. */
    public boolean leavesTruncate() {
        return watchedFiles() != 0 && abi < ABI_TRUNCATE;
    }

    // tag::ruleset[]
    @Override
    public void addLast(PlanBuilder plan) {
        Slot ruleset = Slot.of("ruleset");
        Argument.Struct watched = watched();
        plan.call(SystemCall.LANDLOCK_CREATE_RULESET, watched, number(watched.size()), number(0))
                .into(ruleset)
                .because("what Landlock watches is forbidden, but for the rules that follow; landlock(7)");
        int count = 0;
        for (LandlockRule rule : rules) {
            switch (rule) {
                case LandlockRule.ReadBeneath readable -> beneath(plan, ruleset, readable.path(), READING, ++count);
                case LandlockRule.WriteBeneath writable ->
                    beneath(plan, ruleset, writable.path(), READING | WRITING, ++count);
                case LandlockRule.Connect connect ->
                    port(plan, ruleset, connect.port(), Constants.LANDLOCK_ACCESS_NET_CONNECT_TCP);
                case LandlockRule.Bind bind -> port(plan, ruleset, bind.port(), Constants.LANDLOCK_ACCESS_NET_BIND_TCP);
                case LandlockRule.Scope _ -> {}
            }
        }
        plan.call(SystemCall.LANDLOCK_RESTRICT_SELF, ruleset.value(), number(0))
                .because("holds from here on, for root too, and nobody can lift it");
    }
    // end::ruleset[]

    /** {@code struct landlock_ruleset_attr}, as long as the kernel knows it. */
    private Argument.Struct watched() {
        List<Argument.Field> fields = new ArrayList<>();
        fields.add(field("handled_access_fs", 8, number(watchedFiles(), Notation.LANDLOCK_FILES)));
        if (abi >= ABI_NETWORK) {
            fields.add(field("handled_access_net", 8, number(watchedPorts(), Notation.LANDLOCK_PORTS)));
        }
        if (abi >= ABI_SCOPE) {
            fields.add(field("scoped", 8, number(scopes(), Notation.LANDLOCK_SCOPES)));
        }
        return new Argument.Struct(fields);
    }

    private long watchedFiles() {
        long watched = 0;
        for (LandlockRule rule : rules) {
            watched |= switch (rule) {
                case LandlockRule.ReadBeneath _ -> READING | WRITING;
                case LandlockRule.WriteBeneath _ -> WRITING;
                default -> 0;
            };
        }
        return watched & ~unknown();
    }

    // tag::unknown[]
    /** What came with later versions than the kernel's. */
    private long unknown() {
        return (abi < ABI_REFER ? Constants.LANDLOCK_ACCESS_FS_REFER : 0)
                | (abi < ABI_TRUNCATE ? Constants.LANDLOCK_ACCESS_FS_TRUNCATE : 0)
                | (abi < ABI_IOCTL ? Constants.LANDLOCK_ACCESS_FS_IOCTL_DEV : 0);
    }
    // end::unknown[]

    private long watchedPorts() {
        long watched = 0;
        for (LandlockRule rule : rules) {
            watched |= switch (rule) {
                case LandlockRule.Connect _ -> Constants.LANDLOCK_ACCESS_NET_CONNECT_TCP;
                case LandlockRule.Bind _ -> Constants.LANDLOCK_ACCESS_NET_BIND_TCP;
                default -> 0;
            };
        }
        return watched;
    }

    private long scopes() {
        long scopes = 0;
        for (LandlockRule rule : rules) {
            scopes |= rule instanceof LandlockRule.Scope scope ? scope.bits() : 0;
        }
        return scopes;
    }

    private void beneath(PlanBuilder plan, Slot ruleset, String path, long access, int count) {
        // A slot lies in one struct only, so each rule has its own.
        Slot place = Slot.of("place" + count);
        plan.open(path, O_PATH | O_CLOEXEC, 0).into(place);
        long allowed = access & watchedFiles();
        String because = (allowed & WRITING) == 0 ? "may be read" : "may be written";
        Line line = rule(plan, ruleset, place, allowed).because(because);
        if (mayBeFiles) {
            line.tolerate(EINVAL).otherwise(fallback -> {
                Slot file = Slot.of("file" + count);
                fallback.open(path, O_PATH | O_CLOEXEC, 0).into(file);
                rule(fallback, ruleset, file, allowed & OF_FILES).because("a file: rights of directories mean nothing");
            });
        }
    }

    /** {@code struct landlock_path_beneath_attr}, which is packed. */
    private static Line rule(PlanBuilder plan, Slot ruleset, Slot place, long allowed) {
        Argument.Struct beneath = new Argument.Struct(List.of(
                field("allowed_access", 8, number(allowed, Notation.LANDLOCK_FILES)),
                field("parent_fd", 4, new Argument.Place(place))));
        return plan.call(
                SystemCall.LANDLOCK_ADD_RULE,
                ruleset.value(),
                number(Constants.LANDLOCK_RULE_PATH_BENEATH, Notation.name("LANDLOCK_RULE_PATH_BENEATH")),
                beneath,
                number(0));
    }

    /** {@code struct landlock_net_port_attr}. */
    private static void port(PlanBuilder plan, Slot ruleset, int port, long allowed) {
        Argument.Struct attributes = new Argument.Struct(
                List.of(field("allowed_access", 8, number(allowed, Notation.LANDLOCK_PORTS)), field("port", 8, port)));
        plan.call(
                        SystemCall.LANDLOCK_ADD_RULE,
                        ruleset.value(),
                        number(Constants.LANDLOCK_RULE_NET_PORT, Notation.name("LANDLOCK_RULE_NET_PORT")),
                        attributes,
                        number(0))
                .because("this port, and no other without a rule");
    }
}
