package rubato.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All-reduce through memory that all members map. A short vector is written whole by everyone and added by everyone. A long one
 * goes in chunks through two slots per member: each copies out what others own, adds the slice it owns in the order of members,
 * copies in what others have added. The additions are those of an exchange over sockets, so are the bits.
 *
 * <p>Progress is one growing word per member, written with release and read with acquire. Whoever writes it then looks for
 * sleepers without a fence in between, which would cost as much as the rest of a short call; that is why a sleeper, having said
 * that it sleeps, looks again after {@link Patience#settle} before it does. Used by one thread; no call allocates.
 */
public final class SharedReduce {
    public static final int MAX_CONTROLS = SharedLayout.MAX_CONTROLS;

    private static final long LONGEST_SLEEP_NANOS = 20_000_000;
    /** A vector goes whole to everybody while all that a member reads is no more than this. */
    private static final int FLAT_TOTAL_BYTES = 256 << 10;

    /** A shared vector up to here is copied all the same: one round of waiting instead of two. */
    private static final int SHORT_FLOATS = 256;

    private static final int CHUNK_FLOATS = SharedLayout.SLOT_BYTES / 4;

    private final ByteBuffer memory;
    private final FloatBuffer floats;
    private final int index;
    private final int members;
    private final Bell bell;
    private final long deadlineNanos;
    private final Patience patience;
    private final SumKernel kernel;
    private final int flatFloats;
    private final float[] brief = new float[SHORT_FLOATS];
    private final int[] bases;
    private final int[] parts;
    private final long[] taken = new long[2];
    private long operation;
    private long phase;
    private long chunks;
    private long step;
    private long shape;
    private long startNanos;
    private long allEnteredNanos;
    private boolean timed;
    private long @Nullable [] waits;

    /**
     * @param memory zeros, of {@link SharedLayout#BYTES_PER_RANK} bytes for each member
     * @param deadlineNanos how long a call waits for others
     */
    public SharedReduce(ByteBuffer memory, int index, int members, Bell bell, long deadlineNanos) {
        this.memory = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.floats = this.memory.asFloatBuffer();
        this.index = index;
        this.members = members;
        this.bell = bell;
        this.deadlineNanos = deadlineNanos;
        this.patience = Patience.of(members, Runtime.getRuntime().availableProcessors(), Blocking.WANTED);
        this.kernel = SumKernel.best(this.memory);
        this.flatFloats = Math.min(SharedLayout.SLOT_BYTES, FLAT_TOTAL_BYTES / (members - 1)) / 4;
        this.bases = new int[members];
        this.parts = new int[members];
        for (int member = 0; member < members; member++) bases[member] = (int) (member * SharedLayout.BYTES_PER_RANK);
    }

    /**
     * Sums {@code vector[0 .. length)} over all members into every member's vector.
     *
     * @param step names the call; members must agree on it and on the length
     */
    public void sum(long step, float[] vector, int length) throws IOException {
        timed = false;
        begin(step, length, 0);
        if (length <= flatFloats) sumFlat(vector, length);
        else sumSliced(vector, length);
    }

    /**
     * The same, and notes who had to be waited for.
     *
     * @param waitedUntil by member, when it was seen to have entered, or 0 if it was there at once
     */
    public void sum(long step, float[] vector, int length, long[] waitedUntil) throws IOException {
        Arrays.fill(waitedUntil, 0);
        waits = waitedUntil;
        try {
            sum(step, vector, length);
        } finally {
            waits = null;
        }
    }

    /** Sums the first {@code length} elements of a shared vector into every member's part of it. */
    public void sum(long step, SharedVector vector, int length) throws IOException {
        if (length < 0 || length > vector.length())
            throw new IllegalArgumentException("length must be in 0.." + vector.length() + ", was " + length);
        timed = false;
        begin(step, length, 0);
        if (length <= SHORT_FLOATS) {
            vector.copyTo(brief, length);
            sumFlat(brief, length);
            vector.copyFrom(brief, length);
            return;
        }
        enter();
        awaitEntries();
        vector.sum((int) ((long) length * index / members), (int) ((long) length * (index + 1) / members));
        reach(++phase);
        awaitAll(phase);
    }

    /**
     * The same, and every member's control words go to all.
     *
     * @param into the words by member; an array of another length than a member's words is replaced
     */
    public void sum(long step, float[] vector, int length, long[] control, long[][] into) throws IOException {
        timed = true;
        begin(step, length, control.length);
        int at = SharedLayout.controls(bases[index], operation);
        for (int i = 0; i < control.length; i++) memory.putLong(at + 8 * i, control[i]);
        if (length <= flatFloats) sumFlat(vector, length);
        else sumSliced(vector, length);
        for (int member = 0; member < members; member++) into[member] = controls(member, into[member]);
    }

    private long[] controls(int member, long[] held) throws SharedException {
        int header = SharedLayout.header(bases[member], operation);
        int count = (int) (Words.plain(memory, header + SharedLayout.SHAPE) >>> 32);
        if (count < 0 || count > MAX_CONTROLS) throw new SharedException(SharedException.Fault.GARBLED, member, count);
        int at = SharedLayout.controls(bases[member], operation);
        long[] words = held.length == count ? held : new long[count];
        for (int i = 0; i < words.length; i++) words[i] = memory.getLong(at + 8 * i);
        return words;
    }

    private void begin(long step, int length, int controls) {
        this.step = step;
        this.shape = (long) controls << 32 | length;
        this.startNanos = 0;
        operation++;
        int header = SharedLayout.header(bases[index], operation);
        Words.plain(memory, header + SharedLayout.STEP, step);
        Words.plain(memory, header + SharedLayout.SHAPE, shape);
    }

    /** Everything written before is there for whoever sees this operation's number. */
    private void enter() throws IOException {
        Words.release(memory, SharedLayout.header(bases[index], operation) + SharedLayout.SEQUENCE, operation);
        wakeSleepers();
    }

    private void awaitEntries() throws IOException {
        for (int member = 0; member < members; member++) if (member != index) awaitEntry(member);
        if (timed) allEnteredNanos = System.nanoTime();
    }

    /** Whether a vector of this length goes whole to everybody. */
    public boolean isFlat(int length) {
        return length <= flatFloats;
    }

    /** When the last member was seen to have entered the last call with control words. */
    public long allEnteredNanos() {
        return allEnteredNanos;
    }

    private void awaitEntry(int member) throws IOException {
        int header = SharedLayout.header(bases[member], operation);
        long[] noted = waits;
        boolean late = noted != null && !hasEntered(member);
        await(member, header + SharedLayout.SEQUENCE, operation);
        if (noted != null && late) noted[member] = System.nanoTime();
        compare(member, header);
    }

    private void compare(int member, int header) throws SharedException {
        if (Words.plain(memory, header + SharedLayout.STEP) != step)
            throw new SharedException(
                    SharedException.Fault.STEP, member, Words.plain(memory, header + SharedLayout.STEP));
        int length = (int) Words.plain(memory, header + SharedLayout.SHAPE);
        if (length != (int) shape) throw new SharedException(SharedException.Fault.LENGTH, member, length);
    }

    private void sumFlat(float[] vector, int length) throws IOException {
        boolean inline = length <= SharedLayout.INLINE_FLOATS;
        if (inline) putInline(vector, length);
        else floats.put(SharedLayout.slot(bases[index], chunks) / 4, vector, 0, length);
        enter();
        awaitEntries();
        if (inline) sumInline(vector, length);
        else kernel.sum(vector, 0, length, flatParts(), index, -1);
        taken[(int) (chunks & 1)] = phase;
        chunks++;
    }

    private int[] flatParts() {
        for (int member = 0; member < members; member++) parts[member] = SharedLayout.slot(bases[member], chunks);
        return parts;
    }

    private void putInline(float[] vector, int length) {
        int at = SharedLayout.header(bases[index], operation) + SharedLayout.INLINE;
        for (int i = 0; i < length; i++) memory.putFloat(at + 4 * i, vector[i]);
    }

    private void sumInline(float[] vector, int length) {
        for (int i = 0; i < length; i++) {
            int at = SharedLayout.INLINE + 4 * i;
            float sum = memory.getFloat(SharedLayout.header(bases[0], operation) + at);
            for (int member = 1; member < members; member++)
                sum += memory.getFloat(SharedLayout.header(bases[member], operation) + at);
            vector[i] = sum;
        }
    }

    private void sumSliced(float[] vector, int length) throws IOException {
        enter();
        long base = phase;
        int count = (length + CHUNK_FLOATS - 1) / CHUNK_FLOATS;
        copyOut(vector, length, 0);
        reach(base + 1);
        awaitEntries();
        for (int chunk = 0; chunk < count; chunk++) {
            if (chunk + 1 < count) {
                awaitAll(taken[(int) (chunks + chunk + 1 & 1)]);
                copyOut(vector, length, chunk + 1);
                reach(base + 3L * chunk + 2);
            }
            awaitAll(chunk == 0 ? base + 1 : base + 3L * chunk - 1);
            reduce(vector, length, chunk);
            reach(base + 3L * chunk + 3);
            copyIn(vector, length, chunk, base + 3L * chunk + 3);
            reach(base + 3L * chunk + 4);
            taken[(int) (chunks + chunk & 1)] = base + 3L * chunk + 4;
        }
        phase = base + 3L * count + 1;
        chunks += count;
    }

    private int slice(int chunk, int length, int owner) {
        int start = chunk * CHUNK_FLOATS;
        int floatsHere = Math.min(CHUNK_FLOATS, length - start);
        return start + (int) ((long) floatsHere * owner / members);
    }

    private int slotAt(int member, int chunk, int element) {
        return SharedLayout.slot(bases[member], chunks + chunk) + 4 * (element - chunk * CHUNK_FLOATS);
    }

    private void copyOut(float[] vector, int length, int chunk) {
        for (int i = 1; i < members; i++) {
            int owner = (index + i) % members;
            int from = slice(chunk, length, owner);
            floats.put(slotAt(index, chunk, from) / 4, vector, from, slice(chunk, length, owner + 1) - from);
        }
    }

    private void reduce(float[] vector, int length, int chunk) {
        int from = slice(chunk, length, index);
        int count = slice(chunk, length, index + 1) - from;
        for (int member = 0; member < members; member++) parts[member] = slotAt(member, chunk, from);
        kernel.sum(vector, from, count, parts, index, slotAt(index, chunk, from));
    }

    private void copyIn(float[] vector, int length, int chunk, long reduced) throws IOException {
        for (int i = 1; i < members; i++) {
            int owner = (index + i) % members;
            await(owner, bases[owner] + SharedLayout.PHASE, reduced);
            int from = slice(chunk, length, owner);
            floats.get(slotAt(owner, chunk, from) / 4, vector, from, slice(chunk, length, owner + 1) - from);
        }
    }

    private void reach(long value) throws IOException {
        Words.release(memory, bases[index] + SharedLayout.PHASE, value);
        wakeSleepers();
    }

    private void wakeSleepers() throws IOException {
        for (int member = 0; member < members; member++) {
            if (member == index) continue;
            int sleeps = bases[member] + SharedLayout.SLEEPS;
            if (Words.acquire(memory, sleeps) != 0 && Words.exchange(memory, sleeps, 1, 0)) bell.ring(member);
        }
    }

    private void awaitAll(long target) throws IOException {
        for (int member = 0; member < members; member++) {
            if (member != index) await(member, bases[member] + SharedLayout.PHASE, target);
        }
    }

    private void await(int member, int at, long target) throws IOException {
        if (Words.acquire(memory, at) >= target || patience.reached(memory, at, target)) return;
        if (startNanos == 0) startNanos = System.nanoTime();
        int sleeps = bases[index] + SharedLayout.SLEEPS;
        try {
            while (true) {
                Words.publish(memory, sleeps, 1);
                patience.settle();
                if (Words.acquire(memory, at) >= target) return;
                if (bell.gone(member) && Words.acquire(memory, at) < target)
                    throw new SharedException(SharedException.Fault.LEFT, member, operation);
                long left = deadlineNanos - (System.nanoTime() - startNanos);
                if (left <= 0) throw late();
                sleep(Math.min(left, LONGEST_SLEEP_NANOS), at, target);
            }
        } finally {
            Words.release(memory, sleeps, 0);
        }
    }

    /**
     * A disagreement that is in the memory already is the cause of whatever else is told; what a member did before it failed is done.
     */
    private void sleep(long nanos, int at, long target) throws IOException {
        try {
            bell.await(nanos);
        } catch (IOException | RuntimeException e) {
            for (int member = 0; member < members; member++)
                if (hasEntered(member)) compare(member, SharedLayout.header(bases[member], operation));
            if (Words.acquire(memory, at) < target) throw e;
        }
    }

    /** Whether a member has entered the call under way, or the last one. */
    public boolean hasEntered(int member) {
        return Words.acquire(memory, SharedLayout.header(bases[member], operation) + SharedLayout.SEQUENCE)
                >= operation;
    }

    /** Whoever is furthest behind holds up all others, also those that wait for somebody who waits for it. */
    private SharedException late() {
        int behind = -1;
        for (int member = 0; member < members; member++) {
            if (member != index && (behind < 0 || progress(member) < progress(behind))) behind = member;
        }
        boolean here = hasEntered(behind);
        return new SharedException(
                here ? SharedException.Fault.STALLED : SharedException.Fault.ABSENT, behind, operation);
    }

    /** Whether no other member has done less of the call under way. */
    public boolean isFurthestBehind(int member) {
        for (int other = 0; other < members; other++)
            if (other != index && progress(other) < progress(member)) return false;
        return true;
    }

    private long progress(int member) {
        return hasEntered(member) ? Words.acquire(memory, bases[member] + SharedLayout.PHASE) : -1;
    }

    @Override
    public String toString() {
        return "member " + index + " of " + members + " at " + Arrays.toString(taken);
    }
}
