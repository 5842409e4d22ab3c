/**
 * From an OCI seccomp profile to the BPF program that the kernel runs before every system call: reading the profile,
 * choosing its rules for this container, compiling, and printing what came out.
 */
@NullMarked
package boxwright.isolation.seccomp;

import org.jspecify.annotations.NullMarked;
