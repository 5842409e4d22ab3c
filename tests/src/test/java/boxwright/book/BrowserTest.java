package boxwright.book;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The site in a real browser, opened as files: as a reader has it who just built it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {
    private static final Path SITE = WovenSite.directory();
    private static final Path FIRST = SITE.resolve("01-pid-namespace.html");

    private Chromium browser;

    @BeforeAll
    void open() throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "chromium"))),
                "needs chromium (Debian: chromium)");
        WovenSite.make();
        browser = new Chromium();
    }

    @AfterAll
    void close() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void asAtFirst() throws Exception {
        browser.size(1400, 900);
        browser.prefers("light");
        browser.open(FIRST, "");
        browser.evaluate("localStorage.clear()");
    }

    @Test
    void every_page_loads_without_complaint_and_asks_nobody() throws Exception {
        for (Path page : pages()) {
            browser.open(page, "");

            assertThat(browser.complaints())
                    .as("console of %s", page.getFileName())
                    .isEmpty();
            assertThat(browser.requests())
                    .as("what %s asks for", page.getFileName())
                    .isNotEmpty()
                    .allMatch(address -> address.startsWith("file:") || address.startsWith("data:"));
        }
    }

    @Test
    void the_search_finds_a_system_call_and_opens_it() throws Exception {
        browser.press("/");
        browser.type("pivot_root");
        browser.until("document.querySelector('#results a')");

        assertThat(text("document.querySelector('#results a').textContent")).containsIgnoringCase("pivot_root");
        browser.press("ArrowDown");
        browser.press("Enter");
        browser.until("!location.pathname.endsWith('01-pid-namespace.html') || location.hash");
        browser.until("document.body && document.body.textContent.includes('pivot_root')");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void the_search_says_when_there_is_nothing() throws Exception {
        browser.press("/");
        browser.type("xyzzyx");
        browser.until("document.querySelector('#results p')");

        assertThat(text("document.querySelector('#results').textContent")).startsWith("Nothing found");
        browser.press("Escape");
        assertThat(truth("document.querySelector('#results').hidden")).isTrue();
    }

    @Test
    void the_theme_follows_the_system_until_it_is_chosen_and_then_sticks() throws Exception {
        String light = background();
        browser.prefers("dark");
        String dark = background();
        assertThat(dark).isNotEqualTo(light);

        browser.evaluate("document.querySelector('.theme').click()");
        while (!background().equals(light)) { // from the system's to another; dark is one of them
            browser.evaluate("document.querySelector('.theme').click()");
        }
        browser.open(SITE.resolve("manual.html"), "");
        assertThat(background())
                .as("another page, where the system is still dark")
                .isEqualTo(light);
        assertThat(text("document.documentElement.dataset.theme")).isEqualTo("light");
    }

    @Test
    void what_is_copied_of_a_console_are_its_commands() throws Exception {
        browser.mayUseTheClipboard();
        int consoles = browser.evaluate("document.querySelectorAll('figure.console').length")
                .getAsInt();
        assertThat(consoles).isPositive();
        for (int i = 0; i < consoles; i++) {
            String figure = "document.querySelectorAll('figure.console')[" + i + "]";
            browser.evaluate(figure + ".querySelector('.copy').click()");
            browser.until(figure + ".querySelector('.copy').textContent === 'Copied'");
            String copied = text("navigator.clipboard.readText()");
            List<String> typed = texts("Array.from(" + figure + ".querySelectorAll('.cmd'), c => c.textContent)");

            assertThat(copied.lines().map(String::strip).toList())
                    .isEqualTo(typed.stream()
                            .map(command -> command.replaceFirst("\\s+# exits with \\d+$", "")
                                    .strip())
                            .toList());
            assertThat(copied).doesNotStartWith("#").doesNotContain("exits with");
        }
    }

    @Test
    void what_is_copied_of_a_listing_is_the_listing() throws Exception {
        browser.mayUseTheClipboard();
        String figure =
                "Array.from(document.querySelectorAll('figure.listing')).find(f => f.textContent.includes('Step01.java'))";
        browser.evaluate(figure + ".querySelector('.copy').click()");
        browser.until(figure + ".querySelector('.copy').textContent === 'Copied'");

        assertThat(text("navigator.clipboard.readText()").strip())
                .isEqualTo(Files.readString(Checkout.here().root().resolve("steps/01-pid-namespace/Step01.java"))
                        .strip());
    }

    /** The figure is printed; what fails is only a page that waits for something. paint-timing, W3C. */
    @Test
    void a_page_is_painted_as_soon_as_it_is_read() throws Exception {
        List<Integer> millis = new ArrayList<>();
        for (Path page : pages()) {
            browser.open(page, "");
            browser.until("performance.getEntriesByName('first-paint').length");
            millis.add(browser.evaluate("Math.round(performance.getEntriesByName('first-paint')[0].startTime)")
                    .getAsInt());
        }
        millis.sort(null);
        System.out.printf(
                "first paint of %d pages from disk: median %d ms, longest %d ms%n",
                millis.size(), millis.get(millis.size() / 2), millis.getLast());
        assertThat(millis.getLast()).isLessThan(2000);
    }

    @Test
    void no_word_of_a_picture_is_cut_off_or_leaves_its_box() throws Exception {
        for (Path page : chapters()) {
            browser.open(page, "");

            assertThat(texts("""
                            Array.from(document.querySelectorAll('figure svg[role=img]')).flatMap(picture => {
                                const boxes = [picture, ...picture.querySelectorAll('rect')]
                                    .map(box => box.getBoundingClientRect()).filter(box => box.width > 40 && box.height > 20);
                                return Array.from(picture.querySelectorAll('text')).filter(text => {
                                    const word = text.getBoundingClientRect(), y = (word.top + word.bottom) / 2;
                                    return boxes.some(box => box.left <= word.left && word.left < box.right
                                        && box.top <= y && y <= box.bottom && word.right > box.right + 1);
                                }).map(text => picture.id + ': ' + text.textContent);
                            })""")).as("pictures of %s", page.getFileName()).isEmpty();
        }
    }

    @Test
    void what_is_code_in_a_sentence_is_what_one_types() throws Exception {
        for (Path page : chapters()) {
            browser.open(page, "");

            assertThat(texts("Array.from(document.querySelectorAll(':not(pre) > code'), code => code.textContent)"))
                    .as("AsciiDoc makes typography of -- and ' unless they are between `+ and +`: %s", page)
                    .noneMatch(word -> word.matches(".*[\u2013\u2014\u2018\u2019\u201c\u201d].*"));
        }
    }

    @Test
    void a_phone_needs_no_scrolling_to_the_side() throws Exception {
        browser.size(390, 844);
        for (Path page : pages()) {
            browser.open(page, "");
            browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");

            assertThat(browser.evaluate("document.documentElement.scrollWidth").getAsInt())
                    .as("width of %s", page.getFileName())
                    .isLessThanOrEqualTo(390);
        }
    }

    @Test
    void on_a_phone_the_contents_open_and_close() throws Exception {
        browser.size(390, 844);
        assertThat(visible("#contents")).isFalse();
        browser.evaluate("document.querySelector('.menu').click()");
        assertThat(visible("#contents")).isTrue();
        browser.press("Escape");
        assertThat(visible("#contents")).isFalse();
    }

    @Test
    void the_keyboard_reaches_the_text_first() throws Exception {
        browser.press("Tab");
        browser.until("document.activeElement !== document.body");

        assertThat(text("document.activeElement.textContent")).isEqualTo("Skip to the text");
    }

    @Test
    void no_page_is_hard_to_use_for_anybody() throws Exception {
        String axe = resource("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js");
        for (Path page : chapters()) {
            for (String scheme : List.of("light", "dark")) {
                browser.prefers(scheme);
                browser.open(page, "");
                browser.evaluate(axe + "; 1");
                browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
                List<String> found = texts(
                        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations"
                                + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                                + ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary).join(' | ')))");

                assertThat(found).as("%s, %s", page.getFileName(), scheme).isEmpty();
            }
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(SITE)) {
            return files.filter(file -> file.toString().endsWith(".html"))
                    .filter(file -> !file.endsWith("index.html"))
                    .sorted()
                    .toList();
        }
    }

    /** Those without a file each: these are all alike. */
    private static List<Path> chapters() throws IOException {
        return pages().stream()
                .filter(page -> !page.getFileName().toString().startsWith("source-"))
                .toList();
    }

    private String background() throws InterruptedException {
        return text("getComputedStyle(document.body).backgroundColor");
    }

    private boolean visible(String selector) throws InterruptedException {
        return truth("document.querySelector('" + selector + "').getClientRects().length > 0");
    }

    private boolean truth(String script) throws InterruptedException {
        return browser.evaluate(script).getAsBoolean();
    }

    private String text(String script) throws InterruptedException {
        return browser.evaluate(script).getAsString();
    }

    private List<String> texts(String script) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (JsonElement element : browser.evaluate(script).getAsJsonArray()) {
            texts.add(element.getAsString());
        }
        return texts;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = BrowserTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
