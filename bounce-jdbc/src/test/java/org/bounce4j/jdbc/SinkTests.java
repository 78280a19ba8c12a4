package org.bounce4j.jdbc;

import java.util.Collection;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.testkit.BounceSinkContract;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What every sink promises, of the store on whatever database. */
abstract class SinkTests extends BounceSinkContract {
    @RegisterExtension
    private final StoreFixture fixture = new StoreFixture(database());

    private final JdbcBounceStore store =
            fixture.builder().listener(decision -> {}).build();

    abstract TestDatabase database();

    @Override
    protected BounceSink sink() {
        return store;
    }

    @Override
    protected Collection<BounceEvent> stored() {
        return store.latest(10_000);
    }

    @Override
    protected boolean breakHalfWay() {
        // the events are written, the decisions are not
        fixture.failing.failAt("INSERT INTO .*bounce_ledger.*", true, "08006");
        return true;
    }

    @Override
    protected void repair() {
        fixture.failing.repair();
    }
}
