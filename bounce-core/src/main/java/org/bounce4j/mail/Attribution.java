package org.bounce4j.mail;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bounce4j.BounceEvent;
import org.bounce4j.EmailAddress;
import org.bounce4j.EventId;
import org.bounce4j.Trust;
import org.bounce4j.internal.CleanText;
import org.bounce4j.internal.detect.Addresses;
import org.bounce4j.internal.detect.Failure;
import org.bounce4j.internal.detect.Finding;
import org.bounce4j.internal.detect.Message;
import org.bounce4j.internal.mime.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Says whom a notice is about and how sure that is: by the signed return path, by the report, by VERP, and by the header of
 * the returned message. What is the same for all failures of a notice is read here, once.
 */
final class Attribution {
    /** Where the address stands that a notice was mailed to, which was the envelope sender of our mail. */
    private static final List<String> OWN_ADDRESS =
            List.of("X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Delivered-To");

    /** Where the address stands that our mail was for. */
    private static final List<String> MAILED_ADDRESS =
            List.of("X-Original-To", "Envelope-To", "X-Envelope-To", "Delivered-To", "To");

    private static final int MAX_ADDRESSES = 16;

    /** Each address tried is a guess that a forger has: few are enough, since a signed mail has one recipient. */
    private static final int MAX_PROOFS = 16;

    private final Finding finding;
    private final @Nullable String subscriber;
    private final @Nullable String campaign;
    private final @Nullable String messageId;
    private final @Nullable String sender;
    private final SignedReturnPath.@Nullable Token token;
    /** Whom the mail was for by the signature of its return path. */
    private final @Nullable EmailAddress proven;
    /** Whom the mail was for by VERP. */
    private final @Nullable EmailAddress verp;

    private final boolean verpIsClear;
    /** Whom a mail that was complained of was for, by its field To. */
    private final List<String> letterhead;

    private final boolean reportNamesProven;
    private final boolean reportNamesVerp;

    /**
     * Whom an event is about.
     *
     * @param recipient the address that was mailed, or null where only the subscriber is known
     * @param reported the address that the report names, where it is another
     * @param subscriber the subscriber; present where the recipient is null
     */
    record Victim(
            @Nullable EmailAddress recipient,
            @Nullable EmailAddress reported,
            @Nullable String subscriber,
            @Nullable String campaign,
            Trust trust) {}

    Attribution(
            Message message,
            Finding finding,
            List<SignedReturnPath> signed,
            List<String> subscriberHeaders,
            List<String> campaignHeaders) {
        this.finding = finding;
        Headers original = finding.original();
        QuotedHeader quoted = original == null && finding.kind().hasEvents() ? new QuotedHeader(message.root()) : null;
        subscriber = first(original, quoted, subscriberHeaders);
        campaign = first(original, quoted, campaignHeaders);
        messageId = messageId(first(original, quoted, List.of("Message-ID")));

        List<String> returnPaths = returnPaths(message.root().headers(), original);
        if (finding.sender() != null && !returnPaths.contains(finding.sender())) {
            returnPaths.add(finding.sender());
        }
        // a complaint comes to the address of the feedback loop
        boolean complaint = finding.kind() == MailKind.COMPLAINT;
        sender = complaint
                ? sender(finding.sender() == null ? List.of() : List.of(finding.sender()), original)
                : sender(returnPaths, original);
        token = token(returnPaths, signed);
        ReturnAddress read = withRecipient(complaint ? returnPathsOf(finding) : returnPaths);
        ReturnAddress withRecipient = complaint && read != null && !isLikely(read, original) ? null : read;
        verp = withRecipient == null
                ? null
                : EmailAddress.parse(withRecipient.recipient()).orElse(null);
        verpIsClear = withRecipient != null && withRecipient.clear();
        letterhead = complaint && original != null ? addresses(original, List.of("To")) : List.of();
        proven = token == null ? null : proven(token, original);
        reportNamesProven = proven != null && anyNames(proven);
        reportNamesVerp = verp != null && anyNames(verp);
    }

    /** Returns the envelope sender of our mail: as the server gave it back, and as the notice came to us. */
    private static List<String> returnPaths(Headers notice, @Nullable Headers original) {
        List<String> addresses = addresses(notice, OWN_ADDRESS);
        if (original != null) {
            addAddresses(original, "Return-Path", addresses);
        }
        return addresses;
    }

