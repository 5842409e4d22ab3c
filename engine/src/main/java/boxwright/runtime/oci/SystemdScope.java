package boxwright.runtime.oci;

import boxwright.isolation.cgroup.Setting;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.runtime.spec.SpecException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The scope of a container, {@code --systemd-cgroup}; systemd.scope(5). On a machine that systemd has started the tree of
 * cgroups is systemd's, and whoever wants a group of it asks: then systemd knows of the group, and leaves alone what is in
 * it, as it was told to by {@code Delegate}. The {@code cgroupsPath} is {@code slice:prefix:name} there, which is the unit
 * {@code prefix-name.scope} in that slice.
 *
 * <p>A scope is made around a process that exists, and ends with its last one. So a process of ours is in it until the
 * container's first one is: {@link Holder}.
 *
 * @param unit its name, and who makes it
 * @param top the group that its slices are in; empty for the root of the tree
 * @param slice systemd.slice(5)
 * @param properties what systemd is told of it
 */
record SystemdScope(SystemdUnit unit, String top, String slice, Map<String, String> properties) {
    private static final String SLICE = ".slice";
    private static final String USUAL_SLICE = "system.slice";
    private static final String USUAL_SLICE_OF_USERS = "user.slice";
    private static final String USUAL_PREFIX = "boxwright";

    /** What systemd has names of its own for; systemd.resource-control(5). All else is only in the group's files. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "memory.max", "MemoryMax",
            "memory.high", "MemoryHigh",
            "memory.low", "MemoryLow",
            "memory.min", "MemoryMin",
            "memory.swap.max", "MemorySwapMax",
            "pids.max", "TasksMax",
            "cpu.weight", "CPUWeight",
            "cpuset.cpus", "AllowedCPUs",
            "cpuset.mems", "AllowedMemoryNodes",
            "io.weight", "IOWeight");

    /** What engines set by annotations, as CRI-O does. */
    private static final String ANNOTATION = "org.systemd.property.";

    /**
     * The scope that a bundle asks for.
     *
     * @param systemd who is to make it
     * @param top where its part of the tree begins
     * @param cgroupsPath {@code slice:prefix:name}, or empty
     * @param settings the limits, as files of version 2
     * @param annotations of the bundle
     * @throws SpecException where it has another form
     */
    static SystemdScope of(
            Systemd systemd,
            String top,
            String cgroupsPath,
            String id,
            Map<String, List<Setting>> settings,
            Map<String, String> annotations) {
        String[] parts = cgroupsPath.isEmpty() ? new String[] {"", USUAL_PREFIX, id} : cgroupsPath.split(":", -1);
        if (parts.length != 3 || parts[2].isEmpty() || cgroupsPath.contains("/")) {
            throw new SpecException("linux.cgroupsPath: \"" + cgroupsPath
                    + "\" is not of the form slice:prefix:name, which --systemd-cgroup expects");
        }
        String usual = systemd.ofUser() ? USUAL_SLICE_OF_USERS : USUAL_SLICE;
        String slice = parts[0].isEmpty() ? usual : parts[0];
        String stem = slice.endsWith(SLICE) ? slice.substring(0, slice.length() - SLICE.length()) : "";
        boolean isRoot = stem.equals("-");
        if (!isRoot && (stem.isEmpty() || stem.startsWith("-") || stem.endsWith("-") || stem.contains("--"))) {
            throw new SpecException("linux.cgroupsPath: \"" + slice + "\" is no name of a slice; systemd.slice(5)");
        }
        if (parts[2].endsWith(SLICE)) {
            throw new SpecException("linux.cgroupsPath: \"" + parts[2] + "\" is a slice: a container is in a scope");
        }
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("Description", "container " + id);
        properties.put("Delegate", "yes");
        properties.put("DefaultDependencies", "no");
        properties.putAll(properties(settings.values()));
        properties.putAll(asked(annotations));
        String name = (parts[1].isEmpty() ? "" : parts[1] + "-") + parts[2] + ".scope";
        return new SystemdScope(new SystemdUnit(systemd, name), top, slice, properties);
    }

