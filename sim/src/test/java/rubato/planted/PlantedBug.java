package rubato.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A bug to be planted: in this file each of these texts becomes another. */
record PlantedBug(String name, Path file, List<Change> changes) {
    /** What stands there and what stands in its place. */
    record Change(String right, String wrong) {}

    private static final Pattern CHANGE =
            Pattern.compile("^<<<\n(.*?)\n===\n(.*?)>>>$", Pattern.DOTALL | Pattern.MULTILINE);

    /** The source tree that this is built in. */
    static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.isDirectory(at.resolve("sim/planted"))) at = at.getParent();
        if (at == null) throw new IllegalStateException("not inside the source tree");
        return at;
    }

    /** The list of bugs. */
    static List<PlantedBug> all() throws IOException {
        List<PlantedBug> bugs = new ArrayList<>();
        for (String block :
                Files.readString(root().resolve("sim/planted/bugs.txt")).split("(?m)^# ")) {
            List<Change> changes = CHANGE.matcher(block)
                    .results()
                    .map(found -> new Change(found.group(1), found.group(2).stripTrailing()))
                    .toList();
            String[] head = block.split("\n", 3);
            if (!changes.isEmpty()) bugs.add(new PlantedBug(head[0], Path.of(head[1]), changes));
        }
        return bugs;
    }

    /** The file with the bug in it. */
    String planted(Path root) throws IOException {
        String source = Files.readString(root.resolve(file));
        for (Change change : changes) {
            int at = source.indexOf(change.right());
            if (at < 0 || source.indexOf(change.right(), at + 1) >= 0)
                throw new IllegalStateException(
                        "'" + name + "': its text must stand exactly once in " + file + ": " + change.right());
            source = source.substring(0, at)
                    + change.wrong()
                    + source.substring(at + change.right().length());
        }
        return source;
    }
}
