package boxwright.cli.runtime;

import boxwright.cli.Amounts;
import boxwright.runtime.oci.Update;
import boxwright.runtime.spec.ConfigurationReader;
import boxwright.runtime.spec.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** {@code update}. */
final class UpdateVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id>";
    }

    @Override
    public String summary() {
        return "Change the limits of a container";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.value("resources, r", "file", "a file with the resources as JSON, or '-' for standard input"),
                Option.value("blkio-weight", "n", "weight of disk accesses, from 10 to 1000"),
                Option.value("cpu-period", "n", "the period of the quota, in microseconds"),
                Option.value("cpu-quota", "n", "microseconds of processors in each period"),
                Option.value("cpu-share", "n", "weight of processors"),
                Option.value("cpu-rt-period", "n", "the period of real-time tasks, in microseconds"),
                Option.value("cpu-rt-runtime", "n", "microseconds of real-time tasks in each period"),
                Option.value("cpuset-cpus", "list", "processors to use"),
                Option.value("cpuset-mems", "list", "memory nodes to use"),
                Option.value("memory", "n", "limit of memory, in bytes, or such as 512m"),
                Option.value("memory-reservation", "n", "what is left when memory is short"),
                Option.value("memory-swap", "n", "limit of memory and swap; -1 for none"),
                Option.value("pids-limit", "n", "limit of processes"),
                Option.value("l3-cache-schema", "schema", "of Intel RDT, which this runtime does not write to"),
                Option.value("mem-bw-schema", "schema", "the same"));
    }

    @Override
    public int fewest() {
        return 1;
    }

    @Override
    public int most() {
        return 1;
    }

    @Override
    public int run(Words words, Settings settings) throws Exception {
        for (String schema : List.of("l3-cache-schema", "mem-bw-schema")) {
            if (words.value(schema).filter(text -> !text.isEmpty()).isPresent()) {
                throw new UsageException("--" + schema + ": this runtime does not write to resctrl; leave it out");
            }
        }
        Optional<String> file = words.value("resources");
        Resources resources = file.isPresent() ? read(file.get()) : ofFlags(words);
        new Update(settings.root(), settings.launcher()).update(words.operands().getFirst(), resources);
        return 0;
    }

    private static Resources read(String file) throws IOException {
        return file.equals("-")
                ? ConfigurationReader.readResources(
                        "standard input", new String(System.in.readAllBytes(), StandardCharsets.UTF_8))
                : ConfigurationReader.readResources(file, Files.readString(Path.of(file)));
    }

    private static Resources ofFlags(Words words) {
        OptionalLong none = OptionalLong.empty();
        OptionalLong weight = number(words, "blkio-weight");
        if (weight.isPresent() && (weight.getAsLong() < 10 || weight.getAsLong() > 1000)) {
            throw new UsageException("--blkio-weight is from 10 to 1000");
        }
        return new Resources(
                List.of(),
                new Resources.Memory(
                        size(words, "memory"),
                        size(words, "memory-reservation"),
                        size(words, "memory-swap"),
                        none,
                        none,
                        none,
                        Optional.empty(),
                        Optional.empty(),
                        false),
                new Resources.Cpu(
                        number(words, "cpu-share"),
                        number(words, "cpu-quota"),
                        none,
                        number(words, "cpu-period"),
                        number(words, "cpu-rt-runtime"),
                        number(words, "cpu-rt-period"),
                        words.value("cpuset-cpus").orElse(""),
                        words.value("cpuset-mems").orElse(""),
                        none),
                number(words, "pids-limit"),
                new Resources.BlockIo(
                        weight.isPresent() ? OptionalInt.of((int) weight.getAsLong()) : OptionalInt.empty(),
                        OptionalInt.empty(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()),
                List.of(),
                Resources.Network.none(),
                Map.of(),
                Map.of());
    }

    private static OptionalLong size(Words words, String flag) {
        Optional<String> value = words.value(flag).filter(text -> !text.isEmpty());
        if (value.isEmpty() || value.get().startsWith("-")) {
            return number(words, flag);
        }
        try {
            return OptionalLong.of(Amounts.bytes(value.get()));
        } catch (IllegalArgumentException e) {
            throw new UsageException("invalid value for " + flag + ": " + e.getMessage());
        }
    }

    private static OptionalLong number(Words words, String flag) {
        Optional<String> value = words.value(flag).filter(text -> !text.isEmpty());
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(value.get()));
        } catch (NumberFormatException e) {
            throw new UsageException("invalid value for " + flag + ": \"" + value.get() + "\" is no number");
        }
    }
}
