package rubato.event;

import java.util.List;
import rubato.plan.Plan;
import rubato.policy.Decision;
import rubato.signal.NoiseEstimate;
import rubato.signal.Signals;
import rubato.step.Evaluation;

/** Something that happened in a run, told to listeners; nothing flows back. */
public sealed interface Event {
    record RunStarted(
            String run, String model, String data, int workers, int trainSamples, int testSamples, int parameters)
            implements Event {}

    record GenerationSealed(String generation, long step, String reason) implements Event {}

    /** Too few workers: nothing is trained until more come. */
    record Paused(int workers, int needed) implements Event {}

    record GenerationStarted(String generation, List<String> workers, Plan plan) implements Event {}

    /** A committed step. {@code epoch} counts from 0, {@code progress} is the fraction of it done, rates are means since the last such event, bytes are totals. */
    record StepCommitted(
            long step,
            long epoch,
            double progress,
            long samplesTotal,
            double loss,
            double accuracy,
            int batch,
            double learningRate,
            NoiseEstimate noise,
            double samplesPerSecond,
            double secondsLeft,
            long bytesSent,
            long bytesSaved)
            implements Event {}

    record WindowMeasured(Signals signals) implements Event {}

    record Decided(long step, Plan before, Decision decision) implements Event {}

    record PlanChanged(Plan plan, String reason) implements Event {}

    record Evaluated(long step, long epoch, double seconds, List<Evaluation> sets) implements Event {}

    record CheckpointStored(long step, String directory) implements Event {}

    record WorkerJoined(String worker, long pid) implements Event {}

    record WorkerLeft(String worker, String reason) implements Event {}

    record Warning(String message) implements Event {}

    record RunFinished(Summary summary) implements Event {}
}
