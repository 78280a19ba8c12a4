package org.bounce4j;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says why a mail did not arrive: a closed vocabulary, one level more detailed than {@link BounceType}.
 *
 * <p>Each constant knows who is to blame and which type it usually has. Usually: a provider or an API caller may assert
 * another type, and a transient reply code turns what would be {@link BounceType#HARD} into {@link BounceType#SOFT}.
 */
public enum BounceReason {
    /** Nobody lives at this address: the mailbox does not exist. Remove the address. */
    USER_UNKNOWN(Blame.ADDRESS, BounceType.HARD),

    /** The person moved and left no forwarding. Remove the address, or ask for the new one. */
    USER_MOVED(Blame.ADDRESS, BounceType.HARD),

    /** The mailbox exists and was switched off: suspended, abandoned, locked by its provider. Remove the address. */
    MAILBOX_DISABLED(Blame.ADDRESS, BounceType.HARD),

    /** The mailbox is over its quota. Try again in some days; a mailbox that stays full is abandoned. */
    MAILBOX_FULL(Blame.MAILBOX, BounceType.SOFT),

    /** The message is larger than the server or the mailbox takes. Send a smaller one. */
    MESSAGE_TOO_LARGE(Blame.MESSAGE, BounceType.SOFT),

    /** The domain does not exist or has no mail server. Remove the address; often it is a typing mistake. */
    HOST_UNKNOWN(Blame.DOMAIN, BounceType.HARD),

    /** The domain says that it takes no mail at all (null MX, reply 521 or 556). Remove the address. */
    HOST_REFUSES_MAIL(Blame.DOMAIN, BounceType.HARD),

    /** The server could not be reached, or the connection broke. Says nothing about the address. */
    NETWORK_ERROR(Blame.ROUTE, BounceType.SOFT),

    /** The mail was tried for days and given up, and nobody said a better reason. */
    EXPIRED(Blame.ROUTE, BounceType.SOFT),

    /** The sender address or domain was refused. Look at your {@code MAIL FROM} and its DNS. */
    SENDER_REJECTED(Blame.SENDER, BounceType.SOFT),

    /** The recipient, or their organisation, takes no mail from outsiders or from this sender. */
    RECIPIENT_FILTERED(Blame.SENDER, BounceType.SOFT),

    /** SPF, DKIM or DMARC failed. Look at your DNS and your signing. */
    AUTHENTICATION_FAILED(Blame.SENDER, BounceType.SOFT),

    /** The sending IP or domain has earned a bad name there. */
    BAD_REPUTATION(Blame.SENDER, BounceType.SOFT),

    /** The sending IP or domain stands on a block list. Ask for delisting; the address is fine. */
    BLOCKED(Blame.SENDER, BounceType.SOFT),

    /** The sending IP has no reverse DNS, or one that does not match. */
    NO_REVERSE_DNS(Blame.SENDER, BounceType.SOFT),

    /** Too much, too fast, too many connections or recipients: slow down. */
    RATE_LIMITED(Blame.SENDER, BounceType.SOFT),

    /** This message was taken for spam. */
    SPAM_CONTENT(Blame.MESSAGE, BounceType.SOFT),

    /** This message was taken for, or contained, malware. */
    VIRUS(Blame.MESSAGE, BounceType.SOFT),

    /** Something in the content was refused: an attachment type, a link, a header. */
    CONTENT_REJECTED(Blame.MESSAGE, BounceType.SOFT),

    /** A local rule of the receiving site refused the mail and did not say more. */
    POLICY(Blame.MESSAGE, BounceType.SOFT),

    /** The message does not follow the mail standards: missing or double headers, bare line feeds, long lines. */
    NOT_RFC_COMPLIANT(Blame.MESSAGE, BounceType.SOFT),

    /** The server does not deliver for this domain and will not relay: wrong MX, or a domain that left its provider. */
    RELAY_DENIED(Blame.ROUTE, BounceType.SOFT),

    /** The session was not allowed: authentication required, credentials refused. */
    SECURITY(Blame.SENDER, BounceType.SOFT),

    /** Encryption was required and could not be had. */
    TLS_REQUIRED(Blame.ROUTE, BounceType.SOFT),

    /** One side did not understand the other's SMTP: bad command, bad parameter, bad address syntax. */
    SYNTAX_ERROR(Blame.SENDER, BounceType.SOFT),

    /** The receiving system has trouble of its own. */
    SYSTEM_ERROR(Blame.ROUTE, BounceType.SOFT),

    /** The receiving system, not the mailbox, is out of space. */
    SYSTEM_FULL(Blame.ROUTE, BounceType.SOFT),

    /** The program that delivers into the mailbox failed (procmail, a filter, a broken forward). */
    MAILER_ERROR(Blame.MAILBOX, BounceType.SOFT),

    /**
     * The provider did not try, because the address is on its own suppression list: an echo of something older, never
     * fresh evidence.
     */
    SUPPRESSED(Blame.ADDRESS, BounceType.HARD),

    /** The provider did not try, because the person had unsubscribed there. */
    UNSUBSCRIBED(Blame.ADDRESS, BounceType.COMPLAINT),

    /** The person pressed "this is spam". */
    COMPLAINT(Blame.ADDRESS, BounceType.COMPLAINT),

    /** Nobody said, or nobody that we understand. */
    UNKNOWN(Blame.UNKNOWN, BounceType.SOFT);

    private static final Map<String, BounceReason> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(BounceReason::name, reason -> reason));

    private final Blame blame;
    private final BounceType usualType;

    BounceReason(Blame blame, BounceType usualType) {
        this.blame = blame;
        this.usualType = usualType;
    }

    /**
     * Returns who is at fault. Suppression counts by this: {@link Blame#ADDRESS}, {@link Blame#DOMAIN} and
     * {@link Blame#MAILBOX} count, and so does {@link Blame#UNKNOWN}; {@link Blame#MESSAGE}, {@link Blame#SENDER} and
     * {@link Blame#ROUTE} never do.
     *
     * @return who is at fault
     */
    public Blame blame() {
        return blame;
    }

    /**
     * Returns the type that a permanent failure for this reason has when nobody asserts another.
     *
     * @return the usual type
     */
    public BounceType usualType() {
        return usualType;
    }

    /**
     * Returns whether this is the echo of a provider's own list rather than the outcome of an attempt.
     *
     * @return true for {@link #SUPPRESSED} and {@link #UNSUBSCRIBED}
     */
    public boolean isEcho() {
        return this == SUPPRESSED || this == UNSUBSCRIBED;
    }

    /**
     * Returns the reason of that name, compared without case.
     *
     * @param name a constant's name
     * @return the reason; {@link #UNKNOWN} for null and for a name this version does not know
     */
    public static BounceReason of(@Nullable String name) {
        return name == null ? UNKNOWN : BY_NAME.getOrDefault(name.toUpperCase(Locale.ROOT), UNKNOWN);
    }
}
