package org.bounce4j.ses;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.bounce4j.BounceException;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps certificates, and the memory of those that are none, so that forged messages cannot make us knock at a server again
 * and again: one fetch at a time for a URL, failures are remembered for a while, and URLs not seen before are fetched only so
 * many times a minute. Thread-safe.
 */
final class CertificateCache {
    private static final int MAX_ENTRIES = 64;
    private static final int MAX_FETCHES = 20;
    private static final Duration FETCH_WINDOW = Duration.ofMinutes(1);
    private static final Duration REFUSED_FOR = Duration.ofMinutes(10);
    private static final Duration UNAVAILABLE_FOR = Duration.ofSeconds(5);

    private final CertificateSource source;
    private final Clock clock;
    private final Map<URI, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final Deque<Instant> fetches = new ArrayDeque<>();

    private static final class Entry {
        private final CompletableFuture<SigningCertificate> certificate = new CompletableFuture<>();
        /** Until when a failure is remembered; null for a fetch under way and for a certificate. */
        private @Nullable Instant until;
    }

    CertificateCache(CertificateSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /**
     * Returns the certificate at a URL that was checked.
     *
     * @throws VerificationException if there is none there
     * @throws UnavailableException if it cannot be had now
     */
    SigningCertificate get(URI url) {
        Entry entry;
        boolean mine = false;
        synchronized (entries) {
            entry = entries.get(url);
            if (entry == null || entry.until != null && !clock.instant().isBefore(entry.until)) {
                takeFromBudget();
                entry = new Entry();
                entries.put(url, entry);
                mine = true;
                trim();
            }
        }
        if (mine) {
            fetch(url, entry);
        }
        try {
            return entry.certificate.join();
        } catch (CompletionException e) {
            throw again(e);
        }
    }

    private void takeFromBudget() {
        Instant now = clock.instant();
        while (!fetches.isEmpty() && !fetches.getFirst().isAfter(now.minus(FETCH_WINDOW))) {
            fetches.removeFirst();
        }
        if (fetches.size() >= MAX_FETCHES) {
            throw new UnavailableException("Expected at most " + MAX_FETCHES + " unknown signing certificates in "
                    + FETCH_WINDOW.toSeconds() + " s, got more; somebody may be sending forged messages");
        }
        fetches.addLast(now);
    }

    private void trim() {
        var oldest = entries.entrySet().iterator();
        while (entries.size() > MAX_ENTRIES && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }

    private void fetch(URI url, Entry entry) {
        try {
            entry.certificate.complete(SigningCertificate.parse(source.fetch(url)));
        } catch (VerificationException e) {
            fail(entry, e, REFUSED_FOR);
        } catch (RuntimeException e) {
            fail(entry, e, UNAVAILABLE_FOR);
        }
    }

    private void fail(Entry entry, RuntimeException e, Duration remembered) {
        synchronized (entries) {
            entry.until = clock.instant().plus(remembered);
        }
        entry.certificate.completeExceptionally(e);
    }

    /** Throws what the fetch threw, anew: many threads may have waited for it. */
    private static BounceException again(CompletionException e) {
        if (e.getCause() instanceof VerificationException refused) {
            return new VerificationException(String.valueOf(refused.getMessage()), refused);
        }
        return new UnavailableException("Expected a signing certificate, got: " + e.getMessage(), e);
    }
}
