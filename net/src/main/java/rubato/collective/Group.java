package rubato.collective;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import rubato.net.SharedGroup;
import rubato.net.Transport;
import rubato.net.TransportChoice;
import rubato.plan.Algorithm;
import rubato.plan.Topology;
import rubato.policy.AlgorithmChoice;
import rubato.schedule.Span;

/**
 * Ranks that compute together, usable without the rest of Rubato. Every member calls the same operations in the same order; whoever
 * differs gets, like everybody else, an error that names both. Operations work in place and by one thread at a time;
 * {@link #abort} and {@link #close} may be called from any. The first failure ends the group and those it was split from or into.
 */
public final class Group implements AutoCloseable {
    /** Number of a group within something else. */
    private static final int WITHIN = -1;

    private final Links links;
    private final Duration deadline;
    private final Runnable closing;
    private final int id;
    private final int[] members;
    private final Circuit circuit;
    private final Announcement announcement;
    /** If all ranks have memory in common. */
    private final @Nullable SharedSum shared;

    private Algorithm algorithm = Algorithm.EXCHANGE;
    private long sequence;
    private int children;

    private Group(
            Links links,
            Duration deadline,
            Runnable closing,
            int id,
            int[] members,
            Announcement announcement,
            @Nullable SharedGroup memory) {
        this.links = links;
        this.deadline = deadline;
        this.closing = closing;
        this.id = id;
        this.members = members;
        Transport transport = links.transport();
        Pace pace = new Waiting(transport, WaitingRule.of(transport, Tuning.DEFAULT));
        this.announcement = announcement;
        this.circuit = new Circuit(links, Tuning.DEFAULT, pace, id, members, announcement, deadline);
        this.shared = memory == null ? null : new SharedSum(links, circuit, memory, deadline);
    }

    /**
     * Meets the other ranks, all of this machine.
     *
     * @param deadline for meeting, and for each operation later
     */
    public static Group join(Rendezvous rendezvous, int rank, int size, Duration deadline) {
        return join(rendezvous, rank, size, Reach.LOOPBACK, deadline);
    }

    /** Meets ranks that may be on other machines. */
    public static Group join(Rendezvous rendezvous, int rank, int size, Reach reach, Duration deadline) {
        if (rank < 0 || rank >= size)
            throw new IllegalArgumentException("rank must be in 0.." + (size - 1) + ", was " + rank);
        Meeting meeting = Meeting.hold(rendezvous, rank, size, reach, deadline);
        return over(meeting.transport(), deadline, meeting.close());
    }

    static Group over(Transport transport, Duration deadline, Runnable closing) {
        int[] everyone = IntStream.range(0, transport.size()).toArray();
        Announcement first = new Announcement();
        first.generation(1, 1);
        SharedGroup memory = transport.shared();
        boolean ofAll = memory != null && memory.size() == transport.size();
        Links links = new Links(transport, Tuning.DEFAULT);
        return new Group(links, deadline, closing, 0, everyone, first, ofAll ? memory : null);
    }

    /** All ranks of links that something else uses too, in its pauses. */
    static Group within(Links links, Announcement generation, Duration deadline) {
        int[] everyone = IntStream.range(0, links.transport().size()).toArray();
        return new Group(links, deadline, () -> {}, WITHIN, everyone, generation, null);
    }

    public int rank() {
        int index = 0;
        while (members[index] != links.transport().rank()) index++;
        return index;
    }

    public int size() {
        return members.length;
    }

    /** Which ranks of this group share a host. */
    public Topology topology() {
        List<Integer> hosts = links.topology().hostOfRank();
        return new Topology(IntStream.of(members).mapToObj(hosts::get).toList());
    }

    /** The hierarchical algorithm for hosts as they are, also of a group that was split off. */
    public Algorithm hierarchical() {
        return new Algorithm.Hierarchical(links.topology().hostOfRank());
    }

    /** What carries the bytes to another rank of this group. */
    public TransportChoice carrier(int other) {
        return links.transport().carrier(members[other]);
    }

    /** Sums over all ranks; afterwards every rank holds the same bits. After a failure the vector is garbage. */
    public void allReduce(float[] vector) {
        allReduce(Elements.of(vector), Reduction.SUM);
    }

    /** The same from one array into another of the same length; whatever happens, {@code from} stays as it is. */
    public void allReduce(float[] from, float[] into, Reduction how) {
        if (from.length != into.length)
            throw new IllegalArgumentException("lengths must be equal, were " + from.length + " and " + into.length);
        System.arraycopy(from, 0, into, 0, from.length);
        allReduce(Elements.of(into), how);
    }

    public void allReduce(Elements vector, Reduction how) {
        allReduce(vector, how, algorithm);
    }

