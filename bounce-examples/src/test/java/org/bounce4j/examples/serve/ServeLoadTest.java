package org.bounce4j.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.bounce4j.BounceSink;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Measures what {@code serve} takes in on loopback: each endpoint on a durable PostgreSQL, beside the same server with a sink
 * that stores nothing. Client, server and database share the machine. A fixed number of requests, all signed beforehand, by a
 * fixed number of connections that stay open; every answer must be 200, and every 200 a row.
 *
 * <p>Only with {@code -Dbounce4j.load=true}; how fast it is fails no build.
 */
class ServeLoadTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";
    private static final int CONNECTIONS = Integer.getInteger("bounce4j.load.connections", 8);
    private static final int WARM_UP = Integer.getInteger("bounce4j.load.warm-up", 2_000);
    private static final int REQUESTS = Integer.getInteger("bounce4j.load.requests", 5_000);

    @Test
    @Timeout(900)
    void everyAnswerIsARowUnderLoad() throws Exception {
        assumeTrue(Boolean.getBoolean("bounce4j.load"), "set -Dbounce4j.load=true to measure");
        SnsSigner sns = SnsSigner.create();
        SendGridSigner sendGrid = SendGridSigner.create();
        HttpServer certificates = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        certificates.createContext("/", exchange -> {
            byte[] pem = sns.certificatePem().getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, pem.length);
            exchange.getResponseBody().write(pem);
            exchange.close();
        });
        certificates.start();
        String endpoint = "http://127.0.0.1:" + certificates.getAddress().getPort();
        Map<String, IntFunction<byte[]>> paths = Map.of(
                "/webhooks/bounce",
                (int number) -> plain(
                        "{\"id\":\"n" + number + "\",\"email\":\"user" + number
                                + "@example.com\",\"type\":\"hard\",\"source\":\"api\",\"diagnostic\":\"550 5.1.1 no such user\"}"),
                "/webhooks/service/ses",
                (int number) -> signed(
                        "/webhooks/service/ses",
                        sns.notification(TOPIC, SesPayloads.complaint("user" + number + "@example.net"))
                                .endpoint(endpoint)
                                .sign()),
                "/webhooks/service/sendgrid",
                (int number) -> signed(
                        "/webhooks/service/sendgrid",
                        sendGrid.sign("[{\"event\":\"bounce\",\"type\":\"bounce\",\"email\":\"user" + number
                                + "@example.org\",\"sg_event_id\":\"e" + number
                                + "\",\"reason\":\"550 5.1.1 no such user\",\"status\":\"5.1.1\"}]")));
        System.out.printf(
                "%d connections, %,d requests after %,d to warm up%n%-28s %-12s %10s %9s %9s %9s%n",
                CONNECTIONS, REQUESTS, WARM_UP, "endpoint", "sink", "requests/s", "p50 ms", "p99 ms", "max ms");
        try (EmbeddedPostgres postgres = KillTest.durablePostgres()) {
            for (String path : List.of("/webhooks/bounce", "/webhooks/service/ses", "/webhooks/service/sendgrid")) {
                List<byte[]> requests = requests(paths.get(path));
                String url = "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres";
                measure(path, "none", url, requests, settings(endpoint, sendGrid), store -> events -> {});
                measure(path, "postgresql", url, requests, settings(endpoint, sendGrid), store -> store);
            }
        } finally {
            certificates.stop(0);
        }
    }

    private static Properties settings(String endpoint, SendGridSigner sendGrid) {
        Properties file = new Properties();
        Map<String, String> settings = Map.of(
                "api.users", "username:password",
                "port", "0",
                "store.user", "postgres",
                "ses.enabled", "true",
                "ses.topics", TOPIC,
                "ses.insecure-endpoint", endpoint,
                "sendgrid.enabled", "true",
                "sendgrid.keys", sendGrid.publicKey());
        settings.forEach(file::setProperty);
        return file;
    }

    private static List<byte[]> requests(IntFunction<byte[]> maker) throws Exception {
        ExecutorService signers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            List<Future<byte[]>> made = new ArrayList<>();
            for (int i = 0; i < WARM_UP + REQUESTS; i++) {
                int number = i;
                made.add(signers.submit(() -> maker.apply(number)));
            }
            List<byte[]> requests = new ArrayList<>();
            for (Future<byte[]> each : made) {
                requests.add(each.get());
            }
            return requests;
        } finally {
            signers.shutdown();
        }
    }

    private static byte[] plain(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return request(
                "/webhooks/bounce",
                Map.of("Authorization", RunningServer.BASIC, "Content-Type", "application/json"),
                bytes);
    }

    private static byte[] signed(String path, SignedRequest request) {
        return request(path, request.headers(), request.body());
    }

    private static byte[] request(String path, Map<String, String> headers, byte[] body) {
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach((name, value) -> {
            String known = name.toLowerCase(Locale.ROOT);
            if (!known.equals("host") && !known.equals("connection") && !known.equals("content-length")) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        });
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    private static void measure(
            String path,
            String name,
            String url,
            List<byte[]> requests,
            Properties file,
            Function<JdbcBounceStore, BounceSink> sink)
            throws Exception {
        file.setProperty("store.url", url);
        try (BounceServer server = new BounceServer(ServeSettings.of(file, Map.of()), sink)) {
            URI address = URI.create(server.address());
            long before = server.store().count();
            send(address, requests.subList(0, WARM_UP));
            long start = System.nanoTime();
            long[] nanos = send(address, requests.subList(WARM_UP, WARM_UP + REQUESTS));
            double seconds = (System.nanoTime() - start) / 1e9;
            Arrays.sort(nanos);
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %-12s %,10.0f %9.2f %9.2f %9.2f%n",
                    path,
                    name,
                    REQUESTS / seconds,
                    nanos[nanos.length / 2] / 1e6,
                    nanos[(int) (nanos.length * 0.99)] / 1e6,
                    nanos[nanos.length - 1] / 1e6);
            assertThat(server.store().count() - before).isEqualTo(name.equals("none") ? 0 : WARM_UP + REQUESTS);
        }
    }

    /** Sends each request once and returns how long each took. */
    private static long[] send(URI address, List<byte[]> requests) throws Exception {
        long[] nanos = new long[requests.size()];
        AtomicInteger next = new AtomicInteger();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            callers.add(new Thread(() -> {
                try (Socket socket = new Socket(address.getHost(), address.getPort())) {
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(30_000);
                    OutputStream out = socket.getOutputStream();
                    InputStream in = new BufferedInputStream(socket.getInputStream());
                    for (int number = next.getAndIncrement();
                            number < nanos.length && failures.isEmpty();
                            number = next.getAndIncrement()) {
                        long start = System.nanoTime();
                        out.write(requests.get(number));
                        int status = answer(in);
                        nanos[number] = System.nanoTime() - start;
                        if (status != 200) {
                            throw new IOException("Expected 200, got " + status);
                        }
                    }
                } catch (IOException | RuntimeException e) {
                    failures.add(e);
                }
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("It failed under load", failures.peek());
        }
        return nanos;
    }

    /** Reads one answer to its end and returns its status. */
    private static int answer(InputStream in) throws IOException {
        String status = line(in);
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return Integer.parseInt(status.substring(9, 12));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The server closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
