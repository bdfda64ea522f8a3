package rubato.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerHead;
import rubato.ledger.LedgerImage;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;
import rubato.log.ReplicaPlace;
import rubato.log.ReplicatedLedger;
import rubato.log.ReplicatedLog;
import rubato.random.SplitMix;
import rubato.testkit.FaultyDisk;

/** Real replicas on one seeded event queue: its network loses, delays, doubles and cuts, its disks forget what was not forced. */
final class SimulatedGroup {
    static final long MILLI = 1_000_000L;
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);
    private static final RaftReplica.Sizes SMALL = new RaftReplica.Sizes(16, 4000);

    private record Event(long time, long number, int member, int incarnation, Runnable task)
            implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    final SplitMix random;
    final int size;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Member> members = new ArrayList<>();
    private final Set<List<Integer>> cut = new HashSet<>();
    private final TreeMap<Long, Entry> acknowledged = new TreeMap<>();
    private final Set<Long> given = new HashSet<>();
    private final TreeMap<Long, Entry> committed = new TreeMap<>();
    private long now;
    private long number;
    private long nextValue = 1;
    double loss;
    double twice;
    long slowest = MILLI;
    int leaderships;
    private @Nullable AssertionError wrong;
    int gaps;

    /** One replica, its disk, and the ledger of its leadership while it leads. */
    private final class Member implements ReplicatedLog.Observer, EventQueue, PeerSender {
        final int id;
        final FaultyDisk disk;
        int incarnation;
        boolean alive;
        long pausedUntil;
        /** Index after the last entry it was told of, -1 before the first. */
        long told;

        @Nullable
        RaftReplica replica;

        @Nullable
        ReplicatedLedger ledger;

        long term;

        @Nullable
        RubatoException failure;

        Member(int id) {
            this.id = id;
            this.disk = new FaultyDisk(random.nextLong());
        }

        void start() {
            incarnation++;
            alive = true;
            ledger = null;
            failure = null;
            told = -1;
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i < size; i++) ids.add(i);
            replica = new RaftReplica(
                    new ReplicaPlace(id, ids, "run", directory()), disk, this, this, random.nextLong(), SMALL);
            replica.start(this);
        }

        Path directory() {
            return Path.of("/run/" + id);
        }

        void crash(boolean power) {
            if (power) disk.cutPower();
            if (!alive) return;
            alive = false;
            incarnation++;
            ledger = null;
            for (Member peer : members) if (peer != this) peer.socketClosed(id);
        }

        private void socketClosed(int peer) {
            if (random.nextInt(4) == 0) return;
            at(now + random.nextInt((int) slowest), this, () -> {
                if (replica != null) replica.lost(peer);
            });
        }

        /** MicroRaft swallows what is thrown here, an assertion too: the group throws it anew. */
        @Override
        public void leading(long term, LedgerHead head) {
            try {
                leads(term, head);
            } catch (AssertionError e) {
                if (wrong == null) wrong = e;
            }
        }

        private void leads(long term, LedgerHead head) {
            leaderships++;
            RaftReplica mine = java.util.Objects.requireNonNull(replica);
            LedgerImage image = mine.read();
            checkHolds(image, "leader " + id + " of term " + term);
            assertThat(image.scan().count())
                    .as("entries where leader %d begins", id)
                    .isEqualTo(head.count());
            ledger = new ReplicatedLedger(mine, term, head);
            this.term = term;
            append(1);
        }

        @Override
        public void following(OptionalInt leader) {
            if (ledger != null) ledger.depose("another leads");
            ledger = null;
        }

        @Override
        public void committed(long first, List<byte[]> entries) {
            try {
                told(first, entries);
            } catch (AssertionError e) {
                if (wrong == null) wrong = e;
            }
        }

        private void told(long first, List<byte[]> entries) {
            if (told >= 0 && first > told) gaps++;
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = CODEC.decode(entries.get(i));
                Entry before = committed.putIfAbsent(first + i, entry);
                if (before != null)
                    assertThat(entry)
                            .as("entry %d as replica %d was told", first + i, id)
                            .isEqualTo(before);
            }
            told = first + entries.size();
        }

        @Override
        public void failed(RubatoException error) {
            failure = error;
            alive = false;
            incarnation++;
            ledger = null;
        }

        void append(int count) {
            ReplicatedLedger open = ledger;
            if (!alive || open == null) return;
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) entries.add(new Entry.Term(nextValue++));
            long[] first = new long[1];
            try {
                first[0] = open.append(entries, () -> acknowledge(first[0], entries));
            } catch (RubatoException e) {
                ledger = null;
            }
        }

        @Override
        public void execute(Runnable task) {
            at(now, this, task);
        }

        @Override
        public void schedule(Runnable task, long nanos) {
            at(now + nanos, this, task);
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void send(int to, byte[] message) {
            deliver(id, to, message);
            if (random.nextDouble() < twice) deliver(id, to, message);
        }

        @Override
        public boolean reaches(int to) {
            return members.get(to).alive && !cut.contains(List.of(id, to));
        }
    }

    SimulatedGroup(long seed, int size) {
        this.random = new SplitMix(seed);
        this.size = size;
        for (int i = 0; i < size; i++) members.add(new Member(i));
        members.forEach(Member::start);
    }

    private void at(long time, Member member, Runnable task) {
        events.add(new Event(time, number++, member.id, member.incarnation, task));
    }

    private void deliver(int from, int to, byte[] message) {
        if (random.nextDouble() < loss || cut.contains(List.of(from, to))) return;
        Member target = members.get(to);
        long delay = 50_000 + random.nextInt((int) slowest);
        at(now + delay, target, () -> {
            if (target.replica != null) target.replica.receive(from, message);
        });
    }

    private void acknowledge(long first, List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            Entry before = acknowledged.put(first + i, entries.get(i));
            assertThat(before).as("entry %d acknowledged twice", first + i).isNull();
            assertThat(given.add(((Entry.Term) entries.get(i)).term())).isTrue();
        }
    }

    /** Runs everything that happens within so much virtual time. */
    void run(long nanos) {
        long end = now + nanos;
        while (!events.isEmpty() && events.peek().time() <= end) {
            Event event = events.remove();
            now = Math.max(now, event.time());
            Member member = members.get(event.member());
            if (event.incarnation() != member.incarnation || !member.alive) continue;
            if (member.pausedUntil > now) {
                events.add(new Event(
                        member.pausedUntil, event.number(), event.member(), event.incarnation(), event.task()));
                continue;
            }
            event.task().run();
            if (wrong != null) throw new AssertionError(wrong.getMessage(), wrong);
        }
        now = end;
    }

    boolean runUntilAcknowledged(int more, long mostNanos) {
        int wanted = acknowledged.size() + more;
        for (long end = now + mostNanos; now < end && acknowledged.size() < wanted; ) {
            run(10 * MILLI);
            appendAnywhere(1);
        }
        return acknowledged.size() >= wanted;
    }

    void appendAnywhere(int count) {
        members.forEach(member -> member.append(count));
    }

    void crash(int id, boolean power) {
        members.get(id).crash(power);
    }

    /** The disk fails for good after so many operations more, which ends the replica wherever it is then. */
    void failDiskAfter(int id, int operations) {
        members.get(id).disk.dieAfter(operations);
    }

    /** Whoever leads stands again, as one whose append was not committed does. */
    void leadAnew() {
        for (Member member : members)
            if (member.alive && member.ledger != null && member.replica != null) member.replica.leadAnew(member.term);
    }

    void restart(int id) {
        Member member = members.get(id);
        if (member.failure != null) member.disk.cutPower();
        if (!member.alive) member.start();
    }

    void pause(int id, long nanos) {
        members.get(id).pausedUntil = now + nanos;
    }

    void cutLink(int from, int to) {
        cut.add(List.of(from, to));
    }

    void heal() {
        cut.clear();
        loss = 0;
        twice = 0;
        slowest = MILLI;
    }

    int alive() {
        return (int) members.stream().filter(member -> member.alive).count();
    }

    boolean isAlive(int id) {
        return members.get(id).alive;
    }

    OptionalInt leader() {
        return members.stream()
                .filter(member -> member.alive && member.ledger != null)
                .mapToInt(member -> member.id)
                .findFirst();
    }

    int acknowledged() {
        return acknowledged.size();
    }

    @Nullable
    RubatoException failure(int id) {
        return members.get(id).failure;
    }

    LedgerImage ledger(int id) {
        Member member = members.get(id);
        return LedgerReader.read(member.directory().resolve("ledger"), member.disk);
    }

    FaultyDisk disk(int id) {
        return members.get(id).disk;
    }

    private void checkHolds(LedgerImage image, String whose) {
        List<Positioned> entries = image.entries();
        acknowledged.forEach((index, entry) -> assertThat(
                        entries.size() > index ? entries.get((int) (long) index).entry() : null)
                .as("entry %d of %s", index, whose)
                .isEqualTo(entry));
    }

    /** All ledgers are one, hold what was acknowledged where it was acknowledged, and nothing twice. */
    void checkAll() {
        LedgerImage first = ledger(0);
        assertThat(first.scan().problems()).isEmpty();
        checkHolds(first, "replica 0");
        List<Entry> entries = first.entries().stream().map(Positioned::entry).toList();
        assertThat(entries).doesNotHaveDuplicates();
        committed.forEach((index, entry) -> assertThat(entries.get((int) (long) index))
                .as("entry %d as it was told", index)
                .isEqualTo(entry));
        assertThat(committed).as("each entry was told to some replica").hasSize(entries.size());
        for (int id = 1; id < size; id++) {
            LedgerImage image = ledger(id);
            assertThat(image.scan().link())
                    .as("chain of replica %d", id)
                    .isEqualTo(first.scan().link());
            assertThat(image.scan().count()).isEqualTo(first.scan().count());
        }
    }
}
