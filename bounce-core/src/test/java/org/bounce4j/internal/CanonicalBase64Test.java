package org.bounce4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalBase64Test {
    @Test
    void readsTheOneSpelling() {
        assertThat(CanonicalBase64.decode("QQ==")).containsExactly('A');
        assertThat(CanonicalBase64.decode("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"QR==", "Qf==", "QQ", "QQ=", "QQ==\n", "Q-==", " QQ=="})
    void refusesEveryOtherSpelling(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CanonicalBase64.decode(text));
    }
}
