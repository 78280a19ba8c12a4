package org.bounce4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BounceReasonTest {
    @ParameterizedTest
    @EnumSource
    void isHardOnlyWhereAddressOrDomainIsToBlame(BounceReason reason) {
        if (reason.usualType() == BounceType.HARD) {
            assertThat(reason.blame()).isIn(Blame.ADDRESS, Blame.DOMAIN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isFoundByItsName(BounceReason reason) {
        assertThat(BounceReason.of(reason.name())).isEqualTo(reason);
        assertThat(BounceReason.of(reason.name().toLowerCase(java.util.Locale.ROOT)))
                .isEqualTo(reason);
    }

    @Test
    void readsOtherNamesAsUnknown() {
        assertThat(BounceReason.of("NEXT_YEARS")).isEqualTo(BounceReason.UNKNOWN);
        assertThat(BounceReason.of(null)).isEqualTo(BounceReason.UNKNOWN);
        assertThat(BounceType.of("firm")).isEmpty();
        assertThat(Trust.of("blessed")).isEqualTo(Trust.UNVERIFIED);
        assertThat(Trust.of("correlated")).isEqualTo(Trust.CORRELATED);
    }

    @Test
    void ordersTrust() {
        assertThat(Trust.AUTHENTICATED.isAtLeast(Trust.CORRELATED)).isTrue();
        assertThat(Trust.CORRELATED.isAtLeast(Trust.CORRELATED)).isTrue();
        assertThat(Trust.UNVERIFIED.isAtLeast(Trust.CORRELATED)).isFalse();
    }
}
