package boxwright.book;

import boxwright.book.site.Site;
import boxwright.book.weave.Weaver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The site of this checkout, made once for all tests that look at it. */
final class WovenSite {
    private WovenSite() {}

    /** Makes what has changed since it was made last; fails on any warning and on any broken link. */
    static synchronized void make() {
        System.setProperty("jruby.compile.mode", "OFF"); // compiling Ruby would take longer than running it
        Checkout checkout = Checkout.here();
        List<Weaver> weavers = new ArrayList<>();
        try {
            new Site(checkout, () -> {
                        if (weavers.isEmpty()) {
                            weavers.add(new Weaver(checkout, Contents.of(checkout)));
                        }
                        return weavers.getFirst();
                    })
                    .make();
        } finally {
            weavers.forEach(Weaver::close);
        }
    }

    static Path directory() {
        return Checkout.here().target().resolve("site");
    }
}
