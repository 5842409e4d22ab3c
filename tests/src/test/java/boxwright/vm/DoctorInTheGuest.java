package boxwright.vm;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.engine.Home;
import boxwright.engine.doctor.Check;
import boxwright.engine.doctor.Doctor;
import boxwright.engine.doctor.Findings;
import boxwright.engine.doctor.Host;
import boxwright.engine.doctor.Status;
import java.nio.file.Path;

/** What {@code boxwright doctor} says in the test machine. */
final class DoctorInTheGuest {
    private final Findings findings =
            Doctor.examine(Host.ofThisMachine(new Home(Path.of(System.getProperty("java.io.tmpdir")))));

    Check check(String group, String name) {
        return findings.groups().stream()
                .filter(one -> one.title().equals(group))
                .flatMap(one -> one.checks().stream())
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the doctor has no check " + group + ", " + name));
    }

    void says(String group, String name, Status status, String found) {
        assertThat(check(group, name).status()).as(group + ", " + name).isEqualTo(status);
        assertThat(check(group, name).found()).as(group + ", " + name).contains(found);
    }
}
