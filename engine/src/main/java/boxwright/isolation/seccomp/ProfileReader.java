package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.ConditionalProfile.Condition;
import boxwright.isolation.seccomp.ConditionalProfile.Conditional;
import boxwright.isolation.seccomp.ConditionalProfile.Family;
import boxwright.kernel.Constants;
import boxwright.kernel.Errno;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads a profile: {@code linux.seccomp} of the OCI runtime specification, or the file format of Docker, which adds
 * conditions to it.
 *
 * <pre>{@code
 * {
 *   "defaultAction": "SCMP_ACT_ERRNO",
 *   "defaultErrnoRet": 1,
 *   "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
 *   "syscalls": [
 *     {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
 *     {"names": ["personality"], "action": "SCMP_ACT_ALLOW",
 *      "args": [{"index": 0, "value": 8, "op": "SCMP_CMP_EQ"}]},
 *     {"names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]}}
 *   ]
 * }
 * }</pre>
 *
 * <p>The JSON is read strictly. Members that the specification does not know are skipped, as it demands
 * ("Extensibility" in config.md).
 */
public final class ProfileReader {
    private final JsonReader json;

    private ProfileReader(JsonReader json) {
        this.json = json;
    }

    /**
     * Reads a profile.
     *
     * @throws SeccompException when it is no profile, with the place
     */
    public static ConditionalProfile read(String text) {
        JsonReader json = new JsonReader(new StringReader(text));
        json.setStrictness(Strictness.STRICT);
        return new ProfileReader(json).read(true);
    }

    /**
     * Reads a profile that is a part of a larger document.
     *
     * @param json stands before the profile, and then behind it
     * @throws SeccompException when it is no profile, with the place
     */
    public static ConditionalProfile readPart(JsonReader json) {
        return new ProfileReader(json).read(false);
    }

    private ConditionalProfile read(boolean whole) {
        try {
            ConditionalProfile profile = profile();
            if (whole && json.peek() != JsonToken.END_DOCUMENT) {
                throw new SeccompException("something follows the profile");
            }
            return profile;
        } catch (SeccompException e) {
            throw at(String.valueOf(e.getMessage()).replaceFirst("^seccomp profile: ", ""));
        } catch (EOFException e) {
            throw new SeccompException("the JSON ends too early");
        } catch (MalformedJsonException e) {
            throw at("no valid JSON");
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw at("not what belongs there");
        }
    }

    private SeccompException at(String what) {
        String path = json.getPath();
        return new SeccompException(
                what + (path.equals("$") ? "" : ", at " + path.substring(path.startsWith("$.") ? 2 : 0)));
    }

    private ConditionalProfile profile() throws IOException {
        Optional<Action.Kind> kind = Optional.empty();
        OptionalInt errno = OptionalInt.empty();
        List<Abi> abis = new ArrayList<>();
        long flags = 0;
        String listenerPath = "";
        String listenerMetadata = "";
        List<Family> families = new ArrayList<>();
        List<Conditional> rules = new ArrayList<>();
        for (Members members = new Members(); members.next(); ) {
            switch (members.name) {
                case "defaultAction" -> kind = Optional.of(Action.Kind.of(json.nextString()));
                case "defaultErrnoRet" -> errno = OptionalInt.of(json.nextInt());
                case "architectures" -> list(() -> Abi.of(json.nextString()).ifPresent(abis::add));
                case "flags" -> {
                    for (String flag : strings()) {
                        flags |= flag(flag);
                    }
                }
                case "listenerPath" -> listenerPath = json.nextString();
                case "listenerMetadata" -> listenerMetadata = json.nextString();
                case "archMap" -> list(() -> families.add(family()));
                case "syscalls" -> list(() -> rules.add(rule()));
                default -> json.skipValue();
            }
        }
        if (kind.isEmpty()) {
            throw new SeccompException("no defaultAction");
        }
        for (Conditional conditional : rules) {
            if (conditional.rule().action().kind() == Action.Kind.NOTIFY && listenerPath.isEmpty()) {
                throw new SeccompException("SCMP_ACT_NOTIFY needs a listenerPath");
            }
        }
        Action action = action(kind.get(), errno);
        Profile profile = new Profile(action, abis, flags, listenerPath, listenerMetadata, List.of());
        return new ConditionalProfile(profile, families, rules);
    }

    private static Action action(Action.Kind kind, OptionalInt errno) {
        if (errno.isPresent() && !kind.hasData()) {
            throw new SeccompException("an errnoRet for the action " + kind + ", which has none");
        }
        return new Action(kind, errno.orElse(kind.hasData() ? Errno.EPERM : 0));
    }

    private static long flag(String flag) {
        return switch (flag) {
            case "SECCOMP_FILTER_FLAG_TSYNC" -> Constants.SECCOMP_FILTER_FLAG_TSYNC;
            case "SECCOMP_FILTER_FLAG_LOG" -> Constants.SECCOMP_FILTER_FLAG_LOG;
            case "SECCOMP_FILTER_FLAG_SPEC_ALLOW" -> Constants.SECCOMP_FILTER_FLAG_SPEC_ALLOW;
            case "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" -> Constants.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
            default -> throw new SeccompException("unknown flag \"" + flag + "\"");
        };
    }

    private Family family() throws IOException {
        Optional<Abi> primary = Optional.empty();
        List<Abi> others = new ArrayList<>();
        for (Members members = new Members(); members.next(); ) {
            switch (members.name) {
                case "architecture" -> primary = Abi.of(json.nextString());
                case "subArchitectures" -> list(() -> Abi.of(json.nextString()).ifPresent(others::add));
                default -> json.skipValue();
            }
        }
        return new Family(primary, List.copyOf(others));
    }

    private Conditional rule() throws IOException {
        List<String> names = new ArrayList<>();
        Optional<Action.Kind> kind = Optional.empty();
        OptionalInt errno = OptionalInt.empty();
        List<Comparison> conditions = new ArrayList<>();
        Condition includes = Condition.NONE;
        Condition excludes = Condition.NONE;
        boolean hasNames = false;
        for (Members members = new Members(); members.next(); ) {
            switch (members.name) {
                case "names", "name" -> {
                    if (hasNames) {
                        throw new SeccompException("a rule with both name and names");
                    }
                    hasNames = true;
                    names.addAll(members.name.equals("names") ? strings() : List.of(json.nextString()));
                }
                case "action" -> kind = Optional.of(Action.Kind.of(json.nextString()));
                case "errnoRet" -> errno = OptionalInt.of(json.nextInt());
                case "args" -> list(() -> conditions.add(comparison()));
                case "includes" -> includes = condition();
                case "excludes" -> excludes = condition();
                default -> json.skipValue();
            }
        }
        if (kind.isEmpty()) {
            throw new SeccompException("a rule without an action");
        }
        return new Conditional(new Rule(names, action(kind.get(), errno), conditions), includes, excludes);
    }

    private Comparison comparison() throws IOException {
        OptionalInt index = OptionalInt.empty();
        long value = 0;
        long valueTwo = 0;
        Optional<Comparison.Op> op = Optional.empty();
        for (Members members = new Members(); members.next(); ) {
            switch (members.name) {
                case "index" -> index = OptionalInt.of(json.nextInt());
                case "value" -> value = unsigned();
                case "valueTwo" -> valueTwo = unsigned();
                case "op" -> op = Optional.of(Comparison.Op.of(json.nextString()));
                default -> json.skipValue();
            }
        }
        if (index.isEmpty() || op.isEmpty()) {
            throw new SeccompException("a condition without " + (index.isEmpty() ? "an index" : "an op"));
        }
        return new Comparison(index.getAsInt(), op.get(), value, valueTwo);
    }

    /** A whole number from 0 to 2^64 - 1. */
    private long unsigned() throws IOException {
        if (json.peek() != JsonToken.NUMBER) {
            throw new SeccompException("a value is a number");
        }
        String digits = json.nextString();
        try {
            if (digits.startsWith("-") || digits.startsWith("+")) {
                throw new NumberFormatException();
            }
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw new SeccompException(digits + " is no whole number from 0 to 2^64 - 1");
        }
    }

    private Condition condition() throws IOException {
        List<String> capabilities = new ArrayList<>();
        List<String> architectures = new ArrayList<>();
        Optional<KernelVersion> kernel = Optional.empty();
        for (Members members = new Members(); members.next(); ) {
            switch (members.name) {
                case "caps" -> capabilities.addAll(strings());
                case "arches" -> architectures.addAll(strings());
                case "minKernel" -> {
                    String version = json.nextString();
                    kernel = version.isEmpty() ? Optional.empty() : Optional.of(KernelVersion.of(version));
                }
                default -> json.skipValue();
            }
        }
        return new Condition(List.copyOf(capabilities), List.copyOf(architectures), kernel);
    }

    private List<String> strings() throws IOException {
        List<String> strings = new ArrayList<>();
        list(() -> {
            if (json.peek() != JsonToken.STRING) {
                throw new SeccompException("a list of strings is wanted");
            }
            strings.add(json.nextString());
        });
        return strings;
    }

    /** Reads one element of a list. */
    @FunctionalInterface
    private interface Element {
        void read() throws IOException;
    }

    private void list(Element element) throws IOException {
        json.beginArray();
        while (json.hasNext()) {
            element.read();
        }
        json.endArray();
    }

    /** The members of an object, each name once; null is as good as not there. */
    private final class Members {
        private final Set<String> seen = new HashSet<>();
        private String name = "";

        Members() throws IOException {
            json.beginObject();
        }

        boolean next() throws IOException {
            while (json.hasNext()) {
                name = json.nextName();
                if (!seen.add(name)) {
                    throw new SeccompException("\"" + name + "\" twice");
                }
                if (json.peek() != JsonToken.NULL) {
                    return true;
                }
                json.nextNull();
            }
            json.endObject();
            return false;
        }
    }
}
