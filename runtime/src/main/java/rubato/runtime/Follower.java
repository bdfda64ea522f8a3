package rubato.runtime;

import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.step.StateName;

/** A joiner that has taken over a state and does what the members do, from outside. Belongs to the training thread. */
final class Follower {
    private static final long KEEP_UP_MILLIS = 5;
    private static final long REST_MILLIS = 100;

    private @Nullable StateFetch from;
    private Closeness closeness = new Closeness();
    private boolean told;

    /** Follows those from whom a state was taken over. */
    void begin(StateFetch taken) {
        from = taken;
        closeness = new Closeness();
        told = false;
    }

    boolean isFollowing() {
        return from != null;
    }

    void stop() {
        StateFetch open = from;
        from = null;
        if (open != null) open.close();
    }

    /**
     * Does the next step of the members, if there is one, or gives up.
     *
     * @return whether it is to be told now what is held: once, when it has caught up or will not
     */
    boolean keepUp(Trainee trainee) {
        StateFetch open = from;
        if (open == null) return false;
        try {
            if (!closeness.isReached(trainee.keepUp(open, KEEP_UP_MILLIS))) return false;
        } catch (RubatoException e) {
            stop();
        }
        boolean first = !told;
        told = true;
        return first;
    }

    /** Those who rest have done every step up to the base, so the rest of the way is there to be followed; then it is over. */
    void followTo(StateName base, Trainee trainee) {
        StateFetch open = from;
        if (open == null) return;
        try {
            int missed = 0;
            while (trainee.state().step() < base.step() && missed < open.donors()) {
                if (trainee.keepUp(open, REST_MILLIS) >= 0) continue;
                missed++;
                open.askAnother();
            }
        } catch (RubatoException e) {
            // what is missing is fetched
        } finally {
            stop();
        }
    }
}
