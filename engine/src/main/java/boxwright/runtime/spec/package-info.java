/**
 * The documents of the OCI runtime specification, as records: {@code config.json}, the state, the features. They are read
 * by hand, token by token: a runtime is a cold JVM each time, and reflection over forty types would be most of its life.
 */
@NullMarked
package boxwright.runtime.spec;

import org.jspecify.annotations.NullMarked;
