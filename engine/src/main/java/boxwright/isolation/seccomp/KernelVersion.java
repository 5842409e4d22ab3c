package boxwright.isolation.seccomp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The first two numbers of a kernel's version, all that the conditions of profiles look at.
 *
 * @param version the 6 of 6.12
 * @param patchlevel the 12 of 6.12
 */
public record KernelVersion(int version, int patchlevel) {
    /** The version of the kernel that we run on, proc_sys_kernel(5). */
    public static KernelVersion running() {
        try {
            return ofRelease(Files.readString(Path.of("/proc/sys/kernel/osrelease")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From a release such as {@code 6.12.4-arch1-1}, as uname(2) gives it. */
    static KernelVersion ofRelease(String release) {
        int dot = release.indexOf('.');
        int end = dot + 1;
        while (end < release.length() && Character.isDigit(release.charAt(end))) {
            end++;
        }
        return of(release.substring(0, Math.max(end, 0)), release);
    }

    /** From {@code minKernel} of a profile: exactly two numbers. */
    static KernelVersion of(String text) {
        return of(text, text);
    }

    private static KernelVersion of(String text, String whole) {
        int dot = text.indexOf('.');
        try {
            return new KernelVersion(
                    Integer.parseInt(text.substring(0, Math.max(dot, 0))), Integer.parseInt(text.substring(dot + 1)));
        } catch (NumberFormatException e) {
            throw new SeccompException("\"" + whole.strip() + "\" is no kernel version such as 4.8");
        }
    }

    /** Whether this is that version or a later one. */
    boolean isAtLeast(KernelVersion other) {
        return version > other.version || version == other.version && patchlevel >= other.patchlevel;
    }

    @Override
    public String toString() {
        return version + "." + patchlevel;
    }
}
