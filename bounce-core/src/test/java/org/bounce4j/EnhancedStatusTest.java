package org.bounce4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnhancedStatusTest {
    @ParameterizedTest
    @CsvSource({"5.1.1,5.1.1", "' 4.4.7',4.4.7", "5.1.1 (bad mailbox),5.1.1", "5.7.606,5.7.606", "2.0.0,2.0.0"})
    void readsAStatusAtTheStart(String text, String status) {
        assertThat(EnhancedStatus.parse(text)).map(EnhancedStatus::toString).hasValue(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5.1", "5.1.", "3.1.1", "5.1.1111", "5.1.1.1", "x5.1.1", "5..1", "5.1.1a"})
    void readsNothingElse(String text) {
        assertThat(EnhancedStatus.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "550 5.1.1 User unknown,5.1.1",
        "550-5.1.1 The email account,5.1.1",
        "said: 452 4.2.2 (full),4.2.2",
        "No such user (#5.1.1),5.1.1",
        "[5.7.26] blocked,5.7.26",
        "ends with 5.1.10,5.1.10",
        "ends a sentence with 5.2.1.,5.2.1",
        "host 192.0.2.1 said 4.7.1 no,4.7.1"
    })
    void findsAStatusThatStandsByItself(String text, String status) {
        assertThat(EnhancedStatus.find(text)).map(EnhancedStatus::toString).hasValue(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Exim 4.92.3",
                "192.5.1.1",
                "5.1.1.1",
                "v5.1.1",
                "5.1.1.example.com",
                "mx-5.1.1",
                "250 2.0.0 OK",
                "user5.1.1@x"
            })
    void findsNoneInVersionsAddressesAndHosts(String text) {
        assertThat(EnhancedStatus.find(text)).isEmpty();
    }

    @Test
    void knowsItsClass() {
        assertThat(new EnhancedStatus(5, 1, 1).isPermanent()).isTrue();
        assertThat(new EnhancedStatus(4, 2, 2).isTransient()).isTrue();
        assertThat(new EnhancedStatus(5, 0, 0).isVague()).isTrue();
        assertThat(new EnhancedStatus(5, 1, 1)).isGreaterThan(new EnhancedStatus(4, 7, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new EnhancedStatus(3, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new EnhancedStatus(5, 1000, 0));
    }
}
