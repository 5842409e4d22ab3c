package boxwright.runtime.oci;

import boxwright.runtime.spec.ConfigurationReader;
import boxwright.runtime.spec.ProcessSpec;
import boxwright.runtime.spec.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The process of {@code exec}: the container's own with what the request changes, or one from a file. */
final class ExecProcess {
    private ExecProcess() {}

    static ProcessSpec of(ExecRequest request, ProcessSpec container) throws IOException {
        ProcessSpec process =
                request.processFile().isPresent() ? read(request.processFile().get()) : changed(request, container);
        Validation.checkProcess("process.", process);
        return process;
    }

    private static ProcessSpec read(Path file) throws IOException {
        return ConfigurationReader.readProcess(file.toString(), Files.readString(file));
    }

    private static ProcessSpec changed(ExecRequest request, ProcessSpec container) {
        List<String> env = new ArrayList<>(container.env());
        env.addAll(request.env());
        List<Long> groups = new ArrayList<>(container.user().additionalGids());
        groups.addAll(request.additionalGids());
        ProcessSpec.User user = new ProcessSpec.User(
                request.user().orElse(container.user().uid()),
                request.group().orElse(container.user().gid()),
                container.user().umask(),
                groups);
        return new ProcessSpec(
                request.tty(),
                request.tty() ? container.consoleSize() : Optional.empty(),
                user,
                request.args(),
                env,
                request.directory().orElse(container.cwd()),
                capabilities(request.capabilities(), container.capabilities()),
                container.rlimits(),
                request.noNewPrivileges().orElse(container.noNewPrivileges()),
                container.oomScoreAdj(),
                request.appArmor().orElse(container.apparmorProfile()),
                request.label().orElse(container.selinuxLabel()),
                container.scheduler(),
                container.ioPriority(),
                container.execCpuAffinity());
    }

    /** Not to the inheritable set, from which any program with a file capability could take them (CVE-2022-29162). */
    private static Optional<ProcessSpec.CapabilityNames> capabilities(
            List<String> added, Optional<ProcessSpec.CapabilityNames> own) {
        if (added.isEmpty()) {
            return own;
        }
        ProcessSpec.CapabilityNames sets =
                own.orElse(new ProcessSpec.CapabilityNames(List.of(), List.of(), List.of(), List.of(), List.of()));
        return Optional.of(new ProcessSpec.CapabilityNames(
                and(sets.bounding(), added),
                and(sets.effective(), added),
                and(sets.permitted(), added),
                sets.inheritable(),
                and(sets.ambient(), added)));
    }

    private static List<String> and(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
