package org.bounce4j.internal.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf7Test {
    @ParameterizedTest
    @CsvSource({
        "Zustellung an folgende Empf+AOQ-nger, Zustellung an folgende Empfänger",
        "1 +- 1, 1 + 1",
        "+AEE. B, A. B",
        "+bJU-, 沕",
        "+2D3eAA, 😀",
        "a1+AOQ, a1ä"
    })
    void decodesShiftedCharacters(String encoded, String expected) {
        assertThat(decode(encoded)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "jane+news@example.com",
        "+",
        "a+",
        "C++",
        "+A-",
        "+++++",
        "jane+@example.com",
        "jane+campaign@example.com",
        "jane+new@example.com"
    })
    void leavesWhatIsNoUtf7(String text) {
        assertThat(decode(text)).isEqualTo(text);
    }

    @Test
    void isKnownByTheNameThatWindowsGivesIt() {
        assertThat(Text.decode("+APw-ber".getBytes(StandardCharsets.US_ASCII), 0, 8, "unicode-1-1-utf-7"))
                .isEqualTo("über");
    }

    private static String decode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Utf7.decode(bytes, 0, bytes.length);
    }
}
