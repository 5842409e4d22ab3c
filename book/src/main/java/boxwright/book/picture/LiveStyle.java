package boxwright.book.picture;

/** How drawings of live state look. */
final class LiveStyle {
    private LiveStyle() {}

    static String head(int width, int height, String title) {
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">
              <title>%s</title>
              <style>
                svg { --paper: #ffffff; --ink: #1f2430; --quiet: #5b6472; --line: #c6ccd6; --box: #f5f7fa; --same: #5b6472;
                      --own: #1a7f52; --wash: #e6f5ed; font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
                @media (prefers-color-scheme: dark) {
                  svg { --paper: #14171e; --ink: #e3e7ee; --quiet: #9ba7b8; --line: #3a4353; --box: #1c212b; --same: #9ba7b8;
                        --own: #4fd09a; --wash: #17352a; } }
                text { fill: var(--ink); font-size: 14px; }
                .head { font-size: 15px; font-weight: 600; }
                .quiet { fill: var(--quiet); font-size: 13px; }
                .code { font-family: "JetBrains Mono", ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
                .middle { text-anchor: middle; } .end { text-anchor: end; }
                .box { fill: var(--box); stroke: var(--line); }
                .own { fill: var(--wash); stroke: var(--own); }
                .ownline { stroke: var(--own); stroke-width: 2; fill: none; }
                .line { stroke: var(--line); stroke-width: 1.5; fill: none; }
                .dot { fill: var(--own); }
                .owntext { fill: var(--own); font-weight: 600; }
              </style>
            """.formatted(width, height, Svg.text(title));
    }
}
