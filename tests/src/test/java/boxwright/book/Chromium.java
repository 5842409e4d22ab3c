package boxwright.book;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The distribution's Chromium with one page, spoken to by the Chrome DevTools Protocol: JSON over a web socket, both of which
 * we have. A driver library would bring a browser of its own, or a second program that has to fit the first.
 */
final class Chromium implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
    private final List<String> complaints = new java.util.ArrayList<>();
    private final List<String> requests = new java.util.ArrayList<>();
    private String session = "";
    private String loaded = ""; // the document that was loaded last, as the protocol names it
    private int last;

    Chromium() throws IOException, InterruptedException {
        profile = Files.createTempDirectory("boxwright-chromium-");
        process = new ProcessBuilder(
                        "chromium",
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address()), new Listener(messages))
                .join();
        String target = send("Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .getAsString();
        session = send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .getAsString();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            send(domain + ".enable", Map.of());
        }
        send("Page.setLifecycleEventsEnabled", Map.of("enabled", true));
        // No window of a headless browser is in front of another; the keyboard belongs to this one.
        send("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
    }

    /** It writes port and path into a file of its profile. */
    private String address() throws IOException, InterruptedException {
        Path file = profile.resolve("DevToolsActivePort");
        for (int i = 0; i < PATIENCE_SECONDS * 20; i++) {
            if (Files.exists(file)) {
                List<String> lines = Files.readAllLines(file);
                if (lines.size() > 1) {
                    return "ws://127.0.0.1:" + lines.getFirst() + lines.get(1);
                }
            }
            if (!process.isAlive()) {
                throw new IOException("chromium ended before it listened");
            }
            Thread.sleep(50);
        }
        throw new IOException("chromium does not listen");
    }

    /** Opens a page, and waits until it is loaded and drawn. */
    void open(Path page, String fragment) throws InterruptedException {
        // Another fragment of the same page would not load it again.
        load("about:blank");
        complaints.clear();
        requests.clear();
        load(page.toUri() + fragment);
        // A key that is pressed before a page has been drawn is dropped.
        evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    }

    private void load(String address) throws InterruptedException {
        String document =
                send("Page.navigate", Map.of("url", address)).get("loaderId").getAsString();
        while (!document.equals(loaded)) {
            next(address);
        }
    }

    /** The value of an expression; of a promise, what it becomes. */
    JsonElement evaluate(String script) throws InterruptedException {
        JsonObject answer = send(
                "Runtime.evaluate",
                Map.of("expression", script, "returnByValue", true, "awaitPromise", true, "userGesture", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(script + ": " + answer.get("exceptionDetails"));
        }
        JsonElement value = answer.getAsJsonObject("result").get("value");
        return value == null ? com.google.gson.JsonNull.INSTANCE : value;
    }

    /** Waits until an expression is true. */
    void until(String script) throws InterruptedException {
        for (int i = 0; i < PATIENCE_SECONDS * 20; i++) {
            if (evaluate("!!(" + script + ")").getAsBoolean()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("never true: " + script);
    }

    /** Presses a key, by the name that a script knows it by. */
    void press(String key) throws InterruptedException {
        String text = key.length() == 1 ? key : key.equals("Enter") ? "\r" : "";
        int code = switch (key) {
            case "Enter" -> 13;
            case "Tab" -> 9;
            case "Escape" -> 27;
            case "ArrowDown" -> 40;
            default -> key.toUpperCase(java.util.Locale.ROOT).charAt(0);
        };
        send(
                "Input.dispatchKeyEvent",
                Map.of("type", "keyDown", "key", key, "text", text, "windowsVirtualKeyCode", code));
        send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
    }

    /** Types words into what has the focus. */
    void type(String words) throws InterruptedException {
        send("Input.insertText", Map.of("text", words));
    }

    void size(int width, int height) throws InterruptedException {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** What the system says it prefers: {@code light} or {@code dark}. */
    void prefers(String scheme) throws InterruptedException {
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void mayUseTheClipboard() throws InterruptedException {
        send(
                "Browser.grantPermissions",
                Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        send("Page.bringToFront", Map.of());
    }

    /** Errors that the page has written to the console since it was opened. */
    List<String> complaints() throws InterruptedException {
        evaluate("1"); // what was said before is here before the answer
        return List.copyOf(complaints);
    }

    /** What the page has asked for since it was opened. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    private JsonObject send(String method, Map<String, Object> parameters) throws InterruptedException {
        JsonObject message = new JsonObject();
        message.addProperty("id", ++last);
        message.addProperty("method", method);
        message.add("params", new Gson().toJsonTree(parameters));
        if (!session.isEmpty() && !method.startsWith("Browser.")) {
            message.addProperty("sessionId", session);
        }
        socket.sendText(message.toString(), true).join();
        while (true) {
            JsonObject answer = next(method);
            if (answer.has("id") && answer.get("id").getAsInt() == last) {
                if (answer.has("error")) {
                    throw new AssertionError(method + ": " + answer.get("error"));
                }
                return answer.getAsJsonObject("result");
            }
        }
    }

    private JsonObject next(String what) throws InterruptedException {
        JsonObject message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("chromium does not answer: " + what);
        }
        if (message.has("method")) {
            note(message.get("method").getAsString(), message.getAsJsonObject("params"));
        }
        return message;
    }

    private void note(String event, JsonObject parameters) {
        switch (event) {
            case "Page.lifecycleEvent" -> {
                if (parameters.get("name").getAsString().equals("load")) {
                    loaded = parameters.get("loaderId").getAsString();
                }
            }
            case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning").contains(parameters.get("type").getAsString())) {
                    complaints.add(parameters.toString());
                }
            }
            case "Log.entryAdded" -> {
                if (parameters
                        .getAsJsonObject("entry")
                        .get("level")
                        .getAsString()
                        .equals("error")) {
                    complaints.add(parameters.toString());
                }
            }
            case "Network.requestWillBeSent" ->
                requests.add(parameters.getAsJsonObject("request").get("url").getAsString());
            default -> {}
        }
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            process.onExit().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                file.toFile().delete(); // its last helper may still be writing, and it is a temporary directory
            }
        }
    }

    /** Puts messages together, which may come in pieces. */
    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<JsonObject> messages;
        private final StringBuilder pieces = new StringBuilder();

        Listener(BlockingQueue<JsonObject> messages) {
            this.messages = messages;
        }

        @Override
        @SuppressWarnings("NullAway") // null means that the text is not needed any more
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            pieces.append(data);
            if (last) {
                messages.add(JsonParser.parseString(pieces.toString()).getAsJsonObject());
                pieces.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }
}
