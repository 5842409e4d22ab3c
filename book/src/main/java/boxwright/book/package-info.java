/** Weaves the book: chapters, code, plans and what was seen when it ran become a site, a PDF and an EPUB. */
@NullMarked
package boxwright.book;

import org.jspecify.annotations.NullMarked;
