package rubato.world;

import java.util.regex.Pattern;

/** A worker's name and incarnation; a restarted worker is a new incarnation and knows nothing. */
public record WorkerId(String name, long incarnation) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    public WorkerId {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("worker name must match [A-Za-z0-9._-]{1,128}, was '" + name + "'");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
