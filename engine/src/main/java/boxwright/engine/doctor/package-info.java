/**
 * What this machine and this user can do: {@code boxwright doctor}. A check reads what the kernel says about itself, and
 * where saying is not doing it asks: it runs a small plan, and the errno is the answer. Nothing is changed, and nothing
 * stays behind.
 */
@NullMarked
package boxwright.engine.doctor;

import org.jspecify.annotations.NullMarked;
