package org.bounce4j.pop3;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a server says it can do (CAPA, RFC 2449), or that it did not say. */
final class Capabilities {
    /** What is known of a server that does not know CAPA. */
    static final Capabilities UNKNOWN = new Capabilities(null);

    private static final int MAX_LINES = 200;

    private final @Nullable Map<String, List<String>> parameters;

    private Capabilities(@Nullable Map<String, List<String>> parameters) {
        this.parameters = parameters;
    }

    /** Starts with nothing. */
    static Capabilities none() {
        return new Capabilities(new HashMap<>());
    }

    /** Adds a line of the answer. */
    void add(String line) {
        if (parameters != null && parameters.size() < MAX_LINES) {
            List<String> words = List.of(line.trim().toUpperCase(Locale.ROOT).split(" +"));
            parameters.putIfAbsent(words.get(0), words.subList(1, words.size()));
        }
    }

    boolean has(String name) {
        return parameters != null && parameters.containsKey(name);
    }

    /** Returns false only where the server has said what it can do, and that not. */
    boolean mayHave(String name) {
        return parameters == null || parameters.containsKey(name);
    }

    boolean has(String name, String parameter) {
        return parameters != null && parameters.getOrDefault(name, List.of()).contains(parameter);
    }

    /** Returns the number behind a name, such as the seconds of LOGIN-DELAY. */
    OptionalInt number(String name) {
        List<String> words = parameters == null ? List.of() : parameters.getOrDefault(name, List.of());
        int number = words.isEmpty() ? 0 : Pop3Session.number(words.get(0));
        return number > 0 ? OptionalInt.of(number) : OptionalInt.empty();
    }
}
