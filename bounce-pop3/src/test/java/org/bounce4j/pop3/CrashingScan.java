package org.bounce4j.pop3;

import java.util.List;
import java.util.Random;
import org.bounce4j.BounceEvent;
import org.bounce4j.BounceSink;
import org.bounce4j.UnavailableException;
import org.bounce4j.jdbc.JdbcBounceStore;
import org.bounce4j.mailbox.MailboxScanner;
import org.bounce4j.mailbox.ScanReport;
import org.h2.jdbcx.JdbcDataSource;

/** A process that scans until nothing new is there, into a database that fails now and then. It is there to be killed. */
final class CrashingScan {
    private CrashingScan() {}

    /** Takes the port of the server, the URL of the database and the seed of its misfortunes, 0 for none. */
    public static void main(String[] arguments) {
        JdbcDataSource source = new JdbcDataSource();
        source.setUrl(arguments[1]);
        JdbcBounceStore store = JdbcBounceStore.builder(source).build();
        store.createSchema();
        long seed = Long.parseLong(arguments[2]);
        MailboxScanner scanner = MailboxScanner.builder(
                        Pop3Mailbox.builder("127.0.0.1", Credentials.password("user", "secret"))
                                .port(Integer.parseInt(arguments[0]))
                                .insecurePlaintext()
                                .build(),
                        seed == 0 ? store : new Unlucky(store, new Random(seed)))
                .mailsPerSession(60)
                .batchSize(20)
                .build();
        int quiet = 0;
        while (quiet < 4) {
            ScanReport report = scanner.scan();
            boolean done = report.outcome() == ScanReport.Outcome.COMPLETED && report.events() == 0;
            quiet = done ? quiet + 1 : 0;
        }
    }

    /** Fails before it stores, and after. */
    private static final class Unlucky implements BounceSink {
        private final BounceSink sink;
        private final Random random;

        Unlucky(BounceSink sink, Random random) {
            this.sink = sink;
            this.random = random;
        }

        @Override
        public void accept(List<BounceEvent> events) throws Exception {
            int fate = random.nextInt(100);
            if (fate < 8) {
                sink.accept(events.subList(0, events.size() / 2 + 1));
                throw new IllegalStateException("failed in the middle of a batch");
            }
            if (fate < 12) {
                throw new UnavailableException("the database is gone for a moment");
            }
            sink.accept(events);
            if (fate < 20) {
                throw new IllegalStateException("stored, but the answer of the commit was lost");
            }
        }
    }
}
