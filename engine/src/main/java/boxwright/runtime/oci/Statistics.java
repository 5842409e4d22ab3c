package boxwright.runtime.oci;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container uses, in the form of {@code runc events}.
 *
 * <pre>{@code
 * {"type":"stats","id":"web","data":{"cpu":{"usage":{"total":1,"kernel":1,"user":0},"throttling":{}},
 *  "memory":{"usage":{"limit":67108864,"usage":1,"max":1,"failcnt":0},"raw":{}},"pids":{"current":1,"limit":50}}}
 * }</pre>
 *
 * @param directories its cgroups
 */
record Statistics(List<String> directories) {
    private static final long NANOS_IN_MICRO = 1000;

    /** One event. */
    String json(String id) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject().name("type").value("stats").name("id").value(id).name("data");
            json.beginObject();
            processors(json);
            memory(json);
            pids(json);
            json.endObject();
            json.endObject();
        } catch (IOException e) {
            throw new IllegalStateException(e); // A StringWriter has no errors.
        }
        return text.toString();
    }

    /** How often the kernel has killed for want of memory. */
    long kills() {
        long first = table("memory.oom_control").getOrDefault("oom_kill", 0L);
        return Math.max(first, table("memory.events").getOrDefault("oom_kill", 0L));
    }

    private void processors(JsonWriter json) throws IOException {
        Map<String, Long> stat = table("cpu.stat");
        boolean second = stat.containsKey("usage_usec");
        json.name("cpu").beginObject().name("usage").beginObject();
        json.name("total").value(second ? micros(stat, "usage_usec") : number("cpuacct.usage"));
        json.name("kernel").value(second ? micros(stat, "system_usec") : number("cpuacct.usage_sys"));
        json.name("user").value(second ? micros(stat, "user_usec") : number("cpuacct.usage_user"));
        json.endObject().name("throttling").beginObject();
        json.name("periods").value(stat.getOrDefault("nr_periods", 0L));
        json.name("throttledPeriods").value(stat.getOrDefault("nr_throttled", 0L));
        json.name("throttledTime")
                .value(second ? micros(stat, "throttled_usec") : stat.getOrDefault("throttled_time", 0L));
        json.endObject().endObject();
    }

    private static long micros(Map<String, Long> stat, String key) {
        return stat.getOrDefault(key, 0L) * NANOS_IN_MICRO;
    }

    private void memory(JsonWriter json) throws IOException {
        boolean second = exists("memory.current");
        Map<String, Long> stat = table("memory.stat");
        json.name("memory").beginObject();
        json.name("cache").value(stat.getOrDefault(second ? "file" : "cache", 0L));
        json.name("usage").beginObject();
        json.name("limit")
                .value(new BigInteger(Long.toUnsignedString(number(second ? "memory.max" : "memory.limit_in_bytes"))));
        json.name("usage").value(number(second ? "memory.current" : "memory.usage_in_bytes"));
        json.name("max").value(number(second ? "memory.peak" : "memory.max_usage_in_bytes"));
        json.name("failcnt").value(second ? table("memory.events").getOrDefault("max", 0L) : number("memory.failcnt"));
        json.endObject();
        json.name("swap").beginObject();
        json.name("usage").value(number(second ? "memory.swap.current" : "memory.memsw.usage_in_bytes"));
        json.endObject().name("raw").beginObject();
        for (Map.Entry<String, Long> entry : stat.entrySet()) {
            json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject().endObject();
    }

    private void pids(JsonWriter json) throws IOException {
        json.name("pids").beginObject().name("current").value(number("pids.current"));
        String limit = text("pids.max");
        if (!limit.isEmpty() && !limit.equals("max")) {
            json.name("limit").value(number("pids.max"));
        }
        json.endObject();
    }

    private boolean exists(String file) {
        return directories.stream().anyMatch(directory -> Files.exists(Path.of(directory, file)));
    }

    private String text(String file) {
        for (String directory : directories) {
            try {
                return Files.readString(Path.of(directory, file), StandardCharsets.US_ASCII)
                        .strip();
            } catch (IOException e) {
                continue; // It is a file of another hierarchy.
            }
        }
        return "";
    }

    /** A number; all bits set for {@code max}, and 0 where there is no such file. */
    private long number(String file) {
        String text = text(file);
        if (text.equals("max")) {
            return -1;
        }
        try {
            return text.isEmpty() ? 0 : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Lines of a name and a number. */
    private Map<String, Long> table(String file) {
        Map<String, Long> table = new LinkedHashMap<>();
        for (String line : text(file).split("\n")) {
            int space = line.indexOf(' ');
            try {
                if (space > 0) {
                    table.put(
                            line.substring(0, space),
                            Long.parseUnsignedLong(line.substring(space + 1).strip()));
                }
            } catch (NumberFormatException e) {
                continue; // A line of another form says nothing about a number.
            }
        }
        return table;
    }
}
