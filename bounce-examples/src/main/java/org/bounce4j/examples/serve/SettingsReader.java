package org.bounce4j.examples.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings from a properties file, with the environment before it ({@code BOUNCE_SES_TOPICS} for {@code ses.topics}),
 * and remembers every mistake instead of stopping at the first. Values are never repeated in a mistake: they may be secrets.
 */
final class SettingsReader {
    private final Properties file;
    private final Map<String, String> environment;
    private final Set<String> known = new TreeSet<>();
    private final List<String> mistakes = new ArrayList<>();

    SettingsReader(Properties file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    static String variable(String name) {
        return "BOUNCE_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    Optional<String> text(String name) {
        known.add(name);
        return Optional.ofNullable(environment.get(variable(name)))
                .or(() -> Optional.ofNullable(file.getProperty(name)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /** Returns a text that must be there; empty where it is not, and then that is a mistake. */
    String required(String name, String what) {
        return text(name).orElseGet(() -> {
            mistake(name, "expected " + what + ", got nothing");
            return "";
        });
    }

    List<String> list(String name) {
        return text(name)
                .map(value -> Arrays.stream(value.split(","))
                        .map(String::strip)
                        .filter(each -> !each.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    boolean flag(String name, boolean otherwise) {
        String value = text(name).orElse(Boolean.toString(otherwise));
        if (!value.equals("true") && !value.equals("false")) {
            mistake(name, "expected true or false, got something else");
        }
        return value.equals("true");
    }

    int number(String name, int otherwise, int least, int most) {
        String value = text(name).orElse(null);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        mistake(name, "expected a number from " + least + " to " + most + ", got something else");
        return otherwise;
    }

    <E extends Enum<E>> E oneOf(String name, E otherwise) {
        String value = text(name).orElse(null);
        if (value == null) {
            return otherwise;
        }
        E[] all = otherwise.getDeclaringClass().getEnumConstants();
        for (E each : all) {
            if (each.name().equalsIgnoreCase(value)) {
                return each;
            }
        }
        mistake(name, "expected one of " + Arrays.toString(all).toLowerCase(Locale.ROOT) + ", got something else");
        return otherwise;
    }

    /** Makes a part of the SDK of a setting; null where that refuses, and its reason is the mistake. */
    <T> @Nullable T made(String name, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (RuntimeException e) {
            mistake(name, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Returns every name that was asked for. */
    Set<String> names() {
        return Set.copyOf(known);
    }

    /**
     * Returns the variables that look like settings and are none. No mistakes: platforms set such for services that are called
     * {@code bounce}. Ask last.
     */
    List<String> strangers() {
        Set<String> variables = new TreeSet<>();
        known.forEach(name -> variables.add(variable(name)));
        return environment.keySet().stream()
                .filter(name -> name.startsWith("BOUNCE_") && !variables.contains(name))
                .sorted()
                .toList();
    }

    void mistake(String name, String what) {
        mistakes.add(name + ": " + what);
    }

    /** Returns what is wrong, names in the file that mean nothing included. Ask last. */
    List<String> mistakes() {
        List<String> all = new ArrayList<>(mistakes);
        for (String name : new TreeSet<>(file.stringPropertyNames())) {
            if (!known.contains(name)) {
                all.add(name + ": there is no such setting");
            }
        }
        return all;
    }
}
