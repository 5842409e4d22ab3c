package boxwright.cli;

import boxwright.engine.Home;
import boxwright.engine.doctor.Doctor;
import boxwright.engine.doctor.Findings;
import boxwright.engine.doctor.FindingsJson;
import boxwright.engine.doctor.Host;
import boxwright.kernel.Terminal;
import java.util.Optional;

/** Looks at this machine and prints what it saw; the work of {@link DoctorCommand}. */
final class DoctorRun {
    private static final int STANDARD_OUTPUT = 1;
    /** {@code run} would not work here. 125 would say that {@code doctor} itself did not. */
    private static final int RUN_WOULD_FAIL = 1;

    private DoctorRun() {}

    static int run(DoctorCommand.DoctorOptions options, Console console) {
        Host host = Host.ofThisMachine(Home.ofThisUser().directory());
        Findings findings = Doctor.examine(host);
        console.out()
                .print(
                        options.json()
                                ? FindingsJson.write(findings)
                                : layout(host, console).write(findings));
        return findings.stoppers().isEmpty() ? ExitCode.OK : RUN_WOULD_FAIL;
    }

    private static FindingsText layout(Host host, Console console) {
        // Where there is no Linux, nothing may be asked of the kernel: its calls have other numbers.
        Optional<Terminal> terminal =
                host.isTerminal(STANDARD_OUTPUT) ? Terminal.of(STANDARD_OUTPUT) : Optional.empty();
        int columns = terminal.map(found -> found.size().columns()).orElse(0);
        int width = columns > 0 ? columns : Usage.terminalWidth(console);
        return new FindingsText(width, terminal.isPresent() && wantsColour(console));
    }

    /** See no-color.org; and a terminal that calls itself dumb shows escape sequences as they are. */
    private static boolean wantsColour(Console console) {
        return console.variable("NO_COLOR").orElse("").isEmpty()
                && !console.variable("TERM").orElse("dumb").equals("dumb");
    }
}
