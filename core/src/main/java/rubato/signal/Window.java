package rubato.signal;

import java.util.List;
import rubato.plan.Plan;
import rubato.step.StepTimes;
import rubato.step.StepTotals;

/** Placeholder until merge. */
public final class Window {
    public Window(int baseBatch) {}
    public void start(List<String> workers) {}
    public void add(long step, StepTotals totals, List<StepTimes> times) { last = step; }
    private long last;
    public Signals close(double seconds, NoiseEstimate noise) { return new Signals(0, last, 0, seconds, 0, noise, List.of(), 0, 0, List.of()); }
    public void changed(Plan before, Plan after) {}
}
