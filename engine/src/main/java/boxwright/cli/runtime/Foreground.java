package boxwright.cli.runtime;

import boxwright.cli.SignalForwarding;
import boxwright.cli.TerminalSession;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Terminal;
import boxwright.runtime.ExitStatus;
import boxwright.runtime.RunningProcess;
import boxwright.runtime.oci.ConsoleTarget;
import boxwright.runtime.oci.ContainerRecord;
import boxwright.runtime.oci.CreateRequest;
import boxwright.runtime.spec.ConfigurationReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Programs that this command stays in front of: it passes signals on, and what is typed, and has their exit code. */
record Foreground(Settings settings) {
    private static final Pattern TERMINAL = Pattern.compile("\"terminal\"\\s*:\\s*true");

    /** A container that is created and started by one command. */
    int run(Words words, boolean detach, boolean keep) throws Exception {
        Optional<ConsoleTarget> socket = CreateOptions.consoleSocket(words);
        boolean terminal = !detach && socket.isEmpty() && wantsTerminal(CreateOptions.bundle(words));
        try (Line line = new Line(terminal)) {
            CreateRequest request = CreateOptions.of(words, terminal ? line.target() : socket);
            Optional<SignalForwarding> signals = detach ? Optional.empty() : Optional.of(new SignalForwarding());
            ContainerRecord record = settings.creation().create(request);
            Child child = new Child(record.process().pid());
            try {
                settings.start().start(request.id());
            } catch (IOException | RuntimeException e) {
                settings.deletion().delete(request.id(), true);
                throw e;
            }
            if (detach) {
                return 0;
            }
            signals.ifPresent(forwarding -> forwarding.to(child));
            int code = line.follow(child).code();
            if (!keep) {
                settings.deletion().delete(request.id(), true);
            }
            return code;
        }
    }

    /** A program that joins a container. */
    int exec(Words words, boolean detach, boolean tty) throws Exception {
        Optional<ConsoleTarget> socket = CreateOptions.consoleSocket(words);
        boolean terminal = !detach && tty && socket.isEmpty();
        try (Line line = new Line(terminal)) {
            Optional<SignalForwarding> signals = detach ? Optional.empty() : Optional.of(new SignalForwarding());
            int pid = settings.execution().exec(ExecVerb.request(words, tty, terminal ? line.target() : socket));
            if (detach) {
                return 0;
            }
            Child child = new Child(pid);
            signals.ifPresent(forwarding -> forwarding.to(child));
            return line.follow(child).code();
        }
    }

    private static boolean wantsTerminal(Path bundle) {
        String text;
        try {
            text = Files.readString(bundle.resolve("config.json"));
        } catch (IOException e) {
            return false; // Whoever reads it next says what is wrong with it.
        }
        // Most have "terminal": false, and reading the whole takes longer than to look.
        return TERMINAL.matcher(text).find()
                && ConfigurationReader.read("config.json", text)
                        .process()
                        .filter(process -> process.terminal())
                        .isPresent();
    }

    /** A child of ours. As it has not been waited for, its number is still its own. */
    private record Child(int pid) implements RunningProcess {
        @Override
        public void signal(int signal) {
            Optional<Descriptor> process = Descriptor.ofProcess(pid);
            process.ifPresent(found -> {
                try (found) {
                    found.signal(signal);
                }
            });
        }

        @Override
        public ExitStatus await() {
            return new ExitStatus(Launch.reap(pid));
        }
    }

    /** What lies between the user's terminal and the program's, if the program has one from us. */
    private static final class Line implements AutoCloseable {
        private final Optional<Descriptor.Pipe> sockets;

        Line(boolean terminal) {
            Supplier<Descriptor.Pipe> pair = Descriptor::socketPair;
            sockets = terminal ? Optional.of(pair.get()) : Optional.empty();
        }

        Optional<ConsoleTarget> target() {
            return sockets.map(pair -> ConsoleTarget.socket(pair.in()));
        }

        ExitStatus follow(Child child) throws InterruptedException {
            if (sockets.isEmpty()) {
                return child.await();
            }
            try (Descriptor master = sockets.get().out().receiveDescriptor()) {
                return new TerminalSession(Terminal.of(0)).run(child, master, true);
            }
        }

        @Override
        public void close() {
            sockets.ifPresent(Descriptor.Pipe::close);
        }
    }
}
