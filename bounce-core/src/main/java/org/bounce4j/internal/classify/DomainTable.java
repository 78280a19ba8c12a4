package org.bounce4j.internal.classify;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/** Finds whose domains a host is in, in one pass over its name from its end. Not thread-safe until all domains are added. */
final class DomainTable {
    private static final int FACTOR = 31;

    private String[] domains = new String[64];
    private int[] owners = new int[64];
    private int count;

    /** Adds a domain; several may have the same one. */
    void add(String domain, int owner) {
        if (4 * ++count > domains.length) {
            grow();
        }
        put(domain.toLowerCase(Locale.ROOT), owner);
    }

    private void grow() {
        String[] before = domains;
        int[] ownersBefore = owners;
        domains = new String[2 * before.length];
        owners = new int[2 * before.length];
        for (int i = 0; i < before.length; i++) {
            if (before[i] != null) {
                put(before[i], ownersBefore[i]);
            }
        }
    }

    private void put(String domain, int owner) {
        int hash = 0;
        for (int i = domain.length() - 1; i >= 0; i--) {
            hash = hash * FACTOR + domain.charAt(i);
        }
        int place = place(hash);
        while (domains[place] != null) {
            place = place + 1 & domains.length - 1;
        }
        domains[place] = domain;
        owners[place] = owner;
    }

    private int place(int hash) {
        return (hash ^ hash >>> 16) & domains.length - 1;
    }

    /** Marks the owners of the domains that the host is one of or is in. */
    void find(String host, BitSet found) {
        int hash = 0;
        for (int i = host.length() - 1; i >= 0; i--) {
            hash = hash * FACTOR + Character.toLowerCase(host.charAt(i));
            if (i == 0 || host.charAt(i - 1) == '.') {
                mark(host, i, place(hash), found);
            }
        }
    }

    private void mark(String host, int start, int from, BitSet found) {
        int length = host.length() - start;
        int place = from;
        for (String domain = domains[place]; domain != null; domain = domains[place]) {
            if (domain.length() == length && host.regionMatches(true, start, domain, 0, length)) {
                found.set(owners[place]);
            }
            place = place + 1 & domains.length - 1;
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(domains);
    }
}
