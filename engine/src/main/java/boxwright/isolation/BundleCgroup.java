package boxwright.isolation;

import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EBADF;
import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.EPERM;

import boxwright.isolation.cgroup.DeviceRule;
import boxwright.isolation.cgroup.Group;
import boxwright.isolation.cgroup.Setting;
import boxwright.kernel.Constants;
import boxwright.kernel.Line;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The cgroups of an OCI container. They may be there already: an engine may have made them.
 *
 * @param groups one for each hierarchy
 * @param found the directories of those that are there
 * @param ownView whether the container has a cgroup namespace of its own
 */
public record BundleCgroup(List<Group> groups, List<String> found, boolean ownView) implements Isolation {
    private static final Slot FILE = Slot.of("file");

    public BundleCgroup {
        groups = List.copyOf(groups);
        found = List.copyOf(found);
    }

    @Override
    public String chapter() {
        return "07-cgroups";
    }

    @Override
    public void addBefore(PlanBuilder plan) {
        for (Group group : groups) {
            for (Group.Ancestor ancestor : group.ancestors()) {
                if (ancestor.missing()) {
                    plan.mkdir(ancestor.directory().toString(), 0755)
                            .tolerate(EEXIST)
                            .because("the group to make groups in");
                }
                for (Setting setting : ancestor.settings()) {
                    // What cannot be switched on here is missed where a limit needs it, if one does.
                    writeIfPossible(plan, ancestor.directory(), setting).tolerate(EBUSY, EPERM, ENOENT);
                    plan.close(FILE.value()).tolerate(EBADF);
                }
            }
            if (!found.contains(group.directory().toString())) {
                // No EEXIST is tolerated: what somebody else makes at this moment, we would remove in the end.
                plan.mkdir(group.directory().toString(), 0755).because("the container's group in this hierarchy");
            }
            for (Setting setting : group.settings()) {
                if (setting.holdsWithoutFile()) {
                    writeIfPossible(plan, group.directory(), setting);
                    plan.close(FILE.value()).tolerate(EBADF);
                } else {
                    write(plan, group.directory(), setting);
                    plan.close(FILE.value());
                }
            }
            if (group.hierarchy().version() == 2) {
                attachDeviceProgram(plan, group);
            } else {
                listDevices(plan, group);
            }
        }
        entry().open(plan);
    }

    private static Line write(PlanBuilder plan, Path directory, Setting setting) {
        plan.open(directory.resolve(setting.file()).toString(), O_WRONLY, 0).into(FILE);
        return plan.write(FILE.value(), setting.value()).because(setting.because());
    }

    /** The file may be missing, or somebody else's. */
    private static Line writeIfPossible(PlanBuilder plan, Path directory, Setting setting) {
        plan.open(directory.resolve(setting.file()).toString(), O_WRONLY, 0)
                .tolerate(ENOENT, EACCES)
                .into(FILE);
        return plan.write(FILE.value(), setting.value()).tolerate(EBADF).because(setting.because());
    }

    private static void listDevices(PlanBuilder plan, Group group) {
        group.devices().ifPresent(rules -> {
            write(plan, group.directory(), new Setting("devices.deny", "a", "no device at all, but these:"));
            plan.close(FILE.value());
            plan.open(group.directory().resolve("devices.allow").toString(), O_WRONLY, 0)
                    .into(FILE);
            for (DeviceRule rule : rules.allowed()) {
                plan.write(FILE.value(), rule.toString());
            }
            plan.close(FILE.value());
        });
    }

    private static void attachDeviceProgram(PlanBuilder plan, Group group) {
        group.deviceProgram().ifPresent(code -> {
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
        if (ownView) {
            plan.unshare(Constants.CLONE_NEWCGROUP)
                    .because("it sees its own group as the root of all, and none above it");
        }
    }

    private CgroupEntry entry() {
        return CgroupEntry.into(groups);
    }
}