    /** Returns the envelope sender of a mail that was complained of; the address of the feedback loop says nothing of whom it was for. */
    private static List<String> returnPathsOf(Finding finding) {
        List<String> addresses = new ArrayList<>(2);
        if (finding.sender() != null) {
            addresses.add(finding.sender());
        }
        if (finding.original() != null) {
            addAddresses(finding.original(), "Return-Path", addresses);
        }
        return addresses;
    }

    /** Returns whether what stands before a hyphen is no given name: {@code jean-paul=example.com} may be all of the recipient. */
    private static boolean isLikely(ReturnAddress verp, @Nullable Headers original) {
        String base = verp.sender().substring(0, verp.sender().lastIndexOf('@')).toLowerCase(Locale.ROOT);
        String from = original == null ? null : original.get("From");
        return verp.clear()
                || base.chars().anyMatch(c -> c >= '0' && c <= '9')
                || from != null && from.toLowerCase(Locale.ROOT).contains(base);
    }

    private static List<String> addresses(Headers headers, List<String> names) {
        List<String> addresses = new ArrayList<>();
        for (String name : names) {
            addAddresses(headers, name, addresses);
        }
        return addresses;
    }

    private static boolean hold(List<String> addresses, EmailAddress address) {
        return addresses.stream()
                .anyMatch(
                        each -> EmailAddress.parse(each).filter(address::equals).isPresent());
    }

    private static void addAddresses(Headers headers, String name, List<String> addresses) {
        int before = addresses.size();
        for (String value : headers.all(name)) {
            Addresses.Span span = Addresses.next(value, 0);
            while (span != null && addresses.size() - before < MAX_ADDRESSES) {
                if (!addresses.contains(span.text())) {
                    addresses.add(span.text());
                }
                span = Addresses.next(value, span.end());
            }
        }
    }

    /** Returns the envelope sender that the server gave back, else the first address that the notice came to. */
    private static @Nullable String sender(List<String> returnPaths, @Nullable Headers original) {
        String path = original == null ? null : original.get("Return-Path");
        Addresses.Span returned = path == null ? null : Addresses.next(path, 0);
        String address = returned != null ? returned.text() : returnPaths.isEmpty() ? null : returnPaths.get(0);
        return address == null ? null : ReturnAddress.of(address).sender();
    }

