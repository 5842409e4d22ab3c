package boxwright.isolation;

import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.isolation.cgroup.ByteSize;
import boxwright.isolation.cgroup.Controller;
import boxwright.isolation.cgroup.DeviceRule;
import boxwright.isolation.cgroup.DeviceRules;
import boxwright.isolation.cgroup.Freezer;
import boxwright.isolation.cgroup.Group;
import boxwright.isolation.cgroup.Groups;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Limits;
import boxwright.isolation.cgroup.OutOfMemory;
import boxwright.isolation.cgroup.Removal;
import boxwright.isolation.cgroup.Setting;
import boxwright.kernel.Line;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A share of the machine, and no more; cgroups(7). A control group is a directory in a file system of the kernel's: who is
 * in it is one file, each limit is another. The groups are made outside, before there is a process to hold to them, and
 * the first process of the container comes into them at its birth; its children are born where it is.
 *
 * <p>The cgroup namespace, cgroup_namespaces(7), makes the group that a process is in when it asks for it the root of what
 * it sees. So it comes after the process is in its group.
 *
 * @param groups one in each hierarchy that the limits need
 * @param view what the container sees of the cgroups
 * @param writable whether it may change them, and make groups below its own
 */
public record Cgroup(Groups groups, CgroupView view, boolean writable) implements Isolation {
    /** The names of our groups begin with it. */
    public static final String PREFIX = "boxwright-";

    private static final Slot FILE = Slot.of("file");

    /** As long as the kernel may take to let a process go that has ended. */
    private static final int LEAVING_MILLIS = 50;

    /**
     * The groups that some limits need, where this machine gives them; see {@link Groups#refused}.
     *
     * @param id a name that no other container has
     */
    public static Cgroup of(String id, Limits limits) {
        return new Cgroup(
                Groups.plan(Hierarchies.here(), PREFIX + id, limits, Optional.empty()), CgroupView.PRIVATE, false);
    }

    @Override
    public String chapter() {
        return "07-cgroups";
    }

    @Override
    public void addBefore(PlanBuilder plan) {
        for (Group group : groups.all()) {
            for (Group.Ancestor ancestor : group.ancestors()) {
                if (ancestor.missing()) {
                    plan.mkdir(ancestor.directory().toString(), 0755)
                            .tolerate(EEXIST)
                            .because("the group to make groups in");
                }
                ancestor.settings().forEach(setting -> write(plan, ancestor.directory(), setting));
            }
            Line made = plan.mkdir(group.directory().toString(), 0755)
                    .because("a group of its own, for " + group.purpose());
            if (group.ancestors().stream().anyMatch(Group.Ancestor::missing)) {
                made.tolerate(ENOENT).otherwise(again -> makeAgain(again, group));
            }
            group.settings().forEach(setting -> write(plan, group.directory(), setting));
            if (group.hierarchy().version() == 2) {
                attachDeviceProgram(plan, group);
            } else {
                group.devices().ifPresent(rules -> listDevices(plan, group.directory(), rules));
            }
        }
        entry().open(plan);
    }

    /** A container that ends at this moment may have removed the group above both, since nobody else was in it. */
    private static void makeAgain(PlanBuilder plan, Group group) {
        for (Group.Ancestor ancestor : group.ancestors()) {
            plan.mkdir(ancestor.directory().toString(), 0755)
                    .tolerate(EEXIST)
                    .because("another container has just removed it");
            ancestor.settings().forEach(setting -> write(plan, ancestor.directory(), setting));
        }
        plan.mkdir(group.directory().toString(), 0755);
    }

    private static void write(PlanBuilder plan, Path directory, Setting setting) {
        plan.open(directory.resolve(setting.file()).toString(), O_WRONLY, 0).into(FILE);
        plan.write(FILE.value(), setting.value()).because(setting.because());
        plan.close(FILE.value());
    }

