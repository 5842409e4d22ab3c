/**
 * The steps of the book, run as their readers run them: what each sees from inside, what its attacks get, and the list of
 * system calls that it is made of.
 */
@NullMarked
package boxwright.steps;

import org.jspecify.annotations.NullMarked;
