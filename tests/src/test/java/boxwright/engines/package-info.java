/** The field's own engines, with {@code bin/boxwright-runtime} in runc's place. */
@org.jspecify.annotations.NullMarked
package boxwright.engines;
