package rubato.collective;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import rubato.random.SplitMix;

/** Ranks in one thread over a {@link MemoryNetwork}, taking steps in an order drawn from a seed, under a clock that only they move. */
final class Orchestra {
    static final Duration DEADLINE = Duration.ofSeconds(10);
    static final Tuning SMALL = new Tuning(96, 256, 256, 0, 0);
    private static final long STEP_NANOS = 1_000;
    private static final long IDLE_NANOS = 1_000_000;

    interface Begin {
        void run(Circuit circuit, int rank);
    }

    final MemoryNetwork network;
    final List<Links> links = new ArrayList<>();
    final List<Circuit> circuits = new ArrayList<>();
    private final SplitMix order;
    private final @Nullable Boolean[] over;
    private final @Nullable CollectiveException[] failures;
    private final long[] failedAt;
    private long now = 1;
    private int meddleFrom = Integer.MAX_VALUE;
    private Runnable meddling = () -> {};

    Orchestra(int size, long seed) {
        this(size, seed, SMALL, 300);
    }

    Orchestra(int size, long seed, Tuning tuning, int capacity) {
        network = new MemoryNetwork(size, capacity, seed);
        order = SplitMix.forPurpose(seed, 1);
        over = new Boolean[size];
        failures = new CollectiveException[size];
        failedAt = new long[size];
        int[] everyone = IntStream.range(0, size).toArray();
        for (int rank = 0; rank < size; rank++) {
            Links own = new Links(network.transport(rank), tuning);
            Announcement announcement = new Announcement();
            announcement.generation(1, 1);
            links.add(own);
            circuits.add(new Circuit(own, tuning, new Baton(), 0, everyone, announcement, DEADLINE));
        }
    }

    int size() {
        return circuits.size();
    }

    long now() {
        return now;
    }

    /** Does this before every turn from one on. */
    void meddle(int fromTurn, Runnable what) {
        meddleFrom = fromTurn;
        meddling = what;
    }

    /** Every rank does this to the end; a failure is an error. */
    void together(Begin begin) {
        play(begin, IntStream.range(0, size()).toArray());
        for (int rank = 0; rank < size(); rank++) {
            CollectiveException failure = failures[rank];
            if (failure != null) throw failure;
        }
    }

    /** These ranks do this, each to its end or failure. */
    void play(Begin begin, int... ranks) {
        for (int rank : ranks) {
            over[rank] = false;
            failures[rank] = null;
            begin.run(circuits.get(rank), rank);
        }
        List<Integer> playing = new ArrayList<>(IntStream.of(ranks).boxed().toList());
        int idle = 0;
        int turns = 0;
        while (!playing.isEmpty()) {
            if (turns++ >= meddleFrom) meddling.run();
            int at = order.nextInt(playing.size());
            int rank = playing.get(at);
            boolean moved = step(rank);
            if (Boolean.TRUE.equals(over[rank]) || network.isDead(rank)) playing.remove(at);
            idle = moved ? 0 : idle + 1;
            now += idle > 8 * playing.size() ? IDLE_NANOS : STEP_NANOS;
        }
    }

    private boolean step(int rank) {
        if (network.isDead(rank)) return false;
        try {
            Attempt.State state = circuits.get(rank).attempt().poll(now, true);
            if (state == Attempt.State.DONE) over[rank] = true;
            return state != Attempt.State.IDLE;
        } catch (CollectiveException e) {
            over[rank] = true;
            failures[rank] = e;
            failedAt[rank] = now;
            return true;
        }
    }

    @Nullable
    CollectiveException failure(int rank) {
        return failures[rank];
    }

    long failedAt(int rank) {
        return failedAt[rank];
    }

    /** Operations only begin; {@link #play} takes the steps. */
    private final class Baton implements Pace {
        @Override
        public long now() {
            return now;
        }

        @Override
        public void complete(Attempt attempt) {}

        @Override
        public boolean progress(Attempt attempt) {
            return attempt.poll(now, false) == Attempt.State.DONE;
        }
    }
}
