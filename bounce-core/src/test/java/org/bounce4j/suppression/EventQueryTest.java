package org.bounce4j.suppression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.bounce4j.BounceType;
import org.bounce4j.EmailAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueryTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "jane@example.com", "@", "exa mple.com", ".example.com", "a\nb"})
    void saysThatADomainIsNone(String domain) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventQuery.builder().domain(domain))
                .withMessage("Expected the domain of a mail address, such as example.com, got a text of "
                        + domain.length() + " characters that is none");
    }

    @Test
    void comparesDomainsInOneForm() {
        assertThat(EventQuery.builder().domain(" B\u00dcCHER.example. ").build().domain())
                .hasValue("xn--bcher-kva.example");
    }

    @Test
    void saysWhatIsAskedForAndNamesNobody() {
        assertThat(EventQuery.all()).hasToString("EventQuery[all]");
        assertThat(EventQuery.builder()
                        .recipient(EmailAddress.of("jane@example.com"))
                        .subscriber("s-1")
                        .type(BounceType.HARD)
                        .rule("user.unknown")
                        .occurred(Instant.EPOCH, null)
                        .build())
                .hasToString("EventQuery[recipient=…, subscriber=…, type=HARD, rule=user.unknown,"
                        + " occurredFrom=1970-01-01T00:00:00Z]");
    }

    @Test
    void aPolicySaysWhatItIs() {
        assertThat(SuppressionPolicy.defaults())
                .hasToString(
                        "SuppressionPolicy[hard: the first one: BLOCKLIST, soft: 5 on distinct days within 14 days:"
                                + " BLOCKLIST, complaint: the first one: BLOCKLIST, minimum trust UNVERIFIED]");
    }
}
