package rubato.observe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The first and the latest of a list of any length, in bounded memory. */
final class Ends<T> {
    private static final int FIRST = 100;
    private static final int LATEST = 200;

    private final List<T> first = new ArrayList<>();
    private final Deque<T> latest = new ArrayDeque<>();
    private long count;

    void add(T item) {
        count++;
        if (first.size() < FIRST) {
            first.add(item);
            return;
        }
        latest.addLast(item);
        if (latest.size() > LATEST) latest.removeFirst();
    }

    List<T> items() {
        List<T> items = new ArrayList<>(first);
        items.addAll(latest);
        return items;
    }

    long count() {
        return count;
    }

    /** How many lie between the first and the latest and are not kept. */
    long omitted() {
        return count - first.size() - latest.size();
    }
}
