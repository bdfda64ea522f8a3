package rubato.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Links that could not be made: who complains of whom, and who must go so that no complaint is left. */
final class Complaints {
    private record Link(int lower, int higher) {}

    private final Set<Link> links = new HashSet<>();

    void add(int rank, int blamed) {
        if (blamed >= 0 && blamed != rank) links.add(new Link(Math.min(rank, blamed), Math.max(rank, blamed)));
    }

    boolean isEmpty() {
        return links.isEmpty();
    }

    void clear() {
        links.clear();
    }

    /** A small cover: again and again the rank with the most complaints, of equals the higher one. */
    List<Integer> cover(int ranks) {
        Set<Link> left = new HashSet<>(links);
        List<Integer> cover = new ArrayList<>();
        while (!left.isEmpty()) {
            int worst = worst(left, ranks);
            cover.add(worst);
            left.removeIf(link -> link.lower() == worst || link.higher() == worst);
        }
        return cover;
    }

    private static int worst(Set<Link> links, int ranks) {
        int[] degree = new int[ranks];
        int worst = 0;
        for (Link link : links) {
            degree[link.lower()]++;
            degree[link.higher()]++;
        }
        for (int rank = 1; rank < ranks; rank++) if (degree[rank] >= degree[worst]) worst = rank;
        return worst;
    }
}
