package org.bounce4j.ses;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the SNS topics that are ours. Amazon signs the messages of everybody's topics, so a good signature alone proves
 * nothing. Immutable and thread-safe.
 */
public final class Topics {
    private static final int MOST_SHOWN = 3;

    private final Map<String, SnsEndpoint> arns;

    private Topics(Map<String, SnsEndpoint> arns) {
        this.arns = arns;
    }

    /**
     * Returns the set of these topics.
     *
     * @param arns at least one ARN such as {@code arn:aws:sns:eu-west-1:123456789012:bounces}; white space around it does not
     *     count
     * @return the set
     * @throws IllegalArgumentException if there is none, or one is not the ARN of an SNS topic
     */
    public static Topics of(String... arns) {
        return of(List.of(arns));
    }

    /**
     * Returns the set of these topics.
     *
     * @param arns at least one ARN such as {@code arn:aws:sns:eu-west-1:123456789012:bounces}; white space around it does not
     *     count
     * @return the set
     * @throws IllegalArgumentException if there is none, or one is not the ARN of an SNS topic
     */
    public static Topics of(Collection<String> arns) {
        Map<String, SnsEndpoint> map = new LinkedHashMap<>();
        for (String arn : arns) {
            // environment files and secrets come with a space or a line break behind
            map.put(arn.strip(), SnsEndpoint.of(arn.strip()));
        }
        if (map.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected at least one topic such as arn:aws:sns:eu-west-1:123456789012:bounces, got none");
        }
        return new Topics(map);
    }

    /**
     * Returns whether the topic is one of ours.
     *
     * @param arn an ARN
     * @return true if it is exactly one of those given
     */
    public boolean contains(String arn) {
        return arns.containsKey(arn);
    }

    /** Returns where a topic of ours is served, or null if it is none of ours. */
    @Nullable
    SnsEndpoint endpoint(String arn) {
        return arns.get(arn);
    }

    /** Returns the first few, for messages. */
    String summary() {
        List<String> first = arns.keySet().stream().limit(MOST_SHOWN).toList();
        int more = arns.size() - first.size();
        return String.join(", ", first) + (more == 0 ? "" : " and " + more + " more");
    }

    @Override
    public String toString() {
        return "Topics" + arns.keySet();
    }
}
