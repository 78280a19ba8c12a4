package org.bounce4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BounceClassifierTest {
    private final BounceClassifier classifier = BounceClassifier.standard();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "5.1.1 | 550 | 550 5.1.1 User unknown | HARD | USER_UNKNOWN",
                "-     | 0   | Sorry, no mailbox here by that name. (#5.1.1) | HARD | USER_UNKNOWN",
                "4.1.1 | 450 | 450 4.1.1 User unknown in local recipient table | SOFT | USER_UNKNOWN",
                "5.0.0 | 450 | 450 User unknown here | SOFT | USER_UNKNOWN",
                "5.4.1 | 550 | 550 5.4.1 Recipient address rejected: Access denied. | HARD | USER_UNKNOWN",
                "5.2.2 | 552 | 552 5.2.2 Mailbox full | SOFT | MAILBOX_FULL",
                "-     | 552 | - | SOFT | MAILBOX_FULL",
                "5.7.1 | 550 | - | SOFT | POLICY",
                "5.7.1 | 550 | 550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. block list (S3140) | SOFT | BLOCKED",
                "4.4.7 | 0   | delivery time expired | SOFT | EXPIRED",
                "4.4.7 | 0   | - | SOFT | EXPIRED",
                "5.4.4 | 0   | Host not found | HARD | HOST_UNKNOWN",
                "-     | 556 | - | HARD | HOST_REFUSES_MAIL",
                "-     | 550 | - | SOFT | UNKNOWN",
                "-     | 0   | - | SOFT | UNKNOWN",
                "5.0.0 | 0   | 550 5.1.1 unknown | HARD | USER_UNKNOWN",
                "5.1.1 | 0   | 450 4.7.1 something odd | SOFT | POLICY",
            })
    void hearsTheWordsBeforeTheCodes(
            @Nullable String status, int reply, @Nullable String text, BounceType type, BounceReason reason) {
        Classification found = classifier.classify(EnhancedStatus.parse(status).orElse(null), reply, text, null);
        assertThat(found.type()).as(found.rule()).isEqualTo(type);
        assertThat(found.reason()).as(found.rule()).isEqualTo(reason);
    }

    @Test
    void namesTheRuleThatDecided() {
        assertThat(classifier.classify(null, 0, "550 no such user here", null).rule())
                .isEqualTo("user.unknown");
        assertThat(classifier
                        .classify(new EnhancedStatus(5, 1, 2), 0, null, null)
                        .rule())
                .isEqualTo("status.1.2");
        assertThat(classifier.classify(null, 0, null, null).rule()).isEqualTo("none");
    }

    @Test
    void asksTheHostsRulesFirst() {
        BounceClassifier own = BounceClassifier.withRules("@example mx.example.com \"- example\"\n"
                + "own.quota MAILBOX_FULL host:example \"user unknown\"\n"
                + "own.gone USER_MOVED type:hard status:4.9.x reply:450-459\n");
        assertThat(own.classify(null, 0, "user unknown", "a.mx.example.com").rule())
                .isEqualTo("own.quota");
        assertThat(own.classify(null, 0, "user unknown - EXAMPLE", null).rule()).isEqualTo("own.quota");
        assertThat(own.classify(null, 0, "user unknown", "notmx.example.com.evil")
                        .rule())
                .isEqualTo("user.unknown");
        assertThat(own.classify(new EnhancedStatus(4, 9, 3), 451, null, null).type())
                .isEqualTo(BounceType.HARD);
        assertThat(own.classify(new EnhancedStatus(4, 9, 3), 421, null, null).rule())
                .isEqualTo("reply.421");
    }

    @Test
    void asksStandardRulesThatKnowTheWordsBeforeWeakOnesOfTheHost() {
        BounceClassifier own = BounceClassifier.withRules("own.policy POLICY weak \"policy\"\n"
                + "own.any BLOCKED reply:500-599\n"
                + "own.gmail RATE_LIMITED host:gmail reply:550\n");
        String unknown = "550 5.1.1 User unknown in our policy database";
        assertThat(own.classify(null, 0, unknown, null).rule()).isEqualTo("user.unknown");
        assertThat(own.classify(null, 0, "550 see our policy", null).rule()).isEqualTo("own.policy");
        assertThat(own.classify(null, 0, "550 no", null).rule()).isEqualTo("own.any");
        // a receiver's codes say more than words
        assertThat(own.classify(null, 0, unknown, "mx.google.com").rule()).isEqualTo("own.gmail");
    }

    @Test
    void takesCommentsAnywhereAndBarsWithoutSpaces() {
        BounceClassifier own = BounceClassifier.withRules(
                "# first\n  # second\na MAILBOX_FULL \"turtle\"|\"tortoise\"\n" + "    # third\n    | \"terrapin\"\n");
        for (String word : List.of("turtle", "tortoise", "terrapin")) {
            assertThat(own.classify(null, 0, word, null).rule()).isEqualTo("a");
        }
    }

    @Test
    void refusesACommandThatIsNone() {
        assertThat(classifier
                        .classify(null, 0, "550 5.1.1 user unknown", null, "MAIL")
                        .type())
                .isEqualTo(BounceType.SOFT);
        for (String command : List.of("mail", "FROM", "")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.classify(null, 0, "550 5.1.1 user unknown", null, command))
                    .withMessageContaining("[CONN, MAIL, RCPT, DATA, PIPE, WAIT]");
        }
    }

    @Test
    void takesEachOfOneChoiceWithEachOfTheOthers() {
        BounceClassifier own = BounceClassifier.withRules("""
                own USER_MOVED "{desk|room
                    |seat} {taken|gone}" "{for good|for ever}" | "kept"
                """);
        assertThat(List.of(
                        "desk taken for good",
                        "seat gone, for ever",
                        "room gone for good",
                        "for ever room taken",
                        "kept"))
                .allSatisfy(text ->
                        assertThat(own.classify(null, 0, text, null).rule()).isEqualTo("own"));
        assertThat(List.of("desk taken", "desk for good", "taken gone for good", "desk {taken} for good"))
                .noneSatisfy(text ->
                        assertThat(own.classify(null, 0, text, null).rule()).isEqualTo("own"));
    }

    @Test
    void takesTheSpacesOfAChoiceForPartOfIt() {
        BounceClassifier own = BounceClassifier.withRules("""
                own USER_MOVED "desk{ old |
                    new
                    | free}"
                """);
        assertThat(List.of("desk old one", "desknew", "desk free", "desk freed"))
                .allSatisfy(text ->
                        assertThat(own.classify(null, 0, text, null).rule()).isEqualTo("own"));
        assertThat(List.of("deskold one", "desk older", "desk new", "deskfree"))
                .noneSatisfy(text ->
                        assertThat(own.classify(null, 0, text, null).rule()).isEqualTo("own"));
    }

    @Test
    void refusesChoicesThatStandForTooMuch() {
        String choice = "{a|b|c|d|e|f|g|h|i|j|k}";
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> BounceClassifier.withRules("own USER_MOVED \"" + choice.repeat(3) + "\""))
                .withMessage("own rules, line 1: expected at most 1000 combinations of what stands in braces");
    }

    @Test
    void namesTheLinesOfAWrongRuleThatGoesOn() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> BounceClassifier.withRules("a BLOCKED\n \"x\"\n colour:red\n\nb BLOCKED \"y\""))
                .withMessageStartingWith("own rules, lines 1 to 3: expected host:,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "just-a-name",
                "a USER_UNKNOWN",
                "a NO_REASON \"x\"",
                "a SPAM_CONTENT host:nobody \"x\"",
                "a SPAM_CONTENT \"open",
                "a SPAM_CONTENT \"x\" |",
                "a SPAM_CONTENT \" \"",
                "a SPAM_CONTENT colour:red \"x\"",
                "a SPAM_CONTENT status:5.x.y",
                "ok SPAM_CONTENT \"x\"\nok SPAM_CONTENT \"y\"",
                "@g a\n@g b"
            })
    void namesTheLineOfAWrongRule(String rules) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> BounceClassifier.withRules("# first\n" + rules))
                .withMessageMatching("own rules, line [23]: .*");
    }

    @Test
    void knowsTheStandardReceiversInTheHostsRules() {
        BounceClassifier own =
                BounceClassifier.withRules("own.gmail MAILBOX_FULL host:gmail,facebook \"some words\"\n");
        assertThat(own.classify(null, 0, "some words", "mx1.google.com").rule()).isEqualTo("own.gmail");
        assertThat(own.classify(null, 0, "some words - gsmtp", null).rule()).isEqualTo("own.gmail");
        assertThat(own.classify(null, 0, "some words", "mx.facebook.com").rule())
                .isEqualTo("own.gmail");
        assertThat(own.classify(null, 0, "some words", "mx.example.com").rule()).isEqualTo("none");
        BounceClassifier anew =
                BounceClassifier.withRules("@gmail mx.example.com\nown MAILBOX_FULL host:gmail \"some words\"");
        assertThat(anew.classify(null, 0, "some words", "mx.example.com").rule())
                .isEqualTo("own");
        assertThat(anew.classify(null, 0, "some words", "mx1.google.com").rule())
                .isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a BLOCKED type:bla reply:550; expected type:hard, type:soft or type:complaint, got type:bla",
                "a BLOCKED type: reply:550; expected type:hard, type:soft or type:complaint, got type:",
                "a BLOCKED reply:abc; expected reply: with a number or a range, such as 550 or 550-559, got abc",
                "a BLOCKED reply:550,; expected reply: with a number or a range, such as 550 or 550-559, got nothing (no space belongs behind a colon or a comma)",
                "a BLOCKED reply:5.5.0; expected reply: with a number or a range, such as 550 or 550-559, got 5.5.0",
                "a BLOCKED reply:559-550; expected reply: with a number or a range, such as 550 or 550-559, got 559-550",
                "a BLOCKED status:9.9.9; expected status: with a class of 4 or 5 and two numbers, x or ranges, such as 5.1.1, 5.7.x or 5.7.500-699, got 9.9.9",
                "a BLOCKED; expected a name, a reason and at least one condition, got only a BLOCKED",
                "a BLOCKED \"x {y\"; expected a choice such as {user|mailbox}, got {y",
                "a BLOCKED \"{x} y\"; expected a choice such as {user|mailbox}, got {x}",
                "a BLOCKED \"{x|} y\"; expected a choice such as {user|mailbox}, got {x|}",
                "a BLOCKED \"{x| } y\"; expected a choice such as {user|mailbox}, got {x| }",
                "a BLOCKED type:soft type:soft \"x\"; expected type: once, got it twice",
                "a BLOCKED \"to jane@example.com\"; a phrase holds an address, and addresses in a reply are read as @: write @ in its place",
                "@partner; expected @, the receiver's name, then domains of its servers or phrases in quotes, such as @partner mx.partner.example, got @partner alone",
                "@ example.com; expected @, the receiver's name, then domains of its servers or phrases in quotes, such as @partner mx.partner.example, got @",
                "@p example.com, example.org; expected a domain, with which go its subdomains, and spaces between several, got example.com,",
                "@p *.example.com; expected a domain, with which go its subdomains, and spaces between several, got *.example.com",
                "a BLOCKED status:5.x; expected status: with a class of 4 or 5 and two numbers, x or ranges, such as 5.1.1, 5.7.x or 5.7.500-699, got 5.x",
                "a BLOCKED status:5.1.-1; expected status: with a class of 4 or 5 and two numbers, x or ranges, such as 5.1.1, 5.7.x or 5.7.500-699, got 5.1.-1",
                "a BLOCKED status:5.1.99999999999; expected status: with a class of 4 or 5 and two numbers, x or ranges, such as 5.1.1, 5.7.x or 5.7.500-699, got 5.1.99999999999",
            })
    void saysWhatItExpectedAndWhatCame(String rule, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> BounceClassifier.withRules("# first\n" + rule))
                .withMessage("own rules, line 2: " + message);
    }

    @Test
    void listsReasonsAndReceiversWhereOneIsUnknown() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> BounceClassifier.withRules("\na USER_UNKNOWNN \"x\""))
                .withMessageStartingWith("own rules, line 2: expected a reason, one of [USER_UNKNOWN, USER_MOVED, ")
                .withMessageEndingWith(", got USER_UNKNOWNN");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> BounceClassifier.withRules("a USER_UNKNOWN host:nobody \"x\""))
                .withMessageStartingWith(
                        "own rules, line 1: expected host: with a receiver that a line above declares with @")
                .withMessageContaining("gmail, ")
                .withMessageEndingWith(", got nobody");
    }

    @Test
    void guessesFromAWordWhereNeitherPhraseNorCodeIsKnown() {
        String text = "the odd attachment was put aside";
        assertThat(classifier.classify(null, 0, text, null))
                .isEqualTo(new Classification(BounceType.SOFT, BounceReason.CONTENT_REJECTED, "hint.content"));
        assertThat(classifier
                        .classify(new EnhancedStatus(5, 2, 2), 0, text, null)
                        .rule())
                .isEqualTo("status.2.2");
        assertThat(classifier.classify(null, 0, text + ", too large", null).rule())
                .isEqualTo("message.too-large");
        assertThat(BounceClassifier.withRules("hint.own POLICY \"put aside\"")
                        .classify(null, 0, text, null)
                        .rule())
                .isEqualTo("hint.own");
        assertThat(BounceClassifier.withRules("hint.own POLICY \"put aside\"")
                        .classify(null, 552, text, null)
                        .rule())
                .isEqualTo("reply.552");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hint.a USER_UNKNOWN \"x\"", "hint.a POLICY reply:550", "hint.a COMPLAINT \"x\""})
    void refusesGuessesThatEndAnAddressOrHaveNoPhrase(String rule) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> BounceClassifier.withRules(rule))
                .withMessageStartingWith("own rules, line 1: expected phrases and a reason that is soft");
    }

    @Test
    void refusesHardForReasonsThatSayNothingOfADeadAddress() {
        for (BounceReason reason : BounceReason.values()) {
            String rule = "a " + reason + " type:hard \"x\"";
            if (reason.usualType() == BounceType.HARD) {
                assertThat(BounceClassifier.withRules(rule)
                                .classify(null, 450, "x", null)
                                .type())
                        .isEqualTo(BounceType.HARD);
            } else {
                assertThatExceptionOfType(ConfigurationException.class)
                        .isThrownBy(() -> BounceClassifier.withRules(rule))
                        .withMessageStartingWith("own rules, line 1: expected type:hard for a reason that says")
                        .withMessageContaining("got " + reason + ";");
            }
        }
    }

    @Test
    void readsWhatBeginsLikeAReplyOfSeveralLinesAndIsNone() {
        for (String said :
                List.of("55 -5.1.1 user unknown", "5 5- user unknown", "550- user unknown", "550-user unknown")) {
            assertThat(classifier.classify(null, 0, said, null).reason()).isEqualTo(BounceReason.USER_UNKNOWN);
        }
    }

    @Test
    void takesTimeInProportionToTheTextWhateverItHolds() {
        // a quadratic matcher would need hours for this
        String text = "user user user unknow ".repeat(200_000);
        assertThat(classifier.classify(null, 0, text, null).reason()).isEqualTo(BounceReason.UNKNOWN);
    }
}
