package org.bounce4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import org.bounce4j.BounceType;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.sendgrid.SendGridWebhook;
import org.bounce4j.ses.SesWebhook;
import org.bounce4j.ses.SnsVerifier;
import org.bounce4j.ses.Topics;
import org.bounce4j.suppression.SuppressionAction;
import org.bounce4j.suppression.SuppressionPolicy;
import org.bounce4j.suppression.Threshold;
import org.bounce4j.testkit.SendGridPayloads;
import org.bounce4j.testkit.SendGridSigner;
import org.bounce4j.testkit.SesPayloads;
import org.bounce4j.testkit.SignedRequest;
import org.bounce4j.testkit.SnsSigner;
import org.bounce4j.webhook.BounceWebhook;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Does what the README shows of the testkit: a policy that counts days is tried out on one. */
class SoftBouncesOnThreeDaysTest {
    private static final String JANE = "jane@example.com";
    private static final String TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces";

    private JdbcBounceStore store;

    @BeforeEach
    void create() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        store = JdbcBounceStore.builder(database)
                .policy(SuppressionPolicy.builder()
                        .on(
                                BounceType.SOFT,
                                Threshold.onDistinctDays(3, Duration.ofDays(7), SuppressionAction.BLOCKLIST))
                        .build())
                .build();
        store.createSchema();
    }

    private void suppressesOnTheThirdDay(BounceWebhook webhook, Function<Instant, SignedRequest> bounce) {
        Instant now = Instant.now();
        for (int day = 3; day >= 1; day--) {
            assertThat(store.suppressionList().contains(JANE))
                    .as(day + " days ago")
                    .isFalse();
            for (int twice = 0; twice < 2; twice++) {
                SignedRequest request = bounce.apply(now.minus(Duration.ofDays(day)));
                assertThat(webhook.handle(request.body(), request::header).status())
                        .isEqualTo(200);
            }
        }
        assertThat(store.suppressionList().contains(JANE)).isTrue();
    }

    @Test
    void ofSendGrid() {
        SendGridSigner signer = SendGridSigner.create();
        suppressesOnTheThirdDay(
                SendGridWebhook.of(signer.publicKey(), store),
                at -> signer.sign(
                        SendGridPayloads.at(SendGridPayloads.blocked(JANE, "4.2.2", "452 4.2.2 mailbox full"), at)));
    }

    @Test
    void ofSes() {
        SnsSigner signer = SnsSigner.create();
        SnsVerifier verifier = SnsVerifier.builder(Topics.of(TOPIC))
                .certificates(url -> signer.certificate())
                .build();
        suppressesOnTheThirdDay(
                SesWebhook.builder(verifier, store)
                        .confirmer((message, url) -> {})
                        .build(),
                at -> signer.notification(
                                TOPIC,
                                SesPayloads.at(
                                        SesPayloads.bounce(
                                                JANE,
                                                "Transient",
                                                "MailboxFull",
                                                "4.2.2",
                                                "smtp; 452 4.2.2 mailbox full"),
                                        at))
                        .sign());
    }
}
