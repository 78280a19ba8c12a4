package org.bounce4j;

import java.util.Objects;

/**
 * Holds what a classifier made of a failure, and which rule said so.
 *
 * @param type what to do about the address
 * @param reason why
 * @param rule the rule's name; it stays the same as long as the rule means the same
 */
public record Classification(BounceType type, BounceReason reason, String rule) {
    /**
     * Creates a classification.
     *
     * @param type what to do about the address
     * @param reason why
     * @param rule the rule's name
     */
    public Classification {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(rule, "rule");
    }
}