    /** Version 1 has files for the list; each write is one rule. */
    private static void listDevices(PlanBuilder plan, Path directory, DeviceRules rules) {
        write(plan, directory, new Setting("devices.deny", "a", "no device at all, but these:"));
        plan.open(directory.resolve("devices.allow").toString(), O_WRONLY, 0).into(FILE);
        for (DeviceRule rule : rules.allowed()) {
            plan.write(FILE.value(), rule.toString());
        }
        plan.close(FILE.value());
    }

    /** Version 2 asks a program. */
    private static void attachDeviceProgram(PlanBuilder plan, Group group) {
        group.deviceProgram().ifPresent(code -> {
            // A slot lives in one struct, and clone3 has one with the same directory in it: so it is opened twice.
            Slot directory = Slot.of("device_cgroup");
            Slot program = Slot.of("device_program");
            plan.open(group.directory().toString(), O_RDONLY, 0).into(directory);
            plan.loadDeviceProgram(code).into(program).because("answers whether a device may be used");
            plan.attachDeviceProgram(directory, program)
                    .because("the kernel asks it from here on, before a device is opened or made");
            plan.close(directory.value());
            plan.close(program.value());
        });
    }

    @Override
    public Optional<Slot> birthplace() {
        return entry().birthplace();
    }

    @Override
    public void addTo(PlanBuilder plan) {
        entry().enter(plan);
        view.addTo(plan, groups.all(), writable);
    }

    private CgroupEntry entry() {
        return CgroupEntry.into(groups.all());
    }

    @Override
    public List<Path> leftovers() {
        return directories();
    }

    private List<Path> directories() {
        List<Path> directories = new ArrayList<>();
        groups.all().forEach(group -> directories.add(group.directory()));
        return directories;
    }

    @Override
    public void addRemoval(PlanBuilder plan) {
        for (Path directory : directories()) {
            plan.rmdir(directory.toString())
                    .tolerate(ENOENT, EBUSY)
                    .because("nobody is in it any more, so the directory can go")
                    .otherwise(again -> {
                        again.pause(LEAVING_MILLIS);
                        again.rmdir(directory.toString()).tolerate(ENOENT);
                    });
        }
        for (Path made : ancestorsMade()) {
            plan.rmdir(made.toString()).tolerate(ENOENT, EBUSY).because("unless others are in it");
        }
    }

    @Override
    public void remove() {
        directories().forEach(Removal::of);
        ancestorsMade().forEach(Removal::unlessUsed);
    }

    /** The lowest first. */
    private List<Path> ancestorsMade() {
        List<Path> made = new ArrayList<>();
        for (Group group : groups.all()) {
            for (Group.Ancestor ancestor : group.ancestors().reversed()) {
                if (ancestor.missing()) {
                    made.add(ancestor.directory());
                }
            }
        }
        return made;
    }

    /** Stops and wakes the whole container; empty where no group of it can. */
    public Optional<Freezer> freezer() {
        return with(Controller.FREEZER).map(Freezer::new);
    }

    /**
     * What to tell the user when the kernel has killed for want of memory: {@code killed: it used more than 64 MiB}. To be
     * asked before the group is removed.
     *
     * @param killed whether the container's first process was killed
     */
    public Optional<String> outOfMemory(boolean killed) {
        return with(Controller.MEMORY)
                .filter(group -> new OutOfMemory(group).kills() > 0)
                .map(group -> (killed ? "killed: it" : "a process in it was killed: the container") + " used more than "
                        + limit(group));
    }

    private static String limit(Group group) {
        for (Setting setting : group.settings()) {
            if (setting.file().equals("memory.max") || setting.file().equals("memory.limit_in_bytes")) {
                return ByteSize.words(Long.parseLong(setting.value()));
            }
        }
        return "it may, and a limit above its own was met";
    }

    private Optional<Group> with(Controller controller) {
        for (Group group : groups.all()) {
            if (group.controllers().contains(controller)) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }
}
