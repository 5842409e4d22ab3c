package boxwright.runtime.oci;

import boxwright.isolation.seccomp.Profile;
import boxwright.kernel.Descriptor;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What whoever answers a filter's notifications learns first, config-linux.md "The Container Process State". The launcher
 * sends it, and knows its size before Java knows the process: so blanks follow, which JSON allows.
 *
 * <pre>{@code
 * {"ociVersion": "1.2.0", "fds": ["seccompFd"], "pid": 4422, "metadata": "box",
 *  "state": {"ociVersion": "1.2.0", "id": "web", "status": "created", "pid": 4422, "bundle": "/b"}}
 * }</pre>
 *
 * @param path of the socket
 * @param metadata the profile's word for who listens there
 * @param record the container
 */
record SeccompNotice(String path, String metadata, ContainerRecord record) {
    /** Of a profile that notifies. */
    static Optional<SeccompNotice> of(Optional<Profile> profile, ContainerRecord record) {
        if (profile.isEmpty() || !profile.get().notifies()) {
            return Optional.empty();
        }
        return Optional.of(
                new SeccompNotice(profile.get().listenerPath(), profile.get().listenerMetadata(), record));
    }

    /** Puts what the launcher needs among its descriptors. */
    void open(InitDescriptors numbers, Map<Integer, Descriptor> descriptors, UnaryOperator<Descriptor> opened) {
        descriptors.put(
                numbers.listener(), opened.apply(Creation.connect(Path.of(path), "linux.seccomp.listenerPath")));
        descriptors.put(numbers.notice(), opened.apply(Descriptor.memory("notice")));
    }

    /** How many bytes it has, whatever the process. */
    int size() {
        return bytes(Integer.MAX_VALUE, Status.CREATING).length;
    }

    /** Writes it down, now that there is a process. */
    void write(InitDescriptors numbers, Map<Integer, Descriptor> descriptors, int pid, Status status) {
        byte[] text = bytes(pid, status);
        byte[] padded = new byte[size()];
        Arrays.fill(padded, (byte) ' ');
        System.arraycopy(text, 0, padded, 0, text.length);
        Objects.requireNonNull(descriptors.get(numbers.notice())).write(padded);
    }

    private byte[] bytes(int pid, Status status) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name("ociVersion").value(record.ociVersion());
            json.name("fds").beginArray().value("seccompFd").endArray();
            json.name("pid").value(pid);
            json.name("metadata").value(metadata);
            json.name("state").jsonValue(ContainerState.forHook(record, status, pid));
            json.endObject();
        } catch (IOException e) {
            throw new IllegalStateException(e); // A StringWriter has no errors.
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
