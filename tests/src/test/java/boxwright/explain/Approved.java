package boxwright.explain;

import java.nio.file.Path;
import org.approvaltests.Approvals;
import org.approvaltests.core.Options;
import org.approvaltests.namer.NamerWrapper;
import org.approvaltests.reporters.Junit5Reporter;

/** What was approved, in {@code tests/approved/explain/}. */
final class Approved {
    private Approved() {}

    static void verify(String name, String extension, String text) {
        String directory = Path.of(System.getProperty("boxwright.checkout")).resolve("tests/approved") + "/";
        Approvals.verify(
                text,
                new Options()
                        .withReporter(new Junit5Reporter())
                        .forFile()
                        .withExtension(extension)
                        .forFile()
                        .withNamer(new NamerWrapper(() -> "explain/" + name, () -> directory)));
    }
}
