package rubato.collective;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import rubato.compress.Codec;
import rubato.net.Transport;
import rubato.plan.Algorithm;
import rubato.plan.Topology;
import rubato.schedule.Buckets;
import rubato.schedule.Span;
import rubato.signal.LinkCosts;

/** Collectives of a whole generation over byte streams, whatever carries them. */
final class ExchangeCollective implements Collective {
    private final Links links;
    private final Duration deadline;
    private final Announcement generation;
    private final Circuit circuit;
    private final FloatElements kept = new FloatElements(new float[0], 0);
    private @Nullable CodedElements keptCoded;

    ExchangeCollective(Transport transport, long term, long number, Duration deadline) {
        this.links = new Links(transport, Tuning.DEFAULT);
        this.deadline = deadline;
        this.generation = new Announcement();
        generation.generation(term, number);
        int[] everyone = IntStream.range(0, transport.size()).toArray();
        this.circuit = new Circuit(
                links,
                Tuning.DEFAULT,
                new Waiting(transport, WaitingRule.of(transport, Tuning.DEFAULT)),
                0,
                everyone,
                generation,
                deadline);
    }

    @Override
    public int rank() {
        return links.transport().rank();
    }

    @Override
    public int size() {
        return links.transport().size();
    }

    @Override
    public void allReduce(long step, float[] vector, int length, long[] control, Manner manner, Gathered into) {
        requireLength(vector, length);
        Elements elements = keptElements(vector, length, manner);
        long[][] controls = into.begin(size(), rank(), control);
        circuit.allReduce(step, elements, Reduction.SUM, manner.algorithm(), manner.codec(), controls);
        time(into);
    }

    private Elements keptElements(float[] vector, int length, Manner manner) {
        Codec codec = manner.codec();
        if (codec == null) return kept.of(vector, length);
        CodedElements coded = keptCoded;
        if (coded == null || !coded.isOf(codec, length)) keptCoded = coded = coded(vector, length, codec, manner);
        return coded.of(vector, manner.lost());
    }

    private CodedElements coded(float[] vector, int length, Codec codec, Manner manner) {
        Span own = new Span(0, length).part(rank(), size(), codec.block());
        return new CodedElements(vector, length, codec, manner.lost(), own);
    }

    @Override
    public Gathered allGather(long step, byte[] all, long[] control) {
        if (all.length % size() != 0)
            throw new IllegalArgumentException("bytes must be equal parts of " + size() + " ranks, were " + all.length);
        Gathered gathered = new Gathered();
        circuit.allGather(step, Elements.of(all), Algorithm.EXCHANGE, gathered.begin(size(), rank(), control));
        time(gathered);
        return gathered;
    }

    @Override
    public Partial start(long step, float[] vector, int length, int bucket, Manner manner) {
        if (bucket < 1) throw new IllegalArgumentException("a bucket must be >= 1 element, was " + bucket);
        Elements elements = elements(vector, length, manner);
        circuit.startAllReduce(step, elements, bucket, manner.algorithm(), manner.codec());
        return new InBuckets(step, Buckets.of(length, bucket, elements.unit()));
    }

    private void time(Gathered gathered) {
        long waitNanos = circuit.attempt().waitNanos();
        long all = System.nanoTime() - circuit.attempt().start();
        gathered.times(waitNanos, Math.max(0, all - waitNanos));
    }

    private Elements elements(float[] vector, int length, Manner manner) {
        requireLength(vector, length);
        Codec codec = manner.codec();
        return codec == null ? new FloatElements(vector, length) : coded(vector, length, codec, manner);
    }

    private static void requireLength(float[] vector, int length) {
        if (length < 0 || length > vector.length)
            throw new IllegalArgumentException("length must be in 0.." + vector.length + ", was " + length);
    }

    @Override
    public void sum(long step, float[] vector, int length) {
        requireLength(vector, length);
        circuit.allReduce(step, kept.of(vector, length), Reduction.SUM, Algorithm.EXCHANGE, null, circuit.silent());
    }

    @Override
    public SymmetricVector symmetric(int length) {
        return new SymmetricVector(length);
    }

    @Override
    public void sum(long step, SymmetricVector vector, int length) {
        sum(step, vector.array(), length);
    }

    @Override
    public Topology topology() {
        return links.topology();
    }

    @Override
    public Optional<LinkCosts> measure(int length) {
        Group probed = Group.within(links, generation.again(), deadline);
        return Optional.of(
                new Probe(probed, topology(), length, Probe.BRIEF).measure().costs());
    }

    @Override
    public String transport() {
        return IntStream.range(0, size())
                .filter(peer -> peer != rank())
                .mapToObj(peer -> links.transport().carrier(peer).lowerCase())
                .distinct()
                .sorted()
                .collect(Collectors.joining("+"));
    }

    @Override
    public String algorithm(int length) {
        return Manner.PLAIN.algorithm().name();
    }

    @Override
    public void abort(String reason) {
        links.abort(reason);
    }

    @Override
    public void close() {
        links.close();
    }

    /** Counts what is ready; a bucket is given once all of it and of those before it in the order of sending is. */
    private final class InBuckets implements Partial {
        private final long step;
        private final List<Span> spans;
        private final int[] missing;
        private int given;
        private boolean over;

        InBuckets(long step, List<Span> spans) {
            this.step = step;
            this.spans = spans;
            this.missing = spans.stream().mapToInt(Span::length).toArray();
        }

        @Override
        public void ready(int from, int to) {
            for (int i = 0; i < missing.length; i++) {
                Span span = spans.get(i);
                missing[i] -= Math.max(0, Math.min(to, span.to()) - Math.max(from, span.from()));
            }
            while (given < missing.length && missing[given] <= 0)
                circuit.attempt().operation().give(given++);
            if (!over) over = circuit.progress();
        }

        @Override
        public Gathered finish(long[] control) {
            if (given < missing.length)
                throw new IllegalStateException(
                        "bucket " + given + " of " + missing.length + " is not ready in step " + step);
            long entered = System.nanoTime();
            if (!over) circuit.complete();
            Attempt sum = circuit.attempt();
            long wait = Math.max(0, sum.start() + sum.waitNanos() - entered);
            Gathered gathered = new Gathered();
            circuit.barrier(step, gathered.begin(size(), rank(), control));
            gathered.times(wait, Math.max(0, System.nanoTime() - entered - wait));
            return gathered;
        }
    }
}