    /** Reduces by an algorithm that all ranks name alike, because it decides the order of additions. */
    public void allReduce(Elements vector, Reduction how, Algorithm by) {
        SharedSum memory = shared;
        if (memory != null && vector instanceof FloatElements floats && SharedSum.takes(how, by))
            memory.allReduce(sequence++, floats, how);
        else circuit.allReduce(sequence++, vector, how, by, null, circuit.silent());
    }

    /**
     * Reduces the vector's part of each rank at that rank; the other parts are then garbage.
     *
     * @return where this rank's part is
     */
    public Span reduceScatter(Elements vector, Reduction how) {
        circuit.reduceScatter(sequence++, vector, how, ringOrExchange());
        return part(vector.length());
    }

    /** Fills the vector with every rank's own part. After a failure the own part is intact. */
    public void allGather(Elements vector) {
        circuit.allGather(sequence++, vector, ringOrExchange());
    }

    /** The part of a vector of this length that belongs to this rank. */
    public Span part(int length) {
        return new Span(0, length).part(rank(), size(), 1);
    }

    /** Copies the root's vector to every rank. After a failure the root's is intact. */
    public void broadcast(Elements vector, int root) {
        circuit.rooted(OperationKind.BROADCAST, sequence++, vector, root);
    }

    /** Copies each rank's part of the root's vector to that rank. After a failure the root's vector is intact. */
    public void scatter(Elements vector, int root) {
        circuit.rooted(OperationKind.SCATTER, sequence++, vector, root);
    }

    /** Copies each rank's part of its vector to the root. After a failure every part is intact. */
    public void gather(Elements vector, int root) {
        circuit.rooted(OperationKind.GATHER, sequence++, vector, root);
    }

    /** Waits until every rank has come here. */
    public void barrier() {
        circuit.barrier(sequence++, circuit.silent());
    }

    /** Some numbers of every rank, by rank; at most 1024 each, and not the same count of each. */
    public long[][] gatherWords(long... own) {
        long[][] byLink = new long[links.all().length][0];
        byLink[links.transport().rank()] = own.clone();
        circuit.barrier(sequence++, byLink);
        return IntStream.of(members).mapToObj(member -> byLink[member]).toArray(long[][]::new);
    }

    /**
     * Divides the group: ranks with the same color make a new group, in the order of their keys, ties by rank. Every rank calls it.
     * The new group uses the same connections, so that only one of them may be inside an operation at a time.
     */
    public Group split(int color, int key) {
        long[][] all = gatherWords(color, key);
        List<Integer> same = new ArrayList<>();
        for (int i = 0; i < all.length; i++) if (all[i][0] == color) same.add(i);
        same.sort(Comparator.comparingLong(i -> all[i][1]));
        int child = id * 31 + ++children * 1009 + color;
        int[] chosen = same.stream().mapToInt(i -> members[i]).toArray();
        return within(child, chosen);
    }

    private Group within(int child, int[] chosen) {
        return new Group(links, deadline, () -> {}, child, chosen, announcement.again(), null);
    }

    /** Whether sums of float32 by exchange go through memory that all ranks share. */
    boolean sumsInMemory() {
        return shared != null;
    }

    /** The same ranks, which use nothing but messages. */
    Group overStreams() {
        return within(id * 31 + ++children * 1009, members);
    }

    /** From now on reduces by this algorithm; every rank says so between the same operations. */
    public void use(Algorithm newAlgorithm) {
        algorithm = newAlgorithm;
    }

    /**
     * Measures what messages cost on links within a host and between hosts, in some tens of short all-reduces, and what a few of this
     * length take by each algorithm; every rank calls it, and all get the same answer. Ask again from time to time: costs drift with load.
     *
     * @param length of the vectors to be summed later, in floats
     */
    public AlgorithmChoice measure(Topology topology, int length) {
        if (topology.ranks() != size())
            throw new IllegalArgumentException(
                    "the topology must be of " + size() + " ranks, was of " + topology.ranks());
        return new Probe(this, topology, length, Probe.THOROUGH).measure();
    }

    /** This rank and another, if {@code first} and {@code second} are they; the other ranks get nothing. */
    Optional<Group> pair(int first, int second) {
        int child = id * 31 + ++children * 1009;
        int own = rank();
        if (own != first && own != second) return Optional.empty();
        return Optional.of(within(child, new int[] {members[first], members[second]}));
    }

    /** Makes a waiting or later operation fail at once, here and at every other rank. */
    public void abort(String reason) {
        links.abort(reason);
    }

    /** What operations have cost so far, of all groups over the same connections. */
    public Usage usage() {
        return links.recorder().usage();
    }

    /** The last operations of all groups over the same connections, one a line, oldest first. */
    public List<String> flight() {
        return links.recorder().lines();
    }

    /** A group that was split off ends with the one it came from. */
    @Override
    public void close() {
        if (id != 0) return;
        links.close();
        closing.run();
    }

    private Algorithm ringOrExchange() {
        return algorithm instanceof Algorithm.Ring ? Algorithm.RING : Algorithm.EXCHANGE;
    }
}
