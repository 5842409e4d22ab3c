package boxwright.book.weave;

import java.util.List;
import java.util.Map;

/** What a block macro stands for: lines of AsciiDoc. */
@FunctionalInterface
interface Expansion {
    /**
     * The lines.
     *
     * @param target between {@code ::} and the bracket
     * @param attributes in the brackets; those without a name are numbered from 1
     * @param html whether they are for the site, where pages are polished; else for paper
     */
    List<String> lines(String target, Map<String, String> attributes, boolean html);
}
