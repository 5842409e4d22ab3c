/** The macros of a chapter, as extensions of AsciidoctorJ. */
@NullMarked
package boxwright.book.weave;

import org.jspecify.annotations.NullMarked;
