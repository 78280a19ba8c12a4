package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.bounce4j.jdbc.JdbcBounceStore;

/** {@code serve} on a free port and an empty database in memory, and a client with credentials. */
final class RunningServer implements AutoCloseable {
    static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("username:password".getBytes(StandardCharsets.UTF_8));

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final BounceServer server;
    private final URI address;

    RunningServer(String... namesAndValues) throws IOException {
        Properties file = new Properties();
        file.setProperty("api.users", "username:password");
        file.setProperty("port", "0");
        file.setProperty("store.url", "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            file.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        server = new BounceServer(ServeSettings.of(file, Map.of()));
        address = URI.create(server.address());
    }

    URI address() {
        return address;
    }

    JdbcBounceStore store() {
        return server.store();
    }

    Socket socket() throws IOException {
        return new Socket(address.getHost(), address.getPort());
    }

    HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", BASIC)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = ask("GET", path, "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body()).path("data");
    }

    void post(String body) throws IOException, InterruptedException {
        HttpResponse<String> response = ask("POST", "/webhooks/bounce", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    long stored() throws IOException, InterruptedException {
        return get("/api/bounces").path("total").longValue();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
