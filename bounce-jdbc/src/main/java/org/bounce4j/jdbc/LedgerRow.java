package org.bounce4j.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceReason;
import org.bounce4j.BounceType;
import org.bounce4j.internal.CleanText;
import org.bounce4j.suppression.Suppression;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionDecision;
import org.bounce4j.suppression.SuppressionList;
import org.bounce4j.suppression.SuppressionPolicy;
import org.jspecify.annotations.Nullable;

/** A row of the ledger while its transaction works on it. Not thread-safe. */
final class LedgerRow {
    /** Stands for a subscriber that is not known; control characters do not occur in real ones. */
    static final String NOBODY = "-";

    static final int MAX_WORDS = 255;

    final Subject subject;
    /** Whether the row is in the database. */
    final boolean isStored;

    private @Nullable String domain;
    private @Nullable String subscriber;
    private List<Ground> grounds = List.of();
    private @Nullable Suppression suppression;
    private @Nullable Suppression before;
    private @Nullable Instant decidedAt;
    private @Nullable Instant releasedAt;
    private @Nullable Instant releasedAllAt;
    private @Nullable String releaseCause;
    private @Nullable String releasedRule;
    private @Nullable Instant deliveredAt;
    private @Nullable Instant erasedAt;
    private boolean changed;

    /** Creates a row that is not in the database. */
    LedgerRow(Subject subject) {
        this.subject = subject;
        isStored = false;
        domain = domainOf(subject);
        subscriber = Subject.subscriber(subject.key()).orElse(null);
    }

    private static @Nullable String domainOf(Subject subject) {
        return Subject.address(subject.key())
                .map(address -> address.domain())
                .map(EventTable::name)
                .orElse(null);
    }

    LedgerRow(ResultSet row) throws SQLException {
        subject = new Subject(row.getString("subject"), row.getString("scope"));
        isStored = true;
        // a row that was created before anything was known of it says neither
        String knownDomain = row.getString("domain");
        domain = knownDomain == null ? domainOf(subject) : knownDomain;
        String knownSubscriber = row.getString("subscriber");
        subscriber = knownSubscriber == null ? Subject.subscriber(subject.key()).orElse(null) : knownSubscriber;
        suppression = suppression(row);
        before = suppression;
        List<Ground> all = new ArrayList<>(Ground.read(row.getString("grounds")));
        Suppression stands = suppression;
        if (stands != null
                && all.stream().noneMatch(ground -> ground.suppression().equals(stands))) {
            all.add(new Ground(stands, row.getString("event_rule"), Ground.mark(subscriber)));
        }
        grounds = List.copyOf(all);
        decidedAt = Call.instant(row, "decided_at");
        releasedAt = Call.instant(row, "released_at");
        releasedAllAt = Call.instant(row, "released_all_at");
        releaseCause = row.getString("release_cause");
        releasedRule = row.getString("released_rule");
        deliveredAt = Call.instant(row, "delivered_at");
        erasedAt = Call.instant(row, "erased_at");
    }

    static @Nullable Suppression suppression(ResultSet row) throws SQLException {
        String action = row.getString("action");
        if (action == null) {
            return null;
        }
        return new Suppression(
                SuppressionAction.valueOf(action),
                BounceType.valueOf(row.getString("type")),
                BounceReason.of(row.getString("reason")),
                row.getString("rule_name"),
                Objects.requireNonNull(Call.instant(row, "since")),
                Ground.ids(row.getString("evidence")));
    }

    @Nullable
    Suppression suppression() {
        return suppression;
    }

    @Nullable
    Suppression before() {
        return before;
    }

    /** Returns when the last decision fell, of a row about which there was one. */
    Instant decidedAt() {
        return Objects.requireNonNull(decidedAt);
    }

    @Nullable
    Instant erasedAt() {
        return erasedAt;
    }

    @Nullable
    String subscriber() {
        return subscriber;
    }

    @Nullable
    String domain() {
        return domain;
    }

    /** Returns what stands and what stands behind it, at most one of each kind of ground. */
    List<Ground> grounds() {
        return grounds;
    }

    List<Suppression> decisions() {
        return grounds.stream().map(Ground::suppression).toList();
    }

