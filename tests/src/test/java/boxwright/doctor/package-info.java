/** The doctor, on this machine and on trees of others. */
@NullMarked
package boxwright.doctor;

import org.jspecify.annotations.NullMarked;
