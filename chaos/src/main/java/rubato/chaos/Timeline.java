package rubato.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.observe.EventFile;

/** When a run sealed, activated and committed, from its event log: how long each fault held it up. */
final class Timeline implements Listener {
    private static final long CHANGE_WITHIN_MILLIS = 60_000;

    private record Seal(long at, String reason) {}

    private record Commit(long at, long samples) {}

    private final List<Seal> seals = new ArrayList<>();
    private final List<Long> activations = new ArrayList<>();
    private final List<Commit> commits = new ArrayList<>();

    static Timeline read(Path run) {
        Timeline timeline = new Timeline();
        EventFile.replay(run.resolve(EventFile.NAME), timeline);
        return timeline;
    }

    @Override
    public void on(long epochMillis, Event event) {
        if (event instanceof Event.GenerationSealed sealed) seals.add(new Seal(epochMillis, sealed.reason()));
        if (event instanceof Event.GenerationStarted) activations.add(epochMillis);
        if (event instanceof Event.StepCommitted step) commits.add(new Commit(epochMillis, step.samplesTotal()));
    }

    /** Milliseconds until training went on after a fault; empty if it changed nothing, or nothing came after it. */
    OptionalLong recovery(Struck fault) {
        return switch (fault.kind().effect) {
            case LOSS -> sinceNextActivation(fault.at(), fault.at());
            case STALL -> stall(fault);
            case CHANGE -> change(fault);
        };
    }

    private OptionalLong sinceNextActivation(long from, long since) {
        for (long activation : activations) {
            if (activation < from) continue;
            OptionalLong commit = nextCommit(activation);
            return commit.isEmpty() ? commit : OptionalLong.of(commit.getAsLong() - since);
        }
        return OptionalLong.empty();
    }

    private OptionalLong nextCommit(long from) {
        for (Commit commit : commits) if (commit.at() >= from) return OptionalLong.of(commit.at());
        return OptionalLong.empty();
    }

    private OptionalLong stall(Struck fault) {
        long longest = -1;
        long end = 0;
        for (int i = 1; i < commits.size(); i++) {
            long from = commits.get(i - 1).at();
            long to = commits.get(i).at();
            if (to <= fault.at() || from >= fault.until()) continue;
            if (to - from > longest) {
                longest = to - from;
                end = to;
            }
        }
        return longest < 0 ? OptionalLong.empty() : OptionalLong.of(end - Math.max(fault.at(), end - longest));
    }

    private OptionalLong change(Struck fault) {
        String who = "worker " + (fault.kind() == FaultKind.SCALE ? "" : fault.target() + " ");
        for (Seal seal : seals) {
            if (seal.at() < fault.at() || seal.at() > fault.at() + CHANGE_WITHIN_MILLIS) continue;
            boolean orderly = seal.reason().endsWith(" joins")
                    || seal.reason().endsWith(" leaves")
                    || seal.reason().endsWith(" stands by");
            if (orderly && seal.reason().startsWith(who)) return sinceNextActivation(seal.at(), seal.at());
        }
        return OptionalLong.empty();
    }

    /** Longest time between commits that are told, within a stretch. */
    long longestGap(long from, long to) {
        long longest = 0;
        for (int i = 1; i < commits.size(); i++) {
            if (commits.get(i - 1).at() < from || commits.get(i).at() > to) continue;
            longest = Math.max(longest, commits.get(i).at() - commits.get(i - 1).at());
        }
        return longest;
    }

    /** Samples trained by a moment. */
    long samples(long at) {
        long samples = 0;
        for (Commit commit : commits) if (commit.at() <= at) samples = commit.samples();
        return samples;
    }
}
