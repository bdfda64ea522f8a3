package rubato.verify;

import java.util.ArrayList;
import java.util.List;
import rubato.ledger.Positioned;

/** The violations found so far; past a limit they are only counted, so that a bad ledger cannot fill the memory. */
final class Violations {
    private static final int LIMIT = 200;

    private final List<String> lines = new ArrayList<>();
    private long more;

    void add(String line) {
        if (lines.size() < LIMIT) lines.add(line);
        else more++;
    }

    void add(Positioned at, String line) {
        add(at + ": " + line);
    }

    void addAll(List<String> found) {
        found.forEach(this::add);
    }

    List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        if (more > 0) all.add("and " + more + " more");
        return all;
    }
}
