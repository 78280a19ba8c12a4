package org.bounce4j.examples.serve;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;

/** Closes connections on which no whole request head has come for a while: a byte now and then would hold them for ever. */
final class SlowClients implements Connection.Listener {
    private final Scheduler scheduler;
    private final long seconds;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    SlowClients(Scheduler scheduler, long seconds) {
        this.scheduler = scheduler;
        this.seconds = seconds;
    }

    @Override
    public void onOpened(Connection connection) {
        open.add(connection);
        check(connection, 0);
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    private void check(Connection connection, long requestsBefore) {
        scheduler.schedule(
                () -> {
                    if (!open.contains(connection)) {
                        return;
                    }
                    long requests = connection.getMessagesIn();
                    boolean answering = requests > connection.getMessagesOut();
                    if (requests == requestsBefore && !answering) {
                        connection.close();
                    } else {
                        check(connection, requests);
                    }
                },
                seconds,
                TimeUnit.SECONDS);
    }
}
