package boxwright.isolation;

import boxwright.kernel.Capability;
import boxwright.kernel.Launcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chooses which users a container's users are outside.
 *
 * @param self who we are
 * @param name our name in {@code /etc/passwd}
 * @param launcher runs newuidmap(1) and newgidmap(1), where these are needed
 */
public record UserNamespaceChoice(Invoker self, String name, Launcher launcher) {
    private static final Path SUBUID = Path.of("/etc/subuid");
    private static final Path SUBGID = Path.of("/etc/subgid");

    /** What an image has at most, as a rule; also what a distribution grants a user. */
    private static final long COUNT = 65536;
    /** Where systemd looks for ids of containers too; "Users, Groups, UIDs and GIDs on systemd Systems". */
    private static final long FIRST = 524288;

    private static final long LAST = 1878982656;

    /** For the user who runs this JVM. */
    public static UserNamespaceChoice here(Launcher launcher) {
        return new UserNamespaceChoice(Invoker.here(), System.getProperty("user.name"), launcher);
    }

    /**
     * A container's user namespace: its root is we, and its other users are the ids that we were granted; if we are root
     * ourselves, its users are ids that nobody on this machine has.
     *
     * @throws UserNamespaceException where we cannot make one
     */
    public UserNamespace usual() {
        if (self.mayMakeNamespaces()) {
            IdMap free = free();
            return byRoot(free, free);
        }
        Optional<MapHelpers> helpers = self.noNewPrivileges() ? Optional.empty() : MapHelpers.here(launcher);
        List<IdMap.Range> users = SubordinateIds.in(SUBUID).of(name, self.user());
        List<IdMap.Range> groups = SubordinateIds.in(SUBGID).of(name, self.user());
        // The helpers serve only who is in /etc/passwd; to the JVM, who is not there is called "?".
        if (helpers.isEmpty() || users.isEmpty() || groups.isEmpty() || name.equals("?")) {
            return new UserNamespace(IdMap.rootIs(self.user()), IdMap.rootIs(self.group()), false, Optional.empty());
        }
        return new UserNamespace(
                granted(self.user(), users), granted(self.group(), groups), false, Optional.of(helpers.get()));
    }

    /**
     * A user namespace with maps of the user's own; where one of them is empty, it is the same as the other.
     *
     * @throws UserNamespaceException where we may not map these ids
     */
    public UserNamespace of(Optional<IdMap> users, Optional<IdMap> groups) {
        if (users.isEmpty() && groups.isEmpty()) {
            return usual();
        }
        IdMap userMap = users.or(() -> groups).orElseThrow();
        IdMap groupMap = groups.orElse(userMap);
        if (self.mayMakeNamespaces()) {
            return byRoot(userMap, groupMap);
        }
        requireOwn("--uidmap", userMap, self.user(), SUBUID);
        requireOwn("--gidmap", groupMap, self.group(), SUBGID);
        if (userMap.equals(IdMap.rootIs(self.user())) && groupMap.equals(IdMap.rootIs(self.group()))) {
            return new UserNamespace(userMap, groupMap, false, Optional.empty());
        }
        if (self.noNewPrivileges()) {
            throw new UserNamespaceException("only newuidmap and newgidmap can map more ids than a user's own, and"
                    + " no_new_privs, which is set on us, takes their privilege away. Start boxwright from a shell"
                    + " without it.");
        }
        IdMapper helpers = MapHelpers.here(launcher)
                .orElseThrow(() -> new UserNamespaceException("only newuidmap and newgidmap can map more ids than a"
                        + " user's own, and they are not installed: apt install uidmap, dnf install shadow-utils, apk"
                        + " add shadow-subids."));
        return new UserNamespace(userMap, groupMap, false, Optional.of(helpers));
    }

    private UserNamespace byRoot(IdMap users, IdMap groups) {
        for (Capability needed : List.of(Capability.CAP_SETUID, Capability.CAP_SETGID)) {
            if (!self.has(needed)) {
                throw new UserNamespaceException("we do not have " + needed + ", without which the kernel lets nobody"
                        + " map other ids than his own; see CapEff in /proc/self/status.");
            }
        }
        requireKnown("user", users, self.users());
        requireKnown("group", groups, self.groups());
        return new UserNamespace(users, groups, true, Optional.of(IdMapper.privileged()));
    }

    /** The ids outside must be ids at all in the namespace that we are in ourselves. */
    private static void requireKnown(String kind, IdMap map, List<IdMap.Range> known) {
        map.firstBeyond(known).ifPresent(range -> {
            throw new UserNamespaceException("the " + kind + " ids of the range " + range + " do not all exist here: we"
                    + " are in a user namespace ourselves, whose ids are " + known + " (/proc/self/uid_map, gid_map).");
        });
    }

    /** A user's container writes to directories of that user, so its root has to be he. */
    private void requireOwn(String flag, IdMap map, long own, Path grants) {
        if (map.outside(0).orElse(-1) != own) {
            throw new UserNamespaceException(flag + " " + map + ": without root's privilege the container's 0 has to be"
                    + " your own id " + own + ", whose files it works with: begin with 0:" + own + ":1.");
        }
        List<IdMap.Range> allowed = new ArrayList<>(SubordinateIds.in(grants).of(name, self.user()));
        allowed.add(new IdMap.Range(own, own, 1));
        map.firstBeyond(allowed).ifPresent(range -> {
            throw new UserNamespaceException(flag + " " + map + ": you may map your own id " + own + " and what "
                    + grants + " grants you, and the range " + range + " has others.");
        });
    }

    private static IdMap granted(long own, List<IdMap.Range> granted) {
        List<IdMap.Range> ranges = new ArrayList<>();
        ranges.add(new IdMap.Range(0, own, 1));
        long next = 1;
        for (IdMap.Range range : granted) {
            // The file may grant an id twice; a map has it once.
            if (ranges.stream().noneMatch(range::overlapsOutside)) {
                ranges.add(new IdMap.Range(next, range.outside(), range.count()));
                next += range.count();
            }
        }
        return new IdMap(ranges);
    }

    /** Ids that are granted to nobody: what a container's user leaves somewhere must not be a real user's. */
    private static IdMap free() {
        List<IdMap.Range> taken = new ArrayList<>(SubordinateIds.in(SUBUID).all());
        taken.addAll(SubordinateIds.in(SUBGID).all());
        for (long first = FIRST; first <= LAST; first += COUNT) {
            boolean free = true;
            IdMap.Range wanted = new IdMap.Range(0, first, COUNT);
            for (IdMap.Range range : taken) {
                free &= !range.overlapsOutside(wanted);
            }
            if (free) {
                return new IdMap(List.of(wanted));
            }
        }
        throw new UserNamespaceException("/etc/subuid and /etc/subgid have granted all ids from " + FIRST + " to "
                + (LAST + COUNT - 1) + ". Choose ids for the container yourself, with --uidmap and --gidmap.");
    }
}
