package org.bounce4j.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.internal.CleanText;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Holds a decision of the ledger. The strongest of a recipient is the one that stands, in columns of its own; the others
 * stand behind it, one in a line of the column {@code grounds}, and come forward where it is taken away.
 *
 * @param suppression the decision
 * @param eventRule the classification rule of the event that tipped the scales
 * @param subscriber a {@linkplain #mark mark} of whom that event named
 */
record Ground(
        Suppression suppression,
        @Nullable String eventRule,
        @Nullable String subscriber) {
    private static final String FIELD = "\t";
    private static final String LINE = "\n";
    private static final int FIELDS = 8;
    private static final int MARK_BYTES = 9;
    private static final Comparator<Suppression> IN_ORDER = Comparator.comparing(
                    (Suppression ground) -> ground.reason().isEcho())
            .thenComparing(Suppression::type);

    /** Returns the stronger of what stands and what the events say, ground by ground: events of the former may be gone. */
    static List<Suppression> together(Collection<Suppression> standing, Collection<Suppression> fresh) {
        List<Suppression> together = new ArrayList<>(fresh);
        for (Suppression old : standing) {
            Suppression same =
                    together.stream().filter(old::sharesGroundWith).findFirst().orElse(null);
            together.remove(same);
            together.add(Objects.requireNonNull(SuppressionPolicy.stronger(same, old)));
        }
        together.sort(IN_ORDER);
        return List.copyOf(together);
    }

    /** Returns what tells subscribers apart and names none: a name behind others would outlive an erasure. */
    static @Nullable String mark(@Nullable String subscriber) {
        if (subscriber == null) {
            return null;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(subscriber.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, MARK_BYTES));
        } catch (GeneralSecurityException e) {
            // every Java platform has this one
            throw new IllegalStateException("Expected SHA-256 in this Java platform, got none", e);
        }
    }

    /** Returns the grounds in lines, or null if there are none. */
    static @Nullable String write(List<Ground> grounds) {
        if (grounds.isEmpty()) {
            return null;
        }
        StringBuilder lines = new StringBuilder();
        for (Ground ground : grounds) {
            Suppression decision = ground.suppression;
            lines.append(String.join(
                            FIELD,
                            decision.action().name(),
                            decision.type().name(),
                            decision.reason().name(),
                            decision.since().truncatedTo(ChronoUnit.MICROS).toString(),
                            clean(ground.eventRule),
                            clean(ground.subscriber),
                            clean(decision.rule()),
                            String.join(" ", decision.evidence())))
                    .append(LINE);
        }
        return lines.toString();
    }

    private static String clean(@Nullable String words) {
        String line = CleanText.line(words, LedgerRow.MAX_WORDS);
        return line == null ? "" : line;
    }

    /** Reads what {@link #write} wrote. */
    static List<Ground> read(@Nullable String lines) {
        if (lines == null) {
            return List.of();
        }
        List<Ground> grounds = new ArrayList<>();
        for (String line : lines.split(LINE, -1)) {
            String[] fields = line.split(FIELD, -1);
            if (fields.length == FIELDS) {
                grounds.add(new Ground(
                        new Suppression(
                                SuppressionAction.valueOf(fields[0]),
                                BounceType.valueOf(fields[1]),
                                BounceReason.of(fields[2]),
                                fields[6],
                                Instant.parse(fields[3]),
                                ids(fields[7])),
                        fields[4].isEmpty() ? null : fields[4],
                        fields[5].isEmpty() ? null : fields[5]));
            }
        }
        return grounds;
    }

    /** Returns the ids of a column or field of evidence. */
    static List<String> ids(@Nullable String evidence) {
        return evidence == null || evidence.isEmpty() ? List.of() : List.of(evidence.split(" ", -1));
    }

    /** Returns the same without what names events, and by them a person. */
    static Suppression withoutEvents(Suppression decision) {
        return new Suppression(
                decision.action(), decision.type(), decision.reason(), decision.rule(), decision.since(), List.of());
    }
}
