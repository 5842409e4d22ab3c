/**
 * The command {@code boxwright-runtime}, with the command line of runc: what containerd, Podman, CRI-O and Docker call for
 * each step of a container's life. A call is a cold JVM, so nothing here is loaded that the call does not need; the
 * parser is one of its own, as Go's flags, which the callers were written against, are not POSIX's.
 */
@NullMarked
package boxwright.cli.runtime;

import org.jspecify.annotations.NullMarked;
