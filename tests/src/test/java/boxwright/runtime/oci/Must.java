package boxwright.runtime.oci;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the runtime specification demands, and this test shows. The book's table of conformance is drawn from these words:
 * {@code chapters/musts.txt} says what each stands for, and one without a test ends the making of the book.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.SOURCE)
@interface Must {
    /** The names of the demands. */
    String[] value();
}
