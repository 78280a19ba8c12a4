package org.bounce4j.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bounce4j.BounceBatch;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.BounceType;
import org.bounce4j.ConfigurationException;
import org.bounce4j.EmailAddress;
import org.bounce4j.MalformedPayloadException;
import org.bounce4j.UnavailableException;
import org.bounce4j.Undigested;
import org.bounce4j.VerificationException;
import org.junit.jupiter.api.Test;

class WebhookPipelineTest {
    private final List<BounceEvent> accepted = new ArrayList<>();

    private static BounceEvent event(int number) {
        return BounceEvent.builder("test." + number, BounceType.SOFT, "test", EmailAddress.of("a@b.c"), Instant.EPOCH)
                .build();
    }

    private static List<BounceEvent> events(int count) {
        return IntStream.range(0, count).mapToObj(WebhookPipelineTest::event).toList();
    }

    private static WebhookResponse answer(WebhookPipeline.Reader reader, BounceSink sink) {
        return WebhookPipeline.builder("test", reader, sink).build().handle(new byte[0], name -> null);
    }

    private WebhookResponse answerTo(RuntimeException failure) {
        return answer(
                (body, header) -> {
                    throw failure;
                },
                accepted::addAll);
    }

    @Test
    void acknowledgesOnceTheSinkHasAccepted() {
        WebhookResponse response = answer((body, header) -> BounceBatch.of(events(3)), accepted::addAll);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.failure()).isEmpty();
        assertThat(accepted).hasSize(3);
        assertThat(answer((body, header) -> BounceBatch.empty(), accepted::addAll)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answersEachKindOfFailureSoThatTheSenderDoesTheRightThing() {
        assertThat(answerTo(new VerificationException("forged")).status()).isEqualTo(403);
        assertThat(answerTo(new MalformedPayloadException("not JSON")).status()).isEqualTo(400);
        WebhookResponse later = answerTo(new UnavailableException("certificate server is down"));
        assertThat(later.status()).isEqualTo(503);
        assertThat(later.headers()).containsEntry("Retry-After", "60");
        assertThat(answerTo(new UnavailableException("busy", null, Duration.ofMinutes(10)))
                        .headers())
                .containsEntry("Retry-After", "600");
        assertThat(answerTo(new UnavailableException("busy", null, Duration.ZERO))
                        .headers())
                .containsEntry("Retry-After", "1");
        assertThat(answerTo(new ConfigurationException("no key")).status()).isEqualTo(500);
        assertThat(answerTo(new IllegalStateException("a bug")).status()).isEqualTo(500);
        assertThat(accepted).isEmpty();
    }

    @Test
    void asksForCredentialsFirst() {
        WebhookPipeline pipeline = WebhookPipeline.builder(
                        "test", (body, header) -> BounceBatch.of(events(1)), accepted::addAll)
                .credentials(WebhookAuth.basic("jane", "hunter2hunter2"))
                .build();
        WebhookResponse refused = pipeline.handle(new byte[0], name -> null);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.headers()).containsKey("WWW-Authenticate");
        assertThat(accepted).isEmpty();

        Map<String, String> lowerCase = Map.of("authorization", "Basic amFuZTpodW50ZXIyaHVudGVyMg==");
        assertThat(pipeline.handle(new byte[0], lowerCase::get).status()).isEqualTo(200);
    }

    @Test
    void setsHeadersBeforeTheStatusThatSendsThemOff() throws IOException {
        List<String> calls = new ArrayList<>();
        WebhookResponse.of(401)
                .withHeader("WWW-Authenticate", "Basic")
                .send(status -> calls.add("status"), (name, value) -> calls.add(name), new ByteArrayOutputStream());
        assertThat(calls).containsExactly("WWW-Authenticate", "status");
    }

    @Test
    void keepsTheReasonOnOurSide() {
        WebhookResponse response = answerTo(new VerificationException("the topic is not ours"));
        assertThat(response.body()).isEmpty();
        assertThat(response.failure()).hasValueSatisfying(e -> assertThat(e).hasMessage("the topic is not ours"));
    }

    @Test
    void asksForARetryWhereTheSinkIsUnavailable() {
        WebhookResponse response = answer((body, header) -> BounceBatch.of(events(2)), events -> {
            throw new UnavailableException("database is down");
        });
        assertThat(response.status()).isEqualTo(503);
    }

