package org.bounce4j.ses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-06T20:02:25.038Z",
                "0000-01-01T00:00:00.000Z",
                "9999-12-31T23:59:59.999Z",
                "2024-02-29T00:00:00.001Z",
                "2026-03-06T24:00:00.000Z",
                "2016-12-31T23:59:60.000Z",
                "2026-03-06T20:02:25Z",
                "2026-03-06T20:02:25.0380Z"
            })
    void readsWhatThePlatformReads(String text) {
        assertThat(Timestamp.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-02-29T00:00:00.000Z",
                "2026-13-01T00:00:00.000Z",
                "2026-03-06T20:61:25.038Z",
                "2026-03-06 20:02:25.038Z",
                "2026-03-06T20:02:25.038z\n",
                "+026-03-06T20:02:25.038Z",
                "\u0662\u0660\u0662\u0666-03-06T20:02:25.038Z"
            })
    void refusesWhatIsNoTime(String text) {
        assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> Timestamp.parse(text));
    }
}
