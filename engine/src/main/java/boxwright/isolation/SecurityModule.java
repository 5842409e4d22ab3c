package boxwright.isolation;

/**
 * Policy that holds for root too: what the kernel's security modules (LSM) forbid is forbidden whoever asks, after
 * permissions and capabilities have said yes. {@link Landlock} a process sets up for itself; {@link AppArmor} and
 * {@link SeLinux} know programs by a profile or a label that somebody has loaded before. {@link NoNewPrivileges} belongs
 * to them: it is what makes such a limit safe to set for everybody.
 */
public sealed interface SecurityModule extends Isolation permits Landlock, AppArmor, SeLinux, NoNewPrivileges {
    @Override
    default String chapter() {
        return "09-security-modules";
    }
}
