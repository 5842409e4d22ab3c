package boxwright.engine;

import boxwright.kernel.ForeignTree;
import boxwright.kernel.KernelException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out who somebody is in a root file system, by its own {@code /etc/passwd} and {@code /etc/group}; passwd(5) and
 * group(5). What is found is what Docker finds ({@code GetExecUser} in moby/sys/user): the first entry of a name counts,
 * and a number needs no entry.
 *
 * @param tree the root file system; nothing outside of it is read, whatever it links to
 */
record Users(ForeignTree tree) {
    private static final String PASSWD = "/etc/passwd";
    private static final String GROUP = "/etc/group";

    private static final int NAME = -1;
    private static final int BEYOND = -2;

    /**
     * A user of a container.
     *
     * @param groups the primary group, the supplementary ones, and those that were asked for
     * @param home what {@code HOME} says
     */
    record User(int id, int group, List<Integer> groups, String home) {}

    /** A line of one of the files, in fields. */
    private record Entry(List<String> fields) {
        String name() {
            return fields.getFirst();
        }

        int number(int index) {
            return id(fields.get(index));
        }

        String home() {
            return fields.size() > 5 && !fields.get(5).isEmpty() ? fields.get(5) : "/";
        }

        /** Whether somebody is a member of a group. */
        boolean lists(String user) {
            for (String member : fields.size() < 4 ? List.<String>of() : split(fields.get(3), ',')) {
                if (member.equals(user)) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Finds a user.
     *
     * @param words {@code NAME|UID[:GROUP|GID]}; empty for root
     * @param added groups beyond the user's own, by name or number
     * @throws EngineException where there is no such name, or a file cannot be read
     */
    User find(String words, List<String> added) {
        int colon = words.indexOf(':');
        String user = colon < 0 ? words : words.substring(0, colon);
        String group = colon < 0 ? "" : words.substring(colon + 1);
        try {
            return find(user, group, added);
        } catch (KernelException e) {
            throw new EngineException("cannot look up who the container's user is: " + e.getMessage()
                    + ". The image's own files are read, and nothing outside of it.");
        }
    }

    private User find(String user, String group, List<String> added) {
        int id = user.isEmpty() ? 0 : asked(user);
        int primary = 0;
        String name = "";
        String home = "/";
        for (Entry entry : entries(PASSWD, 4)) {
            boolean valid = entry.number(2) >= 0 && entry.number(3) >= 0;
            if (valid && (id >= 0 ? entry.number(2) == id : entry.name().equals(user))) {
                id = entry.number(2);
                primary = entry.number(3);
                name = entry.name();
                home = entry.home();
                break;
            }
        }
        if (id < 0) {
            throw new EngineException("there is no user \"" + user + "\" in " + PASSWD
                    + " of the image. A number needs no entry there: --user 1000, or --user 1000:1000 with a group.");
        }
        List<Entry> groups = group.isEmpty() && name.isEmpty() && added.isEmpty() ? List.of() : entries(GROUP, 3);
        List<Integer> all = new ArrayList<>();
        if (!group.isEmpty()) {
            primary = group(group, groups);
        }
        all.add(primary);
        // Whoever names a group wants that one: the groups of the user come with the user only.
        if (group.isEmpty() && !name.isEmpty()) {
            for (Entry entry : groups) {
                if (entry.number(2) >= 0 && entry.lists(name)) {
                    add(entry.number(2), all);
                }
            }
        }
        for (String word : added) {
            add(group(word, groups), all);
        }
        return new User(id, primary, List.copyOf(all), home);
    }

    private static int group(String word, List<Entry> groups) {
        int number = asked(word);
        for (Entry entry : groups) {
            if (number < 0 && entry.name().equals(word) && entry.number(2) >= 0) {
                return entry.number(2);
            }
        }
        if (number < 0) {
            throw new EngineException(
                    "there is no group \"" + word + "\" in " + GROUP + " of the image. A number needs no entry there.");
        }
        return number;
    }

    private static void add(int group, List<Integer> all) {
        if (!all.contains(group)) {
            all.add(group);
        }
    }

    private List<Entry> entries(String path, int fields) {
        List<Entry> entries = new ArrayList<>();
        String text = tree.text(path).orElse("");
        for (String line : split(text, '\n')) {
            List<String> parts = split(line, ':');
            if (parts.size() >= fields && !parts.getFirst().isEmpty()) {
                entries.add(new Entry(parts));
            }
        }
        return entries;
    }

    /** A number that somebody asked for; -1 for a name. */
    private static int asked(String word) {
        int number = id(word);
        if (number == BEYOND) {
            throw new EngineException(
                    "the user or group " + word + " cannot be: they go from 0 to " + Integer.MAX_VALUE);
        }
        return number;
    }

    /** A user or group id; -1 for a word that is none, -2 for a number that is too large. Docker takes half the range. */
    private static int id(String text) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return NAME;
            }
            number = Math.min(number * 10 + digit - '0', 1L << 40);
        }
        return text.isEmpty() ? NAME : number <= Integer.MAX_VALUE ? (int) number : BEYOND;
    }

    /** String.split without its regular expression. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
            parts.add(text.substring(start, end));
            start = end + 1;
        }
        parts.add(text.substring(start));
        return parts;
    }
}
