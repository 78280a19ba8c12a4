package org.bounce4j.jdbc;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Goes through pages, each fetched when it is needed and dropped when it is done. Not thread-safe. */
final class Pages<T> implements Iterator<T> {
    /** Fetches a page. */
    @FunctionalInterface
    interface Source<T> {
        /** Returns what comes behind an element, null for the beginning; nothing at the end. */
        List<T> behind(@Nullable T last);
    }

    private final Source<T> source;
    private @Nullable List<T> page;
    private int position;

    private Pages(Source<T> source) {
        this.source = source;
    }

    static <T> Stream<T> stream(Source<T> source) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(new Pages<>(source), Spliterator.ORDERED | Spliterator.NONNULL),
                false);
    }

    /**
     * Checks how many somebody asks for.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    static void requireFromOne(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("Expected a limit from 1, got " + limit);
        }
    }

    private List<T> current() {
        List<T> current = page;
        if (current == null || position == current.size() && !current.isEmpty()) {
            current = source.behind(current == null ? null : current.get(current.size() - 1));
            page = current;
            position = 0;
        }
        return current;
    }

    @Override
    public boolean hasNext() {
        return !current().isEmpty();
    }

    @Override
    public T next() {
        List<T> current = current();
        if (current.isEmpty()) {
            throw new NoSuchElementException("no more");
        }
        return current.get(position++);
    }
}