    private @Nullable String eventRule() {
        for (Ground ground : grounds) {
            if (ground.suppression().equals(suppression)) {
                return ground.eventRule();
            }
        }
        return null;
    }

    @Nullable
    Instant releasedAt() {
        return releasedAt;
    }

    /** Returns the last release that holds in every scope, as the row without a scope has it. */
    @Nullable
    Instant releasedAllAt() {
        return releasedAllAt;
    }

    @Nullable
    Instant deliveredAt() {
        return deliveredAt;
    }

    @Nullable
    Instant lastDecidedAt() {
        return decidedAt;
    }

    Optional<String> releaseCause() {
        return Optional.ofNullable(releaseCause);
    }

    boolean isChanged() {
        return changed;
    }

    SuppressionList.Entry entry() {
        return new SuppressionList.Entry(
                Subject.address(subject.key()),
                Subject.subscriber(subject.key()).or(() -> Optional.ofNullable(subscriber)),
                subject.scope(),
                Objects.requireNonNull(suppression));
    }

    /** Has the row written even where nothing stands: it says that something counts, and is what the next one locks. */
    void keep() {
        changed |= !isStored;
    }

    /** Sets what stands from now on, one of each kind of ground; the events are those among which the evidence is. */
    void decide(List<Suppression> decisions, List<BounceEvent> events, Instant now) {
        List<Ground> decided =
                decisions.stream().map(decision -> ground(decision, events)).toList();
        Set<Ground> same = Set.copyOf(grounds);
        if (same.size() == decided.size() && same.containsAll(decided)) {
            return;
        }
        changed = true;
        grounds = decided;
        Suppression strongest = SuppressionPolicy.strongest(decisions).orElse(null);
        if (Objects.equals(strongest, suppression)) {
            return;
        }
        suppression = strongest;
        decidedAt = now;
        BounceEvent tipping = strongest == null ? null : tipping(strongest, events);
        if (tipping != null) {
            name(named(tipping));
        }
        nameFrom(events);
    }

    /** Takes the subscriber of one of the events, where none is known. */
    void nameFrom(List<BounceEvent> events) {
        if (subscriber == null) {
            events.stream()
                    .filter(event -> named(event) != null)
                    .min(Comparator.comparing(BounceEvent::receivedAt).thenComparing(BounceEvent::id))
                    .ifPresent(event -> name(named(event)));
        }
    }

    private static @Nullable String named(BounceEvent event) {
        return event.subscriber().filter(named -> !named.equals(NOBODY)).orElse(null);
    }

    private void name(@Nullable String named) {
        if (named != null && !named.equals(subscriber) && !Subject.isErased(subject.key())) {
            changed = true;
            subscriber = named;
        }
    }

    private Ground ground(Suppression decision, List<BounceEvent> events) {
        BounceEvent tipping = tipping(decision, events);
        if (tipping != null && !Subject.isErased(subject.key())) {
            return new Ground(decision, tipping.rule().orElse(null), Ground.mark(named(tipping)));
        }
        return grounds.stream()
                .filter(ground -> ground.suppression().equals(decision))
                .findFirst()
                .orElseGet(() -> new Ground(decision, null, null));
    }

    private static @Nullable BounceEvent tipping(Suppression decision, List<BounceEvent> events) {
        List<String> evidence = decision.evidence();
        for (BounceEvent event : events) {
            if (!evidence.isEmpty() && event.id().equals(evidence.get(evidence.size() - 1))) {
                return event;
            }
        }
        return null;
    }

    /** Notes that a person released this recipient, in every scope or in this one. */
    void release(Instant at, String cause, boolean everywhere) {
        changed = true;
        Suppression lifted = suppression;
        if (lifted != null) {
            releasedRule = CleanText.line(lifted.rule(), MAX_WORDS);
        }
        releasedAt = later(releasedAt, at);
        if (everywhere && subject.scope().isEmpty()) {
            releasedAllAt = later(releasedAllAt, at);
        }
        releaseCause = CleanText.line(cause, MAX_WORDS);
    }

    /** Notes that a query released some of the events, and not the person. */
    void releaseEvents(String cause) {
        changed = true;
        Suppression lifted = before;
        if (lifted != null) {
            releasedRule = CleanText.line(lifted.rule(), MAX_WORDS);
        }
        releaseCause = CleanText.line(cause, MAX_WORDS);
    }

