package org.bounce4j.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One page in a headless Chromium, driven by its own protocol (Chrome DevTools Protocol 1.3), so that no driver is needed. */
final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LISTENING = "DevTools listening on ";
    private static final long SECONDS = 30;

    private final Process process;
    private final String session;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final CompletableFuture<String> address = new CompletableFuture<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private volatile String promptAnswer;
    private CompletableFuture<WebSocket> written;

    /**
     * Starts a browser and opens an empty page.
     *
     * @param program where Chromium is
     * @param profile an empty folder
     */
    Chromium(Path program, Path profile) throws Exception {
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--hide-scrollbars",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Thread reader = new Thread(this::readAddress, "chromium");
            reader.setDaemon(true);
            reader.start();
            written = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(address.get(SECONDS, TimeUnit.SECONDS)), new Listener());
            String target = send("", "Target.createTarget", Map.of("url", "about:blank"))
                    .path("targetId")
                    .textValue();
            session = send("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                    .path("sessionId")
                    .textValue();
            for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
                send(domain + ".enable", Map.of());
            }
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Looks where Debian and its kin put it, or where {@code CHROMIUM} says. */
    static Optional<Path> find() {
        return Stream.of(
                        Optional.ofNullable(System.getenv("CHROMIUM")).orElse(""),
                        "/usr/bin/chromium",
                        "/usr/bin/chromium-browser",
                        "/usr/bin/google-chrome")
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    private void readAddress() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(LISTENING)) {
                    address.complete(line.substring(LISTENING.length()).strip());
                }
            }
            address.completeExceptionally(new IOException("Chromium ended"));
        } catch (IOException e) {
            address.completeExceptionally(e);
        }
    }

    /** Puts messages together and hands them to whoever waits. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                received(message.toString());
                message.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }

    private void received(String text) {
        try {
            JsonNode message = JSON.readTree(text);
            CompletableFuture<JsonNode> waiting =
                    answers.remove(message.path("id").asInt());
            if (waiting != null && message.has("error")) {
                waiting.completeExceptionally(
                        new IOException(message.path("error").toString()));
            } else if (waiting != null) {
                waiting.complete(message.path("result"));
            }
            JsonNode parameters = message.path("params");
            switch (message.path("method").asText()) {
                case "Runtime.exceptionThrown" ->
                    complaints.add(parameters.path("exceptionDetails").toString());
                case "Log.entryAdded" -> complaints.add(parameters.path("entry").toString());
                case "Page.javascriptDialogOpening" -> answerDialog();
                default -> {}
            }
        } catch (IOException e) {
            complaints.add(e.toString());
        }
    }

    private void answerDialog() throws IOException {
        String answer = promptAnswer;
        ObjectNode parameters = JSON.createObjectNode().put("accept", answer != null);
        if (answer != null) {
            parameters.put("promptText", answer);
        } else {
            complaints.add("a dialog opened");
        }
        ObjectNode message = message(session, "Page.handleJavaScriptDialog", parameters);
        var unused = write(message);
    }

    private ObjectNode message(String inSession, String method, Object parameters) {
        ObjectNode message = JSON.createObjectNode()
                .put("id", lastId.incrementAndGet())
                .put("method", method)
                .set("params", JSON.valueToTree(parameters));
        if (!inSession.isEmpty()) {
            message.put("sessionId", inSession);
        }
        return message;
    }

    /** A socket takes a message when the one before is out. */
    private synchronized CompletableFuture<WebSocket> write(ObjectNode message) throws IOException {
        String text = JSON.writeValueAsString(message);
        written = written.thenCompose(to -> to.sendText(text, true));
        return written;
    }

    private JsonNode send(String inSession, String method, Object parameters) throws Exception {
        ObjectNode message = message(inSession, method, parameters);
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(message.path("id").intValue(), answer);
        write(message).get(SECONDS, TimeUnit.SECONDS);
        return answer.get(SECONDS, TimeUnit.SECONDS);
    }

    private JsonNode send(String method, Object parameters) throws Exception {
        return send(session, method, parameters);
    }

    /** Sends this header with every request, as a browser does with credentials that a person has typed in. */
    void authorize(String authorization) throws Exception {
        send("Network.setExtraHTTPHeaders", Map.of("headers", Map.of("Authorization", authorization)));
    }

    void open(URI page) throws Exception {
        send("Page.navigate", Map.of("url", page.toString()));
        waitFor("document.readyState === 'complete'");
    }

    void size(int width, int height) throws Exception {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    void theme(String theme) throws Exception {
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    }

    /** Accepts the next questions with this; without it a dialog is dismissed, and a complaint. */
    void answerPrompts(String answer) {
        promptAnswer = answer;
    }

    JsonNode evaluate(String script) throws Exception {
        JsonNode result = send(
                "Runtime.evaluate",
                Map.of("expression", script, "awaitPromise", true, "returnByValue", true, "userGesture", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(result.path("exceptionDetails").toString());
        }
        return result.path("result").path("value");
    }

    String text(String selector) throws Exception {
        return evaluate("document.querySelector('" + selector + "').innerText").asText();
    }

    void waitFor(String condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!evaluate(condition).booleanValue()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Never true: " + condition + "; the browser says " + complaints);
            }
            TimeUnit.MILLISECONDS.sleep(50); // between two looks
        }
    }

    /** Forgets what was logged, and how to answer. */
    void forget() {
        complaints.clear();
        promptAnswer = null;
    }

    /** Returns what the browser logged: errors of scripts, what the policy kept from running, failed requests. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Takes a picture of what is in the window. */
    void picture(Path file) throws Exception {
        JsonNode taken = send("Page.captureScreenshot", Map.of("format", "png"));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(taken.path("data").textValue()));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
