/** Who the tests are, when they are not root. */
@NullMarked
package boxwright.users;

import org.jspecify.annotations.NullMarked;
