package org.bounce4j.mailbox;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bounce4j.ConfigurationException;
import org.bounce4j.UnavailableException;

/** A mailbox in memory, with the servers' habits that matter: hiding or deleting what was fetched at QUIT,
 * showing a part only, no UIDL, failing QUIT. */
final class InMemoryMailbox implements Mailbox {
    final Map<String, byte[]> mails = new LinkedHashMap<>();
    final List<String> log = new ArrayList<>();
    final Set<String> withheld = new HashSet<>();
    final Set<String> breaks = new HashSet<>();
    final Set<String> undeletable = new HashSet<>();
    final Set<String> hidden = new HashSet<>();
    int listsAtMost = Integer.MAX_VALUE;
    boolean deletesFetchedAtCommit;
    boolean inUse;
    boolean opensOnlyOnce;
    boolean refusesSecondLogin;
    int staysInUseFor;
    Duration limit;
    String sharedId;
    /** Which mails have that one; all of them if empty. */
    final Set<String> sharedIds = new HashSet<>();

    boolean hidesFetchedAtCommit;
    boolean givesIds = true;
    boolean asksAhead = true;
    boolean failsAtCommit;
    int sessions;
    long millisPerFetch;
    int breaksAfter = Integer.MAX_VALUE;
    IOException breakCause;

    void add(String id, byte[] mail) {
        mails.put(id, mail);
    }

    @Override
    public MailboxSession open() {
        sessions++;
        if (inUse) {
            throw new MailboxInUseException("somebody else has it", null);
        }
        if (refusesSecondLogin && sessions > 1) {
            throw new ConfigurationException("-ERR too many logins");
        }
        if (sessions == staysInUseFor) {
            throw new MailboxInUseException("the session before is still there", null);
        }
        if (opensOnlyOnce && sessions > 1) {
            throw new UnavailableException("wait a little", null, Duration.ofMinutes(5));
        }
        return new Session();
    }

    @Override
    public MailboxSession open(Duration limit) {
        this.limit = limit;
        return open();
    }

    private List<String> listed() {
        return mails.keySet().stream()
                .filter(id -> !hidden.contains(id))
                .limit(listsAtMost)
                .toList();
    }

    @Override
    public String name() {
        return "memory";
    }

    private String id(String mail) {
        boolean shares = sharedId != null && (sharedIds.isEmpty() || sharedIds.contains(mail));
        return !givesIds ? "" : shares ? sharedId : mail;
    }

    private final class Session implements MailboxSession {
        private final List<String> ids = listed();
        private final Set<String> fetched = new HashSet<>();
        private final Set<String> deleted = new HashSet<>();
        private boolean open = true;
        private int announced;

        @Override
        public List<MailboxEntry> list() {
            List<MailboxEntry> entries = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                entries.add(new MailboxEntry(i + 1, id(ids.get(i)), mails.get(ids.get(i)).length));
            }
            return entries;
        }

        @Override
        public Optional<FetchedMail> fetch(MailboxEntry entry, int maxBytes) {
            String id = ids.get(entry.number() - 1);
            log.add("fetch " + id);
            if (withheld.contains(id)) {
                return Optional.empty();
            }
            if (breaks.contains(id)) {
                throw new UnavailableException("the connection broke");
            }
            if (fetched.size() == breaksAfter) {
                throw new UnavailableException("the connection broke", breakCause);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millisPerFetch));
            fetched.add(id);
            byte[] mail = mails.get(id);
            return Optional.of(
                    new FetchedMail(Arrays.copyOf(mail, Math.min(mail.length, maxBytes)), mail.length <= maxBytes));
        }

        @Override
        public boolean announce(List<MailboxEntry> next, int maxBytes) {
            if (asksAhead) {
                announced += next.size();
            }
            return asksAhead;
        }

        @Override
        public boolean listsAll() {
            return listsAtMost == Integer.MAX_VALUE;
        }

        @Override
        public boolean keepsFetched() {
            return !deletesFetchedAtCommit;
        }

        @Override
        public List<MailboxEntry> delete(List<MailboxEntry> entries) {
            if (!open || announced > fetched.size() + withheld.size()) {
                throw new IllegalStateException("the session is over, or was asked for more than was fetched");
            }
            List<MailboxEntry> kept = new ArrayList<>();
            for (MailboxEntry entry : entries) {
                if (undeletable.contains(ids.get(entry.number() - 1))) {
                    kept.add(entry);
                    continue;
                }
                log.add("delete " + ids.get(entry.number() - 1));
                deleted.add(ids.get(entry.number() - 1));
            }
            return kept;
        }

        @Override
        public void commit() {
            open = false;
            log.add("commit");
            if (failsAtCommit) {
                throw new UnavailableException("QUIT was refused");
            }
            mails.keySet().removeAll(deleted);
            if (hidesFetchedAtCommit) {
                hidden.addAll(fetched);
            }
            if (deletesFetchedAtCommit) {
                mails.keySet().removeAll(fetched);
            }
        }

        @Override
        public void abandon() {
            if (open) {
                open = false;
                log.add("abandon");
            }
        }
    }
}