    /** Where its group is below the root of the tree: {@code /a.slice/a-b.slice/prefix-name.scope}. */
    String path() {
        StringBuilder path = new StringBuilder(top).append('/');
        String stem = slice.substring(0, slice.length() - SLICE.length());
        if (!stem.equals("-")) {
            for (int dash = stem.indexOf('-'); dash >= 0; dash = stem.indexOf('-', dash + 1)) {
                path.append(stem, 0, dash).append(SLICE).append('/');
            }
            path.append(slice).append('/');
        }
        return path.append(unit.name()).toString();
    }

    /**
     * Has systemd make it.
     *
     * @param launcher runs systemd's tools
     * @throws OperationException with what systemd says, when it does not
     */
    Holder start(Launcher launcher) {
        List<String> words = new ArrayList<>(
                List.of("--quiet", "--scope", "--collect", "--unit=" + unit.name(), "--slice=" + slice));
        properties.forEach((name, value) -> words.add("--property=" + name + "=" + value));
        // It says that it is there, and ends when its input does: with us, if somebody kills us.
        words.addAll(List.of("--", "sh", "-c", "echo; exec cat"));
        Descriptor.Pipe input = Descriptor.pipe();
        Descriptor.Pipe output = Descriptor.pipe();
        try (Descriptor messages = Descriptor.memory("messages");
                Descriptor ready = output.out()) {
            Holder holder = hold(unit.systemd().tool(launcher, "systemd-run", words), input, output.in(), messages);
            if (ready.read(1).length == 0) {
                holder.close();
                throw new OperationException(
                        "systemd does not make the scope " + unit.name() + HostProgram.said(messages));
            }
            return holder;
        }
    }

    private static Holder hold(HostProgram program, Descriptor.Pipe input, Descriptor output, Descriptor messages) {
        try {
            return new Holder(program.start(Map.of(0, input.out(), 1, output, 2, messages)), input.in());
        } catch (RuntimeException e) {
            input.in().close();
            throw e;
        } finally {
            input.out().close();
            output.close();
        }
    }

    /** The process that is in the scope before the container's; closed, it has ended. */
    record Holder(Launch launch, Descriptor input) implements AutoCloseable {
        @Override
        public void close() {
            input.close();
            launch.reap();
            launch.close();
        }
    }

    /** The settings that systemd has properties for. */
    static Map<String, String> properties(Collection<List<Setting>> settings) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (List<Setting> some : settings) {
            for (Setting setting : some) {
                String value = setting.value();
                String property = PROPERTIES.getOrDefault(setting.file(), "");
                if (setting.file().equals("cpu.max")) {
                    properties.putAll(quota(value));
                } else if (!property.isEmpty()) {
                    String last = value.substring(value.lastIndexOf(' ') + 1); // "default 100"
                    properties.put(property, last.equals("max") ? "infinity" : last);
                }
            }
        }
        return properties;
    }

    /** {@code 50000 100000} is 50 % of a processor, in periods of 100 ms. */
    private static Map<String, String> quota(String value) {
        String[] words = value.split(" ");
        Map<String, String> properties = new LinkedHashMap<>();
        long period = words.length > 1 ? Long.parseLong(words[1]) : 100_000;
        properties.put(
                "CPUQuota",
                words[0].equals("max")
                        ? ""
                        : BigDecimal.valueOf(Long.parseLong(words[0]))
                                        .multiply(BigDecimal.valueOf(100))
                                        .divide(BigDecimal.valueOf(period), 2, RoundingMode.UP)
                                + "%");
        properties.put("CPUQuotaPeriodSec", period + "us");
        return properties;
    }

    /**
     * Properties by annotations: {@code org.systemd.property.TimeoutStopUSec: uint64 1000000}. The value is in the text form
     * of GVariant, of which engines use a number, a string, a boolean and a list of strings.
     */
    static Map<String, String> asked(Map<String, String> annotations) {
        Map<String, String> properties = new LinkedHashMap<>();
        annotations.forEach((key, value) -> {
            if (key.startsWith(ANNOTATION)) {
                String name = key.substring(ANNOTATION.length());
                String plain = value.strip().replaceAll("^(u?int(16|32|64)|double|byte) ", "");
                plain = plain.replaceAll("^\\[|\\]$", "")
                        .replaceAll("['\"]", "")
                        .replace(",", " ");
                if (name.toUpperCase(Locale.ROOT).endsWith("USEC")) {
                    name = name.substring(0, name.length() - "USec".length()) + "Sec";
                    plain += "us";
                }
                properties.put(name, plain);
            }
        });
        return properties;
    }
}
