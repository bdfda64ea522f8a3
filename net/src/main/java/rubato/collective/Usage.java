package rubato.collective;

import java.util.List;

/**
 * What collectives have cost so far.
 *
 * @param waitNanos per rank, how long this rank, once inside, waited for that one to enter
 */
public record Usage(List<Operations> operations, long[] waitNanos) {
    /**
     * All finished operations of one kind.
     *
     * @param bytes of the vectors, not of what went over the wire
     */
    public record Operations(String kind, long calls, long bytes, long nanos) {}
}
