/**
 * The operations of the OCI runtime specification on containers that outlive the command: create, start, kill, delete and
 * the others, runtime.md. What a command has to know of an earlier one is in a directory of the container's own; beside a
 * running container there is no process of ours.
 */
@NullMarked
package boxwright.runtime.oci;

import org.jspecify.annotations.NullMarked;
