package org.bounce4j.jdbc;

import java.time.Clock;
import org.bounce4j.ConfigurationException;
import org.bounce4j.suppression.SuppressionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the host decided about decisions.
 *
 * @param policy what leads to a suppression
 * @param erasureKey what the erased are known by, if the host gave a key
 * @param clock our clock
 * @param records whether the host is told of decisions
 */
record Rules(SuppressionPolicy policy, @Nullable ErasureKey erasureKey, Clock clock, boolean records) {
    String check() {
        return erasureKey == null ? "" : erasureKey.check();
    }

    static ConfigurationException wrongKey() {
        return new ConfigurationException(
                "Expected the erasure key with which people were erased from this store, got"
                        + " none or another; set it with JdbcBounceStore.Builder.erasureKey in every process that uses the store");
    }
}
