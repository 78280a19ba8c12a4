package org.bounce4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "jane@example.com | jane@example.com",
                "Jane@EXAMPLE.com | jane@example.com",
                "<jane@example.com> | jane@example.com",
                "jane@example.com. | jane@example.com",
                "\"jane\"@example.com | jane@example.com",
                "\"neko....nyaan\"@example.com | neko....nyaan@example.com",
                "\"jané\"@example.com | jané@example.com",
                "\"jane doe\"@example.com | \"jane doe\"@example.com",
                "info@bücher.example | info@xn--bcher-kva.example",
                "INFO@BÜCHER.example | info@xn--bcher-kva.example",
                "jane+tag@example.com | jane+tag@example.com",
                "a@b@example.com | a@b@example.com",
                "root@[192.0.2.1] | root@[192.0.2.1]",
            })
    void hasOneComparableForm(String written, String key) {
        assertThat(EmailAddress.of(written).key()).isEqualTo(key);
    }

    @Test
    void comparesDecomposedAndComposedLettersAsEqual() {
        assertThat(EmailAddress.of("rene\u0301@example.com")).isEqualTo(EmailAddress.of("ren\u00e9@example.com"));
    }

    @Test
    void keepsTheAddressAsItWasWritten() {
        assertThat(EmailAddress.of(" <Jane@Example.COM> ").address()).isEqualTo("Jane@Example.COM");
        assertThat(EmailAddress.of("Jane@Example.COM")).hasToString("Jane@Example.COM");
        assertThat(EmailAddress.of("Jane@Example.COM").domain()).isEqualTo("example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "jane",
                "@example.com",
                "jane@",
                "jane doe@example.com",
                "jane@exam ple.com",
                "jane@example.com, a@b.c",
                "jane@example.com\r\nBcc: x@y.z",
                "ja\u0000ne@example.com",
                "ja\ufffdne@example.com",
                "jane@ex\ufffdmple.com",
                "<jane@example.com",
                "jane@.com",
                "a\u0085b@c.d"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(EmailAddress.parse(text)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> EmailAddress.of(text));
    }

    @Test
    void refusesAddressesBeyondTheLimit() {
        String domain = "@example.com";
        String longest = "a".repeat(EmailAddress.MAX_LENGTH - domain.length()) + domain;
        assertThat(EmailAddress.parse(longest)).isPresent();
        assertThat(EmailAddress.parse("a" + longest)).isEmpty();
        assertThat(EmailAddress.parse("a".repeat(1_000_000) + domain)).isEmpty();
        assertThat(EmailAddress.parse(null)).isEmpty();
    }

    @Test
    void doesNotQuoteTheTextItRefuses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmailAddress.of("secret person"))
                .withMessageNotContaining("secret");
    }
}
