package org.bounce4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class EventIdTest {
    @Test
    void isTheSameEverywhereAndAlways() {
        // These values are stored in databases: they may never change.
        assertThat(EventId.of("mail", 1, "a", "b")).isEqualTo("mail.1.Fide8PXQ653Z4KUyd1Sf2lyIY1imhy3y");
        assertThat(EventId.attempt("<1@example.org>", EmailAddress.of("Jane@Example.com")))
                .isEqualTo("attempt.1.wslmC4AJaSU3SZn1AqW8l-SZxlrOW2cr");
    }

    @Test
    void isUrlSafeAndShort() {
        String id = EventId.of("a-channel-of-thirty-two-letters0", Integer.MAX_VALUE, "/+?&# \u00e4\ud83c\udf4c");
        assertThat(id).matches("[A-Za-z0-9._~-]+").hasSizeLessThanOrEqualTo(EventId.MAX_LENGTH);
    }

    @Test
    void keepsPartsApart() {
        assertThat(EventId.of("mail", 1, "ab", "c")).isNotEqualTo(EventId.of("mail", 1, "a", "bc"));
        assertThat(EventId.of("mail", 1, "a")).isNotEqualTo(EventId.of("mail", 1, "a", ""));
        assertThat(EventId.of("mail", 1, "a")).isNotEqualTo(EventId.of("ses", 1, "a"));
        assertThat(EventId.of("mail", 1, "a")).isNotEqualTo(EventId.of("mail", 2, "a"));
    }

    @Test
    void attemptsLookAtTheBareMessageIdAndTheComparableAddress() {
        String attempt = EventId.attempt("1@example.org", EmailAddress.of("jane@example.com"));
        assertThat(EventId.attempt(" <1@example.org> ", EmailAddress.of("JANE@example.com.")))
                .isEqualTo(attempt);
        assertThat(EventId.attempt("2@example.org", EmailAddress.of("jane@example.com")))
                .isNotEqualTo(attempt);
        assertThat(EventId.attempt("1@example.org", EmailAddress.of("joe@example.com")))
                .isNotEqualTo(attempt);
    }

    @Test
    void refusesChannelsThatAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> EventId.of("", 1, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> EventId.of("Mail", 1, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> EventId.of("a.b", 1, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> EventId.of("a".repeat(33), 1, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> EventId.of("mail", 0, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> EventId.of("mail", 1));
    }
}
