package boxwright.cli.runtime;

import boxwright.runtime.oci.Events;
import java.time.Duration;
import java.util.List;

/** {@code events}. */
final class EventsVerb implements Verb {
    private static final Duration USUAL = Duration.ofSeconds(5);

    @Override
    public String operands() {
        return "<container-id>";
    }

    @Override
    public String summary() {
        return "Print what a container uses, and when it runs out of memory";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.value("interval", "time", "set the stats collection interval (default: 5s)"),
                Option.flag("stats", "display the container's stats then exit"));
    }

    @Override
    public int fewest() {
        return 1;
    }

    @Override
    public int most() {
        return 1;
    }

    @Override
    public int run(Words words, Settings settings) throws Exception {
        Events events = new Events(settings.root());
        String id = words.operands().getFirst();
        if (words.has("stats")) {
            settings.out().println(events.statistics(id));
        } else {
            events.follow(id, words.value("interval").map(EventsVerb::interval).orElse(USUAL), line -> {
                settings.out().println(line);
                settings.out().flush();
            });
        }
        return 0;
    }

    /** {@code 500ms}, {@code 5s}, {@code 2m}, as Go writes a duration. */
    private static Duration interval(String text) {
        int unit = 0;
        while (unit < text.length() && text.charAt(unit) >= '0' && text.charAt(unit) <= '9') {
            unit++;
        }
        if (unit > 0 && unit < 10) {
            long number = Long.parseLong(text.substring(0, unit));
            switch (text.substring(unit)) {
                case "ms" -> {
                    return positive(text, Duration.ofMillis(number));
                }
                case "s" -> {
                    return positive(text, Duration.ofSeconds(number));
                }
                case "m" -> {
                    return positive(text, Duration.ofMinutes(number));
                }
                default -> {}
            }
        }
        throw new UsageException("invalid interval \"" + text + "\": a time such as 5s");
    }

    private static Duration positive(String text, Duration interval) {
        if (interval.isZero()) {
            throw new UsageException("invalid interval \"" + text + "\": it must be more than 0");
        }
        return interval;
    }
}
