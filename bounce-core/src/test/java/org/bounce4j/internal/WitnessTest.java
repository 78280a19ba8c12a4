package org.bounce4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.bounce4j.EnhancedStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WitnessTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "550 5.1.1 User unknown | 550",
                "550-5.1.1 User | 550",
                "550 | 550",
                "421: later | 421",
                "577 relaying denied | 577",
                "5.1.1 User unknown | 0",
                "550.1 | 0",
                "5501 | 0",
                "550a | 0",
                "250 fine | 0",
                "580 | 0",
                "said 550 | 0",
                "55 | 0"
            })
    void readsTheCodeThatAReplyBeginsWith(String said, int code) {
        assertThat(Witness.replyCode(said)).isEqualTo(code);
        assertThat(Witness.replyCode(null)).isZero();
    }

    @Test
    void believesWhatTheServerSaidBeforeTheReportUnlessItIsVague() {
        EnhancedStatus reported = new EnhancedStatus(5, 2, 2);
        assertThat(Witness.status(reported, "550 5.1.1 no")).isEqualTo(new EnhancedStatus(5, 1, 1));
        assertThat(Witness.status(reported, "550 5.0.0 no")).isEqualTo(reported);
        assertThat(Witness.status(null, "550 5.0.0 no")).isEqualTo(new EnhancedStatus(5, 0, 0));
        assertThat(Witness.status(reported, (String) null)).isEqualTo(reported);
        assertThat(Witness.status(null, "550 no")).isNull();
    }
}
