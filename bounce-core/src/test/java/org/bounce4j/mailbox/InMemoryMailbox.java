package org.bounce4j.mailbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bounce4j.UnavailableException;

/** A mailbox in memory, with the servers' habits that matter: hiding what was fetched at QUIT, no UIDL, failing QUIT. */
final class InMemoryMailbox implements Mailbox {
    final Map<String, byte[]> mails = new LinkedHashMap<>();
    final List<String> log = new ArrayList<>();
    final Set<String> withheld = new HashSet<>();
    String sharedId;
    boolean hidesFetchedAtCommit;
    boolean givesIds = true;
    boolean failsAtCommit;
    int sessions;

    void add(String id, byte[] mail) {
        mails.put(id, mail);
    }

    @Override
    public MailboxSession open() {
        sessions++;
        return new Session();
    }

    @Override
    public String name() {
        return "memory";
    }

    private String id(String mail) {
        return !givesIds ? "" : sharedId != null ? sharedId : mail;
    }

    private final class Session implements MailboxSession {
        private final List<String> ids = new ArrayList<>(mails.keySet());
        private final Set<String> fetched = new HashSet<>();
        private final Set<String> deleted = new HashSet<>();
        private boolean open = true;

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
            fetched.add(id);
            byte[] mail = mails.get(id);
            return Optional.of(
                    new FetchedMail(Arrays.copyOf(mail, Math.min(mail.length, maxBytes)), mail.length <= maxBytes));
        }

        @Override
        public void delete(List<MailboxEntry> entries) {
            for (MailboxEntry entry : entries) {
                log.add("delete " + ids.get(entry.number() - 1));
                deleted.add(ids.get(entry.number() - 1));
            }
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