    @Test
    void storesTheOthersWhereTheSinkRefusesOneAndAsksForARetry() {
        WebhookResponse response = answer((body, header) -> BounceBatch.of(events(5)), events -> {
            if (events.contains(event(3))) {
                throw new IOException("cannot store number 3");
            }
            accepted.addAll(events);
        });
        assertThat(response.status()).isEqualTo(503);
        assertThat(accepted).extracting(BounceEvent::id).containsExactly("test.0", "test.1", "test.2", "test.4");
        assertThat(response.failure()).hasValueSatisfying(e -> assertThat(e).hasMessageContaining("refused 1"));
    }

    @Test
    void handsOverAtMostFiveHundredAtOnce() {
        List<Integer> sizes = new ArrayList<>();
        answer((body, header) -> BounceBatch.of(events(1_201)), events -> sizes.add(events.size()));
        assertThat(sizes).containsExactly(500, 500, 201);
    }

    @Test
    void restoresTheInterruptAndAsksForARetry() {
        WebhookResponse response = answer((body, header) -> BounceBatch.of(events(1)), events -> {
            throw new InterruptedException();
        });
        assertThat(response.status()).isEqualTo(503);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static BounceBatch withJunk(int good) {
        return new BounceBatch(
                events(good), List.of(), List.of(new Undigested("test", new byte[] {1, 2}, "expected an object")));
    }

    @Test
    void answers500ForAWholePayloadThatCannotBeReadSoThatTheProviderKeepsIt() {
        WebhookResponse response = answer((body, header) -> withJunk(0), accepted::addAll);
        assertThat(response.status()).isEqualTo(500);
        assertThat(response.failure())
                .hasValueSatisfying(e -> assertThat(e).hasMessageContaining("expected an object"));
    }

    @Test
    void storesTheGoodElementsBesideJunk() {
        assertThat(answer((body, header) -> withJunk(2), accepted::addAll).status())
                .isEqualTo(200);
        assertThat(accepted).hasSize(2);
    }

    @Test
    void handsJunkToTheHandlerWhereThereIsOne() {
        List<Undigested> kept = new ArrayList<>();
        WebhookPipeline pipeline = WebhookPipeline.builder("test", (body, header) -> withJunk(0), accepted::addAll)
                .undigested(kept::add)
                .build();
        assertThat(pipeline.handle(new byte[0], name -> null).status()).isEqualTo(200);
        assertThat(kept)
                .singleElement()
                .satisfies(item -> assertThat(item.bytes()).containsExactly(1, 2));
        WebhookPipeline failing = WebhookPipeline.builder("test", (body, header) -> withJunk(1), accepted::addAll)
                .undigested(item -> {
                    throw new IOException("disk full");
                })
                .build();
        assertThat(failing.handle(new byte[0], name -> null).status()).isEqualTo(503);
        WebhookPipeline misconfigured = WebhookPipeline.builder("test", (body, header) -> withJunk(1), accepted::addAll)
                .undigested(item -> {
                    throw new ConfigurationException("no folder");
                })
                .build();
        assertThat(misconfigured.handle(new byte[0], name -> null).status()).isEqualTo(500);
    }

    @Test
    void readsStreamsUpToTheLimit() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        WebhookPipeline pipeline = WebhookPipeline.builder(
                        "test",
                        (body, header) -> {
                            sizes.add(body.length);
                            return BounceBatch.empty();
                        },
                        accepted::addAll)
                .maxBodyBytes(10)
                .build();
        assertThat(pipeline.handle(new ByteArrayInputStream(new byte[10]), name -> null)
                        .status())
                .isEqualTo(200);
        InputStream large = new ByteArrayInputStream(new byte[1_000]);
        assertThat(pipeline.handle(large, name -> null).status()).isEqualTo(413);
        assertThat(large.available()).isEqualTo(989);
        assertThat(pipeline.handle(new byte[11], name -> null).status()).isEqualTo(413);
        assertThat(sizes).containsExactly(10);
        InputStream broken = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("reset");
            }
        };
        WebhookResponse brokenOff = pipeline.handle(broken, name -> null);
        assertThat(brokenOff.status()).isEqualTo(503);
        assertThat(brokenOff.headers()).containsKey("Retry-After");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> WebhookPipeline.builder("test", (body, header) -> BounceBatch.empty(), accepted::addAll)
                                .maxBodyBytes(0));
    }

    @Test
    void copiesStatusHeadersAndBodyToAnyResponse() throws IOException {
        List<Integer> status = new ArrayList<>();
        Map<String, String> headers = new LinkedHashMap<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        WebhookResponse.of(401)
                .withHeader("WWW-Authenticate", "Basic")
                .withJson("{}")
                .send(status::add, headers::put, out);
        assertThat(status).containsExactly(401);
        assertThat(headers).containsEntry("WWW-Authenticate", "Basic").containsKey("Content-Type");
        assertThat(out).hasToString("{}");
    }
}
