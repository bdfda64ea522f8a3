package rubato.protocol;

import java.util.Optional;
import rubato.world.Generation;

/**
 * Generations that are over: nobody waits in a collective of theirs any longer, whatever the training thread is at.
 *
 * @param upTo the newest of them
 */
public record Ending(Generation upTo, String reason) {
    /** Above every generation a coordinator makes. */
    private static final Generation ALL = new Generation(Long.MAX_VALUE, Long.MAX_VALUE);

    /** What a message to a worker ends, if anything. */
    public static Optional<Ending> by(ToWorker message, Generation current) {
        if (message instanceof ToWorker.Sealed sealed)
            return Optional.of(new Ending(sealed.generation(), sealed.reason()));
        if (message instanceof ToWorker.Released released) return Optional.of(new Ending(current, released.reason()));
        if (message instanceof ToWorker.StandBy back) return Optional.of(new Ending(current, back.reason()));
        if (message instanceof ToWorker.Refused refused) return Optional.of(ofAll(refused.reason()));
        return Optional.empty();
    }

    /** Another coordinator leads: the worker comes to rest and joins it. */
    public static Ending byTakeover(Generation current) {
        return new Ending(current, "another coordinator took over");
    }

    /** Nothing more is trained. */
    public static Ending ofAll(String reason) {
        return new Ending(ALL, reason);
    }

    public boolean covers(Generation generation) {
        return generation.compareTo(upTo) <= 0;
    }
}
