package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SesPayloadsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"mail\":[]}",
                "{\"mail\":{\"headers\":{},\"tags\":[]}}",
                "{\"mail\":{\"headers\":null,\"tags\":{\"a\":\"text\"}}}"
            })
    void saysWhereADocumentIsNoSesEvent(String document) {
        assertThatIllegalArgumentException().isThrownBy(() -> SesPayloads.withHeader(document, "a", "b"));
        assertThatIllegalArgumentException().isThrownBy(() -> SesPayloads.withTag(document, "a", "b"));
    }
}