    private static SignedReturnPath.@Nullable Token token(List<String> returnPaths, List<SignedReturnPath> signed) {
        for (String address : signed.isEmpty() ? List.<String>of() : returnPaths) {
            String plain = ReturnAddress.unwrap(address);
            for (SignedReturnPath each : signed) {
                SignedReturnPath.Token found = each.read(plain);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static @Nullable ReturnAddress withRecipient(List<String> returnPaths) {
        for (String each : returnPaths) {
            ReturnAddress address = ReturnAddress.of(each);
            if (address.recipient() != null) {
                return address;
            }
        }
        return null;
    }

    /** Returns the one of all addresses that a notice names for which the return path was made, or null. */
    private @Nullable EmailAddress proven(SignedReturnPath.Token found, @Nullable Headers original) {
        Set<EmailAddress> candidates = new LinkedHashSet<>();
        for (Failure failure : all(finding)) {
            if (candidates.size() >= MAX_PROOFS / 2) {
                break;
            }
            add(failure.originalRecipient(), candidates);
            add(failure.finalRecipient(), candidates);
            add(failure.generatedFrom(), candidates);
        }
        if (verp != null) {
            candidates.add(verp);
        }
        if (original != null) {
            addresses(original, MAILED_ADDRESS)
                    .forEach(each -> EmailAddress.parse(each).ifPresent(candidates::add));
        }
        return candidates.stream()
                .limit(MAX_PROOFS)
                .filter(found::vouchesFor)
                .findFirst()
                .orElse(null);
    }

    private static void add(@Nullable EmailAddress address, Set<EmailAddress> candidates) {
        if (address != null) {
            candidates.add(address);
        }
    }

    private static List<Failure> all(Finding finding) {
        return finding.failures().isEmpty() ? finding.delays() : finding.failures();
    }

    /** Returns the original message's Message-ID without angle brackets, or null. */
    @Nullable
    String messageId() {
        return messageId;
    }

    /** Returns who sent the original message, SRS, BATV and VERP undone, or null. */
    @Nullable
    String sender() {
        return sender;
    }

    /** Returns whether a victim can be known where the report names none. */
    boolean knowsVictim() {
        return token != null || verp != null || subscriber != null;
    }

    /** Returns whom a failure is about, or null where nobody can know. */
    @Nullable
    Victim victim(Failure failure) {
        EmailAddress mailed = failure.originalRecipient();
        EmailAddress reported = failure.finalRecipient();
        if (token != null) {
            EmailAddress named = mailed == null ? reported : mailed;
            EmailAddress about = reported == null ? mailed : reported;
            if (proven == null) {
                // the subscriber is certain, and no address is: the report may name anybody's
                return new Victim(null, about, token.subscriber(), tokenCampaign(token), Trust.AUTHENTICATED);
            }
            if (names(failure, proven) || !reportNamesProven) {
                return new Victim(proven, about, token.subscriber(), tokenCampaign(token), Trust.AUTHENTICATED);
            }
            // another address beside the one that was mailed: for this one nobody vouches
            return named == null ? null : new Victim(named, reported, null, null, Trust.UNVERIFIED);
        }
        if (mailed == null) {
            mailed = verpInsteadOf(failure) ? verp : mailedAlias(failure);
        }
        EmailAddress recipient = mailed != null ? mailed : reported;
        if (recipient == null && subscriber == null) {
            return null;
        }
        // a campaign is the same for all of its recipients
        Trust trust = subscriber != null ? Trust.CORRELATED : Trust.UNVERIFIED;
        return new Victim(recipient, reported, subscriber, campaign, trust);
    }

    /**
     * Returns the address whose alias gave the failing one, where the returned message does not show that we mailed another: an
     * alias may lead to the next, and a server names one of them.
     */
    private @Nullable EmailAddress mailedAlias(Failure failure) {
        EmailAddress alias = failure.generatedFrom();
        Headers original = finding.original();
        if (alias == null || original == null) {
            return alias;
        }
        List<String> mailed = addresses(original, MAILED_ADDRESS);
        return mailed.isEmpty() || hold(mailed, alias) ? alias : null;
    }

    /**
     * VERP knows better than the report whom we mailed, since the report may name where a forward went. It does not where
     * the two agree, where what VERP gives is the reported address with something before it, or where the letterhead of what
     * was complained of names the reported address: then no forward stands between.
     */
    private boolean verpInsteadOf(Failure failure) {
        EmailAddress reported = failure.finalRecipient();
        if (verp == null) {
            return false;
        }
        if (reported == null || failure.isBlotted()) {
            return true;
        }
        return verpIsClear && !reportNamesVerp && !verp.key().endsWith(reported.key()) && !hold(letterhead, reported);
    }

    private boolean anyNames(EmailAddress address) {
        for (Failure failure : all(finding)) {
            if (names(failure, address)) {
                return true;
            }
        }
        return false;
    }

    private static boolean names(Failure failure, EmailAddress address) {
        return address.equals(failure.originalRecipient()) || address.equals(failure.finalRecipient());
    }

    /** The token's campaign; where it holds none, what the header says, unless that header is another subscriber's. */
    private @Nullable String tokenCampaign(SignedReturnPath.Token found) {
        String signed = found.campaign();
        boolean same = subscriber == null || subscriber.equalsIgnoreCase(found.subscriber());
        return signed != null ? signed : same ? campaign : null;
    }

    /** Returns what stands between the angle brackets of such a header field, fit for an event; or null. */
    static @Nullable String messageId(@Nullable String header) {
        String id = header == null ? null : CleanText.line(EventId.bareMessageId(header), BounceEvent.MAX_MESSAGE_ID);
        return id == null || id.isEmpty() ? null : id;
    }

    private static @Nullable String first(
            @Nullable Headers original, @Nullable QuotedHeader quoted, List<String> names) {
        for (String name : names) {
            String value = original != null ? original.get(name) : quoted != null ? quoted.get(name) : null;
            String line = CleanText.line(value, BounceEvent.MAX_HOST_ID);
            if (line != null) {
                return line;
            }
        }
        return null;
    }
}
