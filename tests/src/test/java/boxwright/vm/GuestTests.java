package boxwright.vm;

import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import boxwright.vm.GuestResult.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs chosen tests in the test machine, which has no Maven, and writes a {@link GuestResult} for each. */
final class GuestTests implements TestExecutionListener {
    private final Writer report;
    private final Map<String, Long> starts = new HashMap<>();
    private Optional<TestPlan> plan = Optional.empty();

    private GuestTests(Writer report) {
        this.report = report;
    }

    /**
     * The first argument is the report's file. The others are tests: a class, or {@code class#method}.
     */
    public static void main(String[] arguments) throws IOException {
        List<String> tests = List.of(arguments).subList(1, arguments.length);
        try (Writer report = Files.newBufferedWriter(Path.of(arguments[0]))) {
            GuestTests listener = new GuestTests(report);
            for (String test : tests) {
                LauncherDiscoveryRequest request =
                        request().selectors(selector(test)).build();
                TestPlan found = LauncherFactory.create().discover(request);
                if (found.countTestIdentifiers(
                                identifier -> !identifier.getParentId().isEmpty())
                        == 0) {
                    throw new IllegalArgumentException("there is no test " + test);
                }
                LauncherFactory.create().execute(found, listener);
            }
            report.write(GuestResult.END + "\n");
        }
    }

    private static DiscoverySelector selector(String test) {
        return test.contains("#") ? DiscoverySelectors.selectMethod(test) : DiscoverySelectors.selectClass(test);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        plan = Optional.of(testPlan);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        starts.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        write(test, Outcome.SKIPPED, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Throwable cause = result.getThrowable().orElse(new AssertionError("no reason was given"));
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                // A class that went well is no test of its own.
                if (test.isTest()) {
                    write(test, Outcome.PASSED, "");
                }
            }
            case ABORTED -> write(test, Outcome.SKIPPED, String.valueOf(cause.getMessage()));
            case FAILED -> {
                StringWriter trace = new StringWriter();
                cause.printStackTrace(new PrintWriter(trace));
                write(test, Outcome.FAILED, trace.toString());
            }
        }
    }

    private void write(TestIdentifier test, Outcome outcome, String reason) {
        long start = starts.getOrDefault(test.getUniqueId(), System.nanoTime());
        GuestResult result = new GuestResult(name(test), outcome, reason, (System.nanoTime() - start) / 1_000_000);
        try {
            report.write(result.line());
            // A machine that is killed has told what it knew.
            report.flush();
        } catch (IOException e) {
            throw new IllegalStateException("cannot write the report", e);
        }
    }

    /** The test's name behind those of what it is part of, from its class on. */
    private String name(TestIdentifier test) {
        Deque<String> names = new ArrayDeque<>();
        Optional<TestIdentifier> part = Optional.of(test);
        while (part.isPresent()) {
            names.addFirst(part.get().getDisplayName());
            if (part.get().getSource().filter(ClassSource.class::isInstance).isPresent()) {
                break;
            }
            TestIdentifier inner = part.get();
            part = plan.flatMap(whole -> whole.getParent(inner));
        }
        return String.join(" > ", names);
    }
}
