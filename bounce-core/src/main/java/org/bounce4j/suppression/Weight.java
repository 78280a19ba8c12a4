package org.bounce4j.suppression;

/** Says whether an event counts against its recipient, and if not, why. */
public enum Weight {
    /** It counts towards the threshold of its type. */
    COUNTS("counts"),

    /** It is the echo of a provider's own list: a cause by itself, and counted for nothing else. */
    ECHO("is the echo of a provider's own list"),

    /** Not the recipient is to blame, but the message, the sender or what lies between. */
    NOT_TO_BLAME("does not count: the recipient is not to blame"),

    /** It is less trusted than the policy asks for. */
    NOT_TRUSTED("does not count: anybody could have made it up"),

    /** It happened before the recipient was released. */
    RELEASED("does not count: it was released"),

    /** It was soft, and a mail arrived since. */
    DELIVERED_SINCE("does not count: a mail arrived since"),

    /** The policy does nothing at events of this type. */
    WITHOUT_CONSEQUENCE("does not count: the policy does nothing at events of this type");

    private final String words;

    Weight(String words) {
        this.words = words;
    }

    /**
     * Returns the weight in words that may be shown to a person.
     *
     * @return a part of a sentence, in English
     */
    public String inWords() {
        return words;
    }
}
