package org.bounce4j;

import org.bounce4j.internal.Witness;
import org.bounce4j.internal.classify.RuleSet;
import org.bounce4j.internal.classify.RuleSet.Refusal;
import org.bounce4j.internal.classify.RuleSet.Standing;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a server said into type and reason, and names the rule that decided.
 *
 * <p>The witnesses are heard in this order: the words of the remote server, then the enhanced status, then the reply code. Where
 * none of them says anything that a rule knows, a single word may still give a soft reason; such rules are called {@code hint.}
 * and more.
 * A code alone says little about an address: {@code 5.7.1} and {@code 550} are given to senders on a block list as well as
 * to people who left. {@link BounceType#HARD} follows only from a reason whose blame is {@link Blame#ADDRESS} or
 * {@link Blame#DOMAIN}, and only where the failure is not transient, unless a rule of the host's says {@code type:hard}.
 *
 * <p>Pure, immutable and thread-safe; one instance serves a whole application.
 */
public final class BounceClassifier {
    private static final BounceClassifier STANDARD = new BounceClassifier(null);

    private final @Nullable RuleSet own;

    private BounceClassifier(@Nullable RuleSet own) {
        this.own = own;
    }

    /**
     * Returns the classifier with the rules that come with the library.
     *
     * @return the standard classifier
     */
    public static BounceClassifier standard() {
        return STANDARD;
    }

    /**
     * Returns a classifier that asks the host's rules before the standard ones. A rule of the host's that is weak, or knows
     * codes alone and no receiver, decides only where no standard rule knows the words of the reply. Rules may name the
     * receivers that the standard file declares ({@code host:gmail}); a receiver declared anew under such a name stands for
     * that one in the host's rules. {@code type:hard} is refused for a reason whose usual type is another.
     *
     * @param rules the text of a rule file; the format is described at the top of {@code classification-rules.txt}
     * @return the classifier
     * @throws ConfigurationException if a rule is wrong; the message names its line, what was expected and what came
     */
    public static BounceClassifier withRules(String rules) {
        return new BounceClassifier(RuleSet.parse(rules, "own rules"));
    }

    /**
     * Classifies one failure.
     *
     * @param status the enhanced status of the report, or null; the one in the diagnostic goes before it, unless that is as
     *     vague as {@code 5.0.0}
     * @param replyCode the SMTP reply code, or 0; where it is 0 the one at the start of the diagnostic is taken
     * @param diagnostic what the remote server said, or null
     * @param remoteHost the name of the remote server, or null
     * @return what it means; {@link BounceReason#UNKNOWN} and soft where nothing is known
     */
    public Classification classify(
            @Nullable EnhancedStatus status, int replyCode, @Nullable String diagnostic, @Nullable String remoteHost) {
        return classify(status, replyCode, diagnostic, remoteHost, null);
    }

    /**
     * Classifies one failure of which it is known what was refused. The same words may mean different things: "user unknown"
     * as answer to {@code MAIL} speaks of the sender, and after {@code DATA} mostly of a filter.
     *
     * @param status the enhanced status of the report, or null; the one in the diagnostic goes before it, unless that is as
     *     vague as {@code 5.0.0}
     * @param replyCode the SMTP reply code, or 0; where it is 0 the one at the start of the diagnostic is taken
     * @param diagnostic what the remote server said, or null
     * @param remoteHost the name of the remote server, or null; where only the recipient's domain is known, that
     * @param command the SMTP command that was refused, or null: {@code MAIL}, {@code RCPT}, {@code DATA} (also for the end
     *     of the message), {@code CONN} for whatever comes before them; {@code PIPE} where no server refused but a program
     *     that was to take the mail, {@code WAIT} where a server is still trying and nothing was refused
     * @return what it means; {@link BounceReason#UNKNOWN} and soft where nothing is known
     * @throws IllegalArgumentException if the command is none of these words: taken for one that is not known, it could call
     *     a recipient dead whose sender was refused
     */
    public Classification classify(
            @Nullable EnhancedStatus status,
            int replyCode,
            @Nullable String diagnostic,
            @Nullable String remoteHost,
            @Nullable String command) {
        if (command != null && !RuleSet.COMMANDS.contains(command)) {
            throw new IllegalArgumentException("Expected one of the commands " + RuleSet.COMMANDS
                    + " or null, got another text of " + command.length() + " characters");
        }
        EnhancedStatus witness = Witness.status(status, diagnostic);
        int reply = replyCode != 0 ? replyCode : Witness.replyCode(diagnostic);
        Refusal refusal = new Refusal(witness, reply, diagnostic, remoteHost, command);
        RuleSet.Match match = match(refusal);
        if (match == null) {
            return new Classification(BounceType.SOFT, BounceReason.UNKNOWN, "none");
        }
        return new Classification(type(match, witness, reply), match.reason(), match.name());
    }

    /** Returns the rule that decides: one of the host's, unless a standard one knows words where that goes by less. */
    private RuleSet.@Nullable Match match(Refusal refusal) {
        RuleSet.Match mine = own == null ? null : own.match(refusal);
        if (mine != null && mine.standing() == Standing.WORDS_OR_RECEIVER) {
            return mine;
        }
        RuleSet.Match standard = RuleSet.standard().match(refusal);
        return mine == null || standard != null && standard.standing().compareTo(mine.standing()) > 0 ? standard : mine;
    }

    private static BounceType type(RuleSet.Match match, @Nullable EnhancedStatus status, int replyCode) {
        if (match.type() != null) {
            return match.type();
        }
        // a report that gives up tells 5.0.0 of what a server said with 450
        boolean later = replyCode >= 400 && replyCode < 500;
        boolean isTransient = status == null || status.isVague() && later ? later : status.isTransient();
        BounceType usual = match.reason().usualType();
        return usual == BounceType.HARD && isTransient ? BounceType.SOFT : usual;
    }
}
