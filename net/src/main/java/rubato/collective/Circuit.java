package rubato.collective;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import rubato.compress.Codec;
import rubato.plan.Algorithm;
import rubato.schedule.Buckets;
import rubato.schedule.Schedule;
import rubato.schedule.Schedules;
import rubato.schedule.Span;

/** The collectives of some of the ranks that links lead to: prepares an operation, then drives it to its end. One thread. */
final class Circuit {
    private static final Elements NOTHING = Elements.of(new byte[0]);

    private final Links links;
    private final Tuning tuning;
    private final Pace pace;
    private final Attempt attempt;
    private final Shelf shelf = new Shelf();
    private final int group;
    private final int[] members;
    private final int rank;
    private long[][] silence = {};

    /** @param members ranks of the links, in the order of additions, this one among them */
    Circuit(
            Links links,
            Tuning tuning,
            Pace pace,
            int group,
            int[] members,
            Announcement announcement,
            Duration deadline) {
        this.links = links;
        this.tuning = tuning;
        this.pace = pace;
        this.group = group;
        this.members = members.clone();
        this.rank = links.transport().rank();
        Schedule idle = schedules(1).barrier();
        Operation operation = new Operation(links.transport(), links.all(), tuning, announcement, idle);
        this.attempt = new Attempt(links, announcement, operation, deadline);
    }

    int size() {
        return members.length;
    }

    int[] members() {
        return members.clone();
    }

    Attempt attempt() {
        return attempt;
    }

    void allReduce(
            long sequence, Elements x, Reduction how, Algorithm algorithm, @Nullable Codec codec, long[][] controls) {
        announceAllReduce(sequence, x, how, algorithm, codec, controls);
        int flat = flat(x);
        Schedule held = shelf.held(OperationKind.ALL_REDUCE, algorithm, x.length(), x.unit(), flat);
        run(held != null ? held : allReduceSchedule(x, algorithm, flat), x, how, controls);
    }

    private void announceAllReduce(
            long sequence, Elements x, Reduction how, Algorithm algorithm, @Nullable Codec codec, long[][] controls) {
        x.allow(how);
        Announcement own = announce(OperationKind.ALL_REDUCE, sequence, x, controls);
        own.reduction(how);
        own.algorithm(algorithm, 0);
        own.codec(codec);
    }

    /** Begins an all-reduce by exchange whose elements move beside the streams. */
    void enterAllReduce(long sequence, Elements x, Reduction how, Standing standing) {
        announceAllReduce(sequence, x, how, Algorithm.EXCHANGE, null, silent());
        attempt.enter(standing, members, x, pace.now());
    }

    private Schedule allReduceSchedule(Elements x, Algorithm algorithm, int flat) {
        return shelf.find(
                OperationKind.ALL_REDUCE,
                algorithm,
                x.length(),
                x.unit(),
                flat,
                () -> schedules(x.unit()).allReduce(algorithm, new Span(0, x.length()), flat));
    }

    /** Begins an all-reduce whose moves wait until their buckets are given; they are those of {@link Buckets}. */
    void startAllReduce(long sequence, Elements x, int bucket, Algorithm algorithm, @Nullable Codec codec) {
        Announcement own = announce(OperationKind.BUCKETED_ALL_REDUCE, sequence, x, silent());
        own.algorithm(algorithm, bucket);
        own.codec(codec);
        Schedule schedule = shelf.find(
                OperationKind.BUCKETED_ALL_REDUCE,
                algorithm,
                x.length(),
                x.unit(),
                bucket,
                () -> schedules(x.unit()).bucketed(algorithm, Buckets.of(x.length(), bucket, x.unit()), flat(x)));
        attempt.begin(schedule, x, Reduction.SUM, silent(), pace.now());
    }

    void reduceScatter(long sequence, Elements x, Reduction how, Algorithm algorithm) {
        x.allow(how);
        Announcement own = announce(OperationKind.REDUCE_SCATTER, sequence, x, silent());
        own.reduction(how);
        own.algorithm(algorithm, 0);
        Schedule schedule = shelf.find(
                OperationKind.REDUCE_SCATTER,
                algorithm,
                x.length(),
                x.unit(),
                0,
                () -> schedules(x.unit()).reduceScatter(algorithm, new Span(0, x.length())));
        run(schedule, x, how, silent());
    }

    void allGather(long sequence, Elements x, Algorithm algorithm) {
        allGather(sequence, x, algorithm, silent());
    }

    void allGather(long sequence, Elements x, Algorithm algorithm, long[][] controls) {
        Announcement own = announce(OperationKind.ALL_GATHER, sequence, x, controls);
        own.algorithm(algorithm, 0);
        Schedule schedule = shelf.find(
                OperationKind.ALL_GATHER,
                algorithm,
                x.length(),
                x.unit(),
                0,
                () -> schedules(x.unit()).allGather(algorithm, new Span(0, x.length())));
        run(schedule, x, Reduction.MAX, controls);
    }

    /** @param kind broadcast, scatter or gather */
    void rooted(OperationKind kind, long sequence, Elements x, int root) {
        if (root < 0 || root >= members.length)
            throw new IllegalArgumentException("root must be in 0.." + (members.length - 1) + ", was " + root);
        announce(kind, sequence, x, silent()).root(root);
        Span span = new Span(0, x.length());
        Schedule schedule = shelf.find(kind, Algorithm.EXCHANGE, x.length(), x.unit(), root, () -> switch (kind) {
            case SCATTER -> schedules(x.unit()).scatter(span, root);
            case GATHER -> schedules(x.unit()).gather(span, root);
            default -> schedules(x.unit()).broadcast(span, root);
        });
        run(schedule, x, Reduction.MAX, silent());
    }

    /** Waits for everybody, and gathers control words. */
    void barrier(long sequence, long[][] controls) {
        announce(OperationKind.BARRIER, sequence, NOTHING, controls);
        Schedule schedule = shelf.find(
                OperationKind.BARRIER,
                Algorithm.EXCHANGE,
                0,
                1,
                0,
                () -> schedules(1).barrier());
        run(schedule, NOTHING, Reduction.MAX, controls);
    }

    /** Drives what has been begun to its end. */
    void complete() {
        pace.complete(attempt);
    }

    /** Moves what can be moved now of what has been begun. @return whether it is over */
    boolean progress() {
        return pace.progress(attempt);
    }

    private void run(Schedule schedule, Elements x, Reduction how, long[][] controls) {
        attempt.begin(schedule, x, how, controls, pace.now());
        complete();
    }

    private Announcement announce(OperationKind kind, long sequence, Elements x, long[][] controls) {
        Announcement own = attempt.announcement();
        own.begin(group, sequence, kind, x, controls[rank]);
        return own;
    }

    long[][] silent() {
        if (silence.length == 0) silence = new long[links.all().length][0];
        return silence;
    }

    private int flat(Elements x) {
        int copies = Math.max(1, members.length - 1);
        return tuning.flatBytes() / copies / x.bytes(x.unit()) * x.unit();
    }

    private Schedules schedules(int unit) {
        return new Schedules(rank, links.all().length, members, unit);
    }
}