    void deliver(Instant at) {
        Instant latest = later(deliveredAt, at);
        changed |= !latest.equals(deliveredAt);
        deliveredAt = latest;
    }

    /** Takes over what is known of a person, and forgets what names them. */
    void erase(LedgerRow person, Instant at) {
        changed = true;
        List<Suppression> theirs =
                person.decisions().stream().map(Ground::withoutEvents).toList();
        decide(Ground.together(decisions(), theirs), List.of(), at);
        // nobody is told: nothing changed for the host
        before = suppression;
        releasedAt = latest(releasedAt, person.releasedAt);
        releasedAllAt = latest(releasedAllAt, person.releasedAllAt);
        deliveredAt = latest(deliveredAt, person.deliveredAt);
        erase(at);
    }

    void erase(Instant at) {
        changed = true;
        erasedAt = later(erasedAt, at);
        domain = null;
        subscriber = null;
        grounds = grounds.stream()
                .map(ground -> new Ground(ground.suppression(), null, null))
                .toList();
        // words of a person, which may name another
        releaseCause = null;
    }

    private static @Nullable Instant latest(@Nullable Instant one, @Nullable Instant other) {
        return other == null ? one : later(one, other);
    }

    private static Instant later(@Nullable Instant one, Instant other) {
        return one != null && one.isAfter(other) ? one : other;
    }

    /** Returns the values of a decision in the order of {@link Sql#ACTION_COLUMNS}. */
    static @Nullable Object[] values(SuppressionDecision decision) {
        Suppression stands = decision.suppression().orElse(null);
        String subscriber = decision.subscriber().orElse(null);
        return new @Nullable Object[] {
            decision.id(),
            decision.address()
                    .map(Subject::of)
                    .orElseGet(() -> Subject.ofSubscriber(subscriber == null ? NOBODY : subscriber)),
            decision.scope(),
            subscriber,
            stands == null ? null : stands.action().name(),
            stands == null ? null : stands.type().name(),
            stands == null ? null : stands.reason().name(),
            stands == null ? null : CleanText.line(stands.rule(), MAX_WORDS),
            stands == null ? null : Call.utc(stands.since()),
            stands == null ? null : String.join(" ", stands.evidence()),
            Call.utc(decision.decidedAt())
        };
    }

    /** Returns the values in the order of {@link Sql#LEDGER_COLUMNS}. */
    @Nullable
    Object[] values() {
        Suppression stands = suppression;
        return new @Nullable Object[] {
            subject.key(),
            subject.scope(),
            domain,
            subscriber,
            stands == null ? null : stands.action().name(),
            stands == null ? null : stands.type().name(),
            stands == null ? null : stands.reason().name(),
            stands == null ? null : CleanText.line(stands.rule(), MAX_WORDS),
            eventRule(),
            stands == null ? null : Call.utc(stands.since()),
            stands == null ? null : String.join(" ", stands.evidence()),
            Ground.write(grounds.stream()
                    .filter(ground -> !ground.suppression().equals(stands)
                            // the one that stands was another's once: the columns do not say so
                            || !Objects.equals(ground.subscriber(), Ground.mark(subscriber)))
                    .toList()),
            decidedAt == null ? null : Call.utc(decidedAt),
            releasedAt == null ? null : Call.utc(releasedAt),
            releasedAllAt == null ? null : Call.utc(releasedAllAt),
            releaseCause,
            releasedRule,
            deliveredAt == null ? null : Call.utc(deliveredAt),
            erasedAt == null ? null : Call.utc(erasedAt)
        };
    }

    /** Writes the row over the one that is there. */
    void update(Call call) throws SQLException {
        List<@Nullable Object> values = Arrays.asList(values());
        Suppression stands = suppression;
        for (int i = 2; i <= 8; i++) {
            call.text((String) values.get(i));
        }
        call.time(stands == null ? null : stands.since())
                .text((String) values.get(10))
                .text((String) values.get(11))
                .time(decidedAt)
                .time(releasedAt)
                .time(releasedAllAt)
                .text(releaseCause)
                .text(releasedRule)
                .time(deliveredAt)
                .time(erasedAt)
                .text(subject.key())
                .text(subject.scope())
                .batch();
    }
}
