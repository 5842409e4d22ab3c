package boxwright.book.picture;

import boxwright.book.BookException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Both ends of a veth pair, from what {@code ip -o link} and {@code ip -o -4 addr} printed on each side. */
public final class Cable {
    private static final Pattern LINK = Pattern.compile("^\\s*(\\S+): ([^\\s:@]+)(?:@(\\S+?))?:? .*");
    private static final Pattern ADDRESS = Pattern.compile("^\\s*\\S+: (\\S+)\\s+inet (\\S+).*");
    private static final int WIDTH = 520;

    private Cable() {}

    /** Draws them: the devices of each side, with a line between those that are a pair. */
    public static Drawing of(List<String> labels, List<List<String>> printed) {
        if (labels.size() != 2 || printed.size() != 2) {
            throw new BookException("a cable has two sides: of=\"ID,ID\",labels=\"WORDS,WORDS\"");
        }
        Map<String, String> one = devices(printed.getFirst());
        Map<String, String> other = devices(printed.getLast());
        int rows = Math.max(one.size(), other.size());
        int height = 76 + rows * 58;
        StringBuilder svg = new StringBuilder(LiveStyle.head(WIDTH, height, "A veth pair"));
        side(svg, 8, labels.getFirst(), one, height, "box");
        side(svg, 312, labels.getLast(), other, height, "own");
        int from = ordinal(one);
        int to = ordinal(other);
        if (from >= 0 && to >= 0) {
            svg.append(Svg.format(
                    "<path class='ownline' d='M196 %d C 250 %d, 270 %d, 324 %d'/>\n",
                    78 + from * 58, 78 + from * 58, 78 + to * 58, 78 + to * 58));
        }
        String words = labels.getFirst() + " has " + named(one) + "; " + labels.getLast() + " has " + named(other);
        return new Drawing(svg.append("</svg>\n").toString(), words);
    }

    private static void side(
            StringBuilder svg, int x, String label, Map<String, String> devices, int height, String style) {
        svg.append(
                Svg.format("<rect class='%s' x='%d' y='12' width='200' height='%d' rx='10'/>", style, x, height - 24));
        svg.append(Svg.format("<text class='head' x='%d' y='38'>%s</text>\n", x + 12, Svg.text(label)));
        int y = 54;
        for (Map.Entry<String, String> device : devices.entrySet()) {
            svg.append(Svg.format("<rect class='box' x='%d' y='%d' width='176' height='48' rx='6'/>", x + 12, y));
            svg.append(Svg.format(
                    "<text class='code' x='%d' y='%d'>%s</text>", x + 22, y + 20, Svg.text(device.getKey())));
            svg.append(Svg.format(
                    "<text class='quiet' x='%d' y='%d'>%s</text>\n", x + 22, y + 38, Svg.text(device.getValue())));
            y += 58;
        }
    }

    /** The place of the device that is one end of a pair: the first that is no loopback. */
    private static int ordinal(Map<String, String> devices) {
        return new ArrayList<>(devices.keySet())
                .indexOf(devices.keySet().stream()
                        .filter(name -> !name.equals("lo"))
                        .findFirst()
                        .orElse(""));
    }

    private static Map<String, String> devices(List<String> lines) {
        Map<String, String> devices = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher address = ADDRESS.matcher(line);
            Matcher link = LINK.matcher(line);
            if (address.matches()) {
                devices.put(address.group(1), address.group(2));
            } else if (link.matches()) {
                devices.putIfAbsent(link.group(2), "no address");
            }
        }
        if (devices.isEmpty()) {
            throw new BookException("the blocks should print ip -o link or ip -o -4 addr");
        }
        return devices;
    }

    private static String named(Map<String, String> devices) {
        return String.join(
                ", ",
                devices.entrySet().stream()
                        .map(d -> d.getKey() + " (" + d.getValue() + ")")
                        .toList());
    }
}
