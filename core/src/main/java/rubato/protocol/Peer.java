package rubato.protocol;

import org.jspecify.annotations.Nullable;
import rubato.step.StateName;
import rubato.world.Member;
import rubato.world.WorkerId;

/** What the coordinator knows of one connected worker. */
final class Peer {
    final WorkerId id;
    final long pid;
    /** It joins only where others are missing. */
    boolean standby;
    /** Where it is reached, once it has joined. */
    @Nullable
    Member member;
    /** What it holds while it is at rest. */
    @Nullable
    StateName state;
    /** It asked to leave, or was asked to. */
    boolean leaving;
    /** It was taken out for its silence and has not joined anew. */
    boolean suspect;

    /** It was proposed as a member since it joined. */
    boolean placed;

    boolean installed;
    /** It holds the base, and compression has kept nothing back. */
    boolean keepsNothing;

    long stateBytes;
    /** When it was told to follow the members from outside; never if its state is small or none was asked. */
    long followingSince = Long.MIN_VALUE;

    boolean followed;
    /** It shares the run's file system. */
    boolean stores = true;
    /** It could not make the base by its recipe. */
    boolean unable;
    /** Others make the base by its recipe; it takes that over from them. */
    boolean spared;

    boolean linked;
    /** How often it could not install a base in the present change. */
    int failures;
    /** Not admitted before this time. */
    long notBefore = Long.MIN_VALUE;

    Activity activity = Activity.INSTALLING;
    long step;
    long heardNanos;
    /** When it began what it does, by the coordinator's clock. */
    long sinceNanos;

    Peer(WorkerId id, long pid, boolean standby, long nowNanos) {
        this.id = id;
        this.pid = pid;
        this.standby = standby;
        this.heardNanos = nowNanos;
        this.sinceNanos = nowNanos;
    }

    boolean joined() {
        return member != null;
    }

    Member reached() {
        if (member == null) throw new IllegalStateException(id + " has not joined");
        return member;
    }

    void does(Activity what, long nowNanos) {
        if (what != activity) sinceNanos = nowNanos;
        activity = what;
    }
}
