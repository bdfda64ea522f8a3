package rubato.config;

import java.util.List;

/** {@code shares}: who carries how much of the batch; {@code fixed} has one fraction per worker under that policy. */
public record SharesSection(Policy policy, List<Double> fixed) {
    /** What sets the shares. */
    public enum Policy {
        EQUAL,
        BALANCED,
        FIXED
    }

    public SharesSection {
        fixed = List.copyOf(fixed);
    }
}
