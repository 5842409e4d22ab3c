package boxwright.isolation;

import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;

import boxwright.isolation.cgroup.Group;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Hierarchy;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a new process comes into groups. In version 2 it is born there ({@code CLONE_INTO_CGROUP} of clone3(2)). In version
 * 1 it writes {@code 0}, which means itself, to the file {@code tasks} of each.
 *
 * <p>Not to {@code cgroup.procs}: that is for processes of many threads, whose number must stand still meanwhile, and the
 * kernel stops all forks of the machine for it. It takes some 10 ms; a single thread that moves itself takes 20 µs.
 *
 * <p>The files are opened outside, before there is the process: inside it no path leads to them, and it may not be the
 * user whose they are.
 *
 * @param first the directories of the groups of version 1, by a name for what is opened in each
 * @param second the directory of the group of version 2
 */
public record CgroupEntry(Map<String, Path> first, Optional<Path> second) {
    /** Has the descriptor of the group of version 2. */
    private static final Slot SECOND = Slot.of("cgroup");

    public CgroupEntry {
        first = new LinkedHashMap<>(first);
    }

    /** Into the groups that a container has. */
    static CgroupEntry into(List<Group> groups) {
        Map<String, Path> first = new LinkedHashMap<>();
        Optional<Path> second = Optional.empty();
        for (Group group : groups) {
            if (group.hierarchy().version() == 2) {
                second = Optional.of(group.directory());
            } else {
                first.put(name(group.hierarchy()), group.directory());
            }
        }
        return new CgroupEntry(first, second);
    }

    /** Into the groups of a process, as far as they are not our own. */
    public static CgroupEntry where(int pid) {
        Map<String, Path> first = new LinkedHashMap<>();
        Optional<Path> second = Optional.empty();
        Hierarchies here = Hierarchies.here();
        List<Hierarchy> theirs = here.of(pid).all();
        for (int i = 0; i < theirs.size(); i++) {
            Path group = theirs.get(i).own();
            if (i < here.all().size() && group.equals(here.all().get(i).own())) {
                continue;
            }
            if (theirs.get(i).version() == 2) {
                second = Optional.of(group);
            } else {
                first.put(name(theirs.get(i)), group);
            }
        }
        return new CgroupEntry(first, second);
    }

    private static String name(Hierarchy hierarchy) {
        return hierarchy.controllers().getFirst() + "_tasks";
    }

    /** The lines of whoever makes the new process. */
    public void open(PlanBuilder plan) {
        first.forEach((name, directory) ->
                plan.open(directory.resolve("tasks").toString(), O_WRONLY, 0).into(Slot.of(name)));
        second.ifPresent(directory -> plan.open(directory.toString(), O_RDONLY, 0)
                .into(SECOND)
                .because("where the new process will be born"));
    }

    /** What has to be given to {@code clone3}; empty where there is no group of version 2. */
    public Optional<Slot> birthplace() {
        return second.map(directory -> SECOND);
    }

    /** The lines of the new process. */
    public void enter(PlanBuilder plan) {
        List<String> names = new ArrayList<>(first.keySet());
        for (String name : names) {
            var line = plan.write(Slot.of(name).value(), "0");
            if (name.equals(names.getFirst())) {
                line.because("this process moves in: 0 is who writes it");
            }
        }
    }
}
