package rubato.checkpoint;

import java.util.List;
import rubato.step.StateName;

/** What a checkpoint consists of before any byte of it is written: the same on every worker that holds the state. */
public record Outline(StateName name, List<Size> files, int blockBytes) {
    public Outline {
        files = List.copyOf(files);
        if (blockBytes < 4 || blockBytes % 4 != 0)
            throw new IllegalArgumentException("blockBytes must be a multiple of 4, was " + blockBytes);
    }

    /** A file it stands for. */
    public record Size(String name, long bytes) {}

    /** Blocks of all files together. */
    public int blocks() {
        int blocks = 0;
        for (Size file : files) blocks += blocks(file.bytes(), blockBytes);
        return blocks;
    }

    static int blocks(long bytes, int blockBytes) {
        return Math.toIntExact((bytes + blockBytes - 1) / blockBytes);
    }

    /** First block of a part, of so many equal ones. */
    int first(int part, int parts) {
        return (int) ((long) blocks() * part / parts);
    }
}
