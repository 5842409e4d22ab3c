/**
 * The wall of known escapes. Each class is what an attacker tries, as root in a container without any flag, of an image
 * that he has made himself; and each shows that the same calls do work where the protection is not there.
 */
@NullMarked
package boxwright.escapes;

import org.jspecify.annotations.NullMarked;
