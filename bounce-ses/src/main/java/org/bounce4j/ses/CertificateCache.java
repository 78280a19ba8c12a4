package org.bounce4j.ses;

import java.net.URI;
import java.security.Provider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bounce4j.BounceException;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps certificates, and for a while the memory of those that are none, so that forged messages cannot make us knock at a
 * server again and again: one fetch at a time for a URL, and only so many a minute for URLs not known to be good. A
 * certificate that was good once is never given up for one that was not. Thread-safe.
 */
final class CertificateCache {
    private static final int MAX_GOOD = 64;
    private static final int MAX_FAILED = 1_024;
    /** A burst, and the fetches a minute beyond it. */
    private static final int MAX_FETCHES = 60;

    private static final Duration FETCH_WINDOW = Duration.ofMinutes(1);
    private static final Duration REFUSED_FOR = Duration.ofMinutes(1);
    private static final Duration UNAVAILABLE_FOR = Duration.ofSeconds(5);
    /** Longer than a source takes that keeps its promise. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final CertificateSource source;
    private final Clock clock;
    private final @Nullable Provider provider;
    private final Map<String, SigningCertificate> good = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Failure> failed = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<SigningCertificate>> underWay = new HashMap<>();
    private final Deque<Instant> fetches = new ArrayDeque<>();

    /** Why there is no certificate, and until when that is believed. */
    private static final class Failure {
        private final BounceException cause;
        private final Instant until;

        Failure(BounceException cause, Instant until) {
            this.cause = cause;
            this.until = until;
        }

        /** One that would be believed for longer than any is of a clock that has been set back since. */
        boolean isBelieved(Instant now) {
            return now.isBefore(until) && !until.isAfter(now.plus(REFUSED_FOR));
        }
    }

    CertificateCache(CertificateSource source, Clock clock, @Nullable Provider provider) {
        this.source = source;
        this.clock = clock;
        this.provider = provider;
    }

    /**
     * Returns the certificate at a URL that was checked.
     *
     * @throws VerificationException if there is none there
     * @throws UnavailableException if it cannot be had now
     */
    SigningCertificate get(String url) {
        CompletableFuture<SigningCertificate> fetch;
        boolean mine = false;
        synchronized (good) {
            SigningCertificate known = good.get(url);
            if (known != null) {
                return known;
            }
            Failure failure = failed.get(url);
            if (failure != null && failure.isBelieved(clock.instant())) {
                throw again(failure.cause);
            }
            fetch = underWay.get(url);
            if (fetch == null) {
                takeFromBudget();
                fetch = new CompletableFuture<>();
                underWay.put(url, fetch);
                mine = true;
            }
        }
        return mine ? fetch(url, fetch) : await(fetch);
    }

    private void takeFromBudget() {
        Instant now = clock.instant();
        // after a clock was set back, what lies in its future says nothing
        fetches.removeIf(fetch -> !fetch.isAfter(now.minus(FETCH_WINDOW)) || fetch.isAfter(now));
        if (fetches.size() >= MAX_FETCHES) {
            throw new UnavailableException(
                    "certificate: expected at most " + MAX_FETCHES + " unknown signing certificates in "
                            + FETCH_WINDOW.toSeconds() + " s, got more; somebody may be sending forged messages");
        }
        fetches.addLast(now);
    }

    private SigningCertificate fetch(String url, CompletableFuture<SigningCertificate> waiting) {
        BounceException failure;
        try {
            SigningCertificate certificate = read(source.fetch(URI.create(url)));
            synchronized (good) {
                good.put(url, certificate);
                failed.remove(url);
                dropOldest(good, MAX_GOOD);
            }
            waiting.complete(certificate);
            return certificate;
        } catch (VerificationException e) {
            failure = e;
            remember(url, e, REFUSED_FOR);
        } catch (RuntimeException e) {
            failure = new UnavailableException(named(String.valueOf(e.getMessage())), e);
            remember(url, failure, UNAVAILABLE_FOR);
        } finally {
            synchronized (good) {
                underWay.remove(url);
            }
            // after an Error: nobody shall wait for what does not come
            waiting.completeExceptionally(new UnavailableException("certificate: expected one, the fetch failed"));
        }
        throw failure;
    }

    /** Says that it was the certificate which could not be had, where a cause does not. */
    private static String named(String cause) {
        return cause.isEmpty() || cause.startsWith("certificate: ")
                ? cause
                : "certificate: " + cause.substring(0, 1).toLowerCase(Locale.ROOT) + cause.substring(1);
    }

    /** A file that is no certificate comes from a proxy or a captive portal: Amazon serves no other files at these URLs. */
    private SigningCertificate read(byte[] file) {
        try {
            return SigningCertificate.parse(file, provider);
        } catch (VerificationException e) {
            throw new UnavailableException(
                    e.getMessage()
                            + "; what came for that URL is not Amazon's file: look at the proxy in between, or at the"
                            + " folder it is from",
                    e);
        }
    }

    private void remember(String url, BounceException cause, Duration time) {
        synchronized (good) {
            failed.remove(url);
            failed.put(url, new Failure(cause, clock.instant().plus(time)));
            dropOldest(failed, MAX_FAILED);
        }
    }

    private static void dropOldest(Map<String, ?> map, int most) {
        var oldest = map.entrySet().iterator();
        while (map.size() > most && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }

    private static SigningCertificate await(CompletableFuture<SigningCertificate> fetch) {
        try {
            return fetch.get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("certificate: interrupted while waiting for one", e);
        } catch (TimeoutException e) {
            throw new UnavailableException(
                    "certificate: expected one within " + LONGEST_WAIT.toSeconds() + " s, got none", e);
        } catch (ExecutionException e) {
            throw new UnavailableException("certificate: expected one, the fetch failed; deliver again", e);
        }
    }

    /** Throws what a fetch threw, anew. */
    private static BounceException again(BounceException cause) {
        return cause instanceof VerificationException
                ? new VerificationException(String.valueOf(cause.getMessage()), cause)
                : new UnavailableException(String.valueOf(cause.getMessage()), cause);
    }
}
