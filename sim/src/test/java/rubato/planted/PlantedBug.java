package rubato.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A bug to be planted: in this file this text becomes that. */
record PlantedBug(String name, Path file, String right, String wrong) {
    /** Reads a list of bugs. */
    static List<PlantedBug> read(Path list) throws IOException {
        List<PlantedBug> bugs = new ArrayList<>();
        for (String block : Files.readString(list).split("(?m)^# ")) {
            if (!block.contains("\n<<<\n")) continue;
            String[] head = block.split("\n", 3);
            String body = block.substring(block.indexOf("\n<<<\n") + 5, block.indexOf("\n>>>"));
            int middle = body.indexOf("\n===");
            String wrong = body.substring(middle + 4);
            bugs.add(new PlantedBug(
                    head[0], Path.of(head[1]), body.substring(0, middle), wrong.isEmpty() ? "" : wrong.substring(1)));
        }
        return bugs;
    }

    /** The file with the bug in it. */
    String planted(Path root) throws IOException {
        String source = Files.readString(root.resolve(file));
        int at = source.indexOf(right);
        if (at < 0 || source.indexOf(right, at + 1) >= 0)
            throw new IllegalStateException("'" + name + "': its text must stand exactly once in " + file);
        return source.substring(0, at) + wrong + source.substring(at + right.length());
    }
}
