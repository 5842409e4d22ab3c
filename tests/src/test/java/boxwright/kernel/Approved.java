package boxwright.kernel;

import java.nio.file.Path;
import org.approvaltests.Approvals;
import org.approvaltests.core.Options;
import org.approvaltests.namer.NamerWrapper;
import org.approvaltests.reporters.Junit5Reporter;

/** What was approved, in {@code tests/approved/}: a change of it is a readable diff. */
public final class Approved {
    private Approved() {}

    /**
     * Compares a text with what was approved.
     *
     * @param file such as {@code explain/plan.json}; it lies in the directory as {@code explain/plan.approved.json}
     */
    public static void verify(String file, String text) {
        int dot = file.lastIndexOf('.');
        String directory = Path.of(System.getProperty("boxwright.checkout")).resolve("tests/approved") + "/";
        Approvals.verify(
                text,
                new Options(new Junit5Reporter())
                        .forFile()
                        .withExtension(file.substring(dot))
                        .forFile()
                        .withNamer(new NamerWrapper(() -> file.substring(0, dot), () -> directory)));
    }
}
