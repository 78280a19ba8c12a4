package org.bounce4j.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Says which decisions a list sees.
 *
 * @param name a scope, whose decisions are seen beside those that hold everywhere; null to see all
 */
record Scope(@Nullable String name) {
    static final Scope ALL = new Scope(null);

    boolean isAll() {
        return name == null;
    }

    /** Returns whether a release of this list may touch decisions of that scope: those that hold everywhere are not its own. */
    boolean owns(String scope) {
        return name == null || scope.equals(name);
    }

    boolean sees(String scope) {
        return name == null || scope.isEmpty() || scope.equals(name);
    }
}
