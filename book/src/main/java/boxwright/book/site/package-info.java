/** The pages of the site, and what is checked about them. */
@NullMarked
package boxwright.book.site;

import org.jspecify.annotations.NullMarked;
