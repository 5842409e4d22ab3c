/**
 * What a plan says to people and to other programs: as a tree for a terminal, as JSON, as AsciiDoc for the book, as a
 * picture of its times, and, when a call failed, why it probably did. Nothing here runs a plan, and nothing that runs one
 * needs anything from here.
 */
@NullMarked
package boxwright.explain;

import org.jspecify.annotations.NullMarked;
