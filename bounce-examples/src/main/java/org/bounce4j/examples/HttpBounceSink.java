package org.bounce4j.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceEventJson;
import org.bounce4j.BounceSink;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;

/**
 * Posts events to a system that offers the generic bounce webhook, one a request, each with its id as {@code Idempotency-Key}.
 * Returns when all of them were answered with 2xx. Thread-safe.
 */
public final class HttpBounceSink implements BounceSink {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Set<String> DOCUMENTED =
            Set.of("email", "subscriber_uuid", "campaign_uuid", "source", "type", "meta", "created_at");
    private static final Set<Integer> LATER = Set.of(408, 425, 429);
    private static final Set<Integer> SETTING = Set.of(401, 403, 404, 405);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client;
    private final URI endpoint;
    private final String authorization;
    private final boolean documentedFieldsOnly;

    private HttpBounceSink(HttpClient client, URI endpoint, String authorization, boolean documentedFieldsOnly) {
        this.client = client;
        this.endpoint = endpoint;
        this.authorization = authorization;
        this.documentedFieldsOnly = documentedFieldsOnly;
    }

    /** Returns a sink that posts the whole JSON form, for an endpoint of bounce4j. */
    public static HttpBounceSink of(HttpClient client, URI endpoint, String user, String password) {
        String credentials =
                Base64.getEncoder().encodeToString((user + ':' + password).getBytes(StandardCharsets.UTF_8));
        return new HttpBounceSink(client, endpoint, "Basic " + credentials, false);
    }

    /**
     * Returns this sink with the fields that the generic webhook API documents and no others, for systems that stumble over
     * further ones.
     */
    public HttpBounceSink documentedFieldsOnly() {
        return new HttpBounceSink(client, endpoint, authorization, true);
    }

    @Override
    public void accept(List<BounceEvent> events) throws IOException, InterruptedException {
        for (BounceEvent event : events) {
            post(event);
        }
    }

    private void post(BounceEvent event) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .timeout(TIMEOUT)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", event.id())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(event)))
                .build();
        int status;
        try {
            status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UnavailableException("Cannot reach " + endpoint.getHost() + ": " + e, e);
        }
        if (status / 100 == 2) {
            return;
        }
        String answered = "Expected " + endpoint.getHost() + " to take an event, it answered " + status;
        if (SETTING.contains(status)) {
            throw new ConfigurationException(answered + "; check the address and the credentials");
        }
        if (status >= 500 || LATER.contains(status)) {
            throw new UnavailableException(answered + "; deliver again");
        }
        // this one event is not to its taste: the others shall go on
        throw new IOException(answered);
    }

    private byte[] body(BounceEvent event) throws IOException {
        byte[] whole = BounceEventJson.write(event);
        if (!documentedFieldsOnly) {
            return whole;
        }
        ObjectNode fields = (ObjectNode) json.readTree(whole);
        return json.writeValueAsBytes(fields.retain(DOCUMENTED));
    }
}
