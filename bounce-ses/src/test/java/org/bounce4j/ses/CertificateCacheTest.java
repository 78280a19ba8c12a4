package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.bounce4j.BounceException;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.bounce4j.testkit.SnsSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** For how long the cache believes what, by a clock that is set by hand. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CertificateCacheTest {
    private static final byte[] CERTIFICATE = SnsSigner.create().certificate();
    private static final String URL = url(0);

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private CertificateSource answer = url -> CERTIFICATE;
    private final CertificateCache cache = new CertificateCache(this::fetch, new ClockByHand(() -> now), null);

    private byte[] fetch(URI url) {
        asked.add(url.toString());
        return answer.fetch(url);
    }

    private static String url(int number) {
        return "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-%032x.pem".formatted(number);
    }

    private BounceException failure(String url) {
        return catchThrowableOfType(BounceException.class, () -> cache.get(url));
    }

    private void sources(RuntimeException failure) {
        answer = url -> {
            throw failure;
        };
    }

    @Test
    void believesARefusalForAMinute() {
        sources(new VerificationException("certificate: not there"));
        for (Duration later : List.of(Duration.ZERO, Duration.ZERO, Duration.ofMillis(59_999))) {
            now = now.plus(later);
            assertThat(failure(URL)).isInstanceOf(VerificationException.class).hasMessage("certificate: not there");
        }
        assertThat(asked).hasSize(1);
        now = now.plusMillis(1);
        answer = url -> CERTIFICATE;
        assertThat(cache.get(URL)).isNotNull();
        assertThat(asked).hasSize(2);
    }

    @Test
    void believesForFiveSecondsThatThereIsNone() {
        sources(new IllegalStateException("No route"));
        for (Duration later : List.of(Duration.ZERO, Duration.ZERO, Duration.ofMillis(4_999))) {
            now = now.plus(later);
            assertThat(failure(URL)).isInstanceOf(UnavailableException.class).hasMessage("certificate: no route");
        }
        assertThat(asked).hasSize(1);
        now = now.plusMillis(1);
        answer = url -> CERTIFICATE;
        assertThat(cache.get(URL)).isNotNull();
    }

    @Test
    void saysThatItWasTheCertificateOnce() {
        sources(new UnavailableException("certificate: Not now"));
        assertThat(failure(url(1))).hasMessage("certificate: Not now");
        sources(new UnavailableException(""));
        assertThat(failure(url(2))).hasMessage("");
        answer = url -> "<html>please log in</html>".getBytes(StandardCharsets.US_ASCII);
        assertThat(failure(url(3)))
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith("certificate: expected one in PEM")
                .hasMessageContaining("proxy");
    }

    @Test
    void believesNoFailureOfAClockThatWasSetBackSince() {
        sources(new VerificationException("certificate: not there"));
        failure(URL);
        failure(URL);
        assertThat(asked).hasSize(1);
        now = now.minusMillis(1);
        failure(URL);
        assertThat(asked).hasSize(2);
    }

    @Test
    void asksForSixtyUnknownCertificatesAMinute() {
        sources(new VerificationException("certificate: not there"));
        for (int i = 0; i < 60; i++) {
            assertThat(failure(url(i))).isInstanceOf(VerificationException.class);
        }
        now = now.plusMillis(59_999);
        assertThat(failure(url(60)))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("at most 60 unknown signing certificates in 60 s");
        assertThat(asked).hasSize(60);
        now = now.plusMillis(1);
        assertThat(failure(url(60))).isInstanceOf(VerificationException.class);
        assertThat(asked).hasSize(61);
    }

    @Test
    void countsNoFetchOfAClockThatWasSetBackSince() {
        for (int i = 0; i < 60; i++) {
            cache.get(url(i));
        }
        now = now.minusMillis(1);
        assertThat(cache.get(url(60))).isNotNull();
        for (int i = 61; i < 120; i++) {
            cache.get(url(i));
        }
        assertThat(failure(url(120))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void keepsTheSixtyFourCertificatesThatWereUsedLast() {
        for (int i = 0; i < 64; i++) {
            now = now.plusSeconds(2);
            cache.get(url(i));
        }
        cache.get(url(0));
        cache.get(url(1));
        assertThat(asked).hasSize(64);
        now = now.plusSeconds(2);
        cache.get(url(64));
        cache.get(url(0));
        for (int i = 3; i < 64; i++) {
            cache.get(url(i));
        }
        assertThat(asked).hasSize(65);
        cache.get(url(2));
        assertThat(asked).hasSize(66);
    }

    @Test
    void asksEachUrlForItself() {
        assertThat(cache.get(url(1))).isNotSameAs(cache.get(url(2)));
        assertThat(asked).containsExactly(url(1), url(2));
    }

    @Test
    void whoeverWaitsForAFetchThatFailsIsToldToDeliverAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        answer = url -> {
            begun.countDown();
            await(end);
            throw new VerificationException("certificate: not there");
        };
        Thread first = new Thread(() -> failure(URL));
        first.start();
        begun.await();
        FutureTask<SigningCertificate> second = new FutureTask<>(() -> cache.get(URL));
        Thread waiting = new Thread(second);
        waiting.start();
        untilItWaits(waiting);
        end.countDown();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(second::get)
                .havingCause()
                .isInstanceOf(UnavailableException.class)
                .withMessageContaining("deliver again");
        first.join();
        assertThat(asked).hasSize(1);
    }

    @Test
    void waitsNoLongerOnceItIsInterruptedAndPassesThatOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        answer = url -> {
            begun.countDown();
            await(end);
            return CERTIFICATE;
        };
        Thread first = new Thread(() -> cache.get(URL));
        first.start();
        begun.await();
        FutureTask<Boolean> second = new FutureTask<>(() -> {
            assertThat(failure(URL)).isInstanceOf(UnavailableException.class).hasMessageContaining("interrupted");
            return Thread.currentThread().isInterrupted();
        });
        Thread waiting = new Thread(second);
        waiting.start();
        untilItWaits(waiting);
        waiting.interrupt();
        assertThat(second.get()).isTrue();
        end.countDown();
        first.join();
        assertThat(cache.get(URL)).isNotNull();
        assertThat(asked).hasSize(1);
    }

    private static void untilItWaits(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(5);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
