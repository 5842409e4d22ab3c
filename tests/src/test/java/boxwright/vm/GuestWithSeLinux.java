package boxwright.vm;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.engine.doctor.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The test machine with SELinux is what it claims to be, and so says the doctor. {@link OtherKernelsTest} runs this. */
class GuestWithSeLinux {
    private final DoctorInTheGuest doctor = new DoctorInTheGuest();

    @Test
    void it_has_SELinux_and_no_AppArmor_and_the_doctor_says_so() throws Exception {
        assertThat(Files.readString(Path.of("/sys/kernel/security/lsm")))
                .contains("selinux")
                .doesNotContain("apparmor");
        doctor.says("security", "SELinux", Status.OK, "permissive");
        doctor.says("security", "AppArmor", Status.OK, "off");
    }
}
