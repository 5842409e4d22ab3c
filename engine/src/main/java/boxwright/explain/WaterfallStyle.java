package boxwright.explain;

import java.util.Locale;

/** How a {@link Waterfall} looks: the style sheet inside the SVG, for light and for dark surroundings. */
final class WaterfallStyle {
    private static final String CSS = """
            svg { --paper: #ffffff; --ink: #1f2430; --quiet: #6b7280; --grid: #e5e8ee; --own: #9aa4b2; --failed: #d92d20;
                  --c0: #2563c9; --c1: #c2570c; --c2: #1a8a5b; --c3: #8b46c7; --c4: #b7860b; --c5: #c0326f; --c6: #0e8a9b;
                  --c7: #5f6b1c; background: var(--paper);
                  font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
            @media (prefers-color-scheme: dark) {
              svg { --paper: #14171e; --ink: #e3e7ee; --quiet: #94a0b2; --grid: #262c38; --own: #667085; --failed: #ff6b5e;
                    --c0: #6aa5ff; --c1: #ff9d5c; --c2: #4fd09a; --c3: #c79bff; --c4: #e6bd4a; --c5: #ff82b2; --c6: #4fc9da;
                    --c7: #b6c46a; } }
            .paper { fill: var(--paper); }
            text { fill: var(--ink); font-size: 11px; white-space: pre; }
            .title { font-size: 17px; font-weight: 600; }
            .quiet { fill: var(--quiet); font-size: 12.5px; }
            .legend { font-size: 12px; }
            .lane { font-size: 12px; font-weight: 600; text-anchor: end; }
            .heading { font-size: 11.5px; font-weight: 600; }
            .code { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace;
                    font-size: 10.5px; }
            .time, .tick { fill: var(--quiet); font-size: 10.5px; font-variant-numeric: tabular-nums; }
            .tick { text-anchor: middle; }
            .before { text-anchor: end; }
            .grid { stroke: var(--grid); stroke-width: 1; }
            .mark { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 5 3; }
            .cut { fill: var(--paper); stroke: var(--quiet); stroke-dasharray: 2 3; opacity: 0.85; }
            .own { fill: var(--own); } .failed { fill: var(--failed); }
            .c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); }
            .c4 { fill: var(--c4); } .c5 { fill: var(--c5); } .c6 { fill: var(--c6); } .c7 { fill: var(--c7); }
            .waits { opacity: 0.4; }
            """;

    private WaterfallStyle() {}

    /** Everything before the drawing itself. */
    static String head(int width, double height, String title) {
        return String.format(
                Locale.ROOT,
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %.0f' width='%d' height='%.0f' role='img'>\n"
                        + "<title>%s</title>\n<style>\n%s</style>\n"
                        + "<rect class='paper' width='%d' height='%.0f'/>\n",
                width,
                height,
                width,
                height,
                Waterfall.escaped(title),
                CSS,
                width,
                height);
    }
}
