package rubato.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rubato.error.RubatoException;
import rubato.model.ModelSpec;
import rubato.optim.OptimizerSpec;
import rubato.optim.ScheduleSpec;

/** The configuration of a run, checked. {@code reference.conf} documents every key; a record here is named as its section. */
public record RunConfig(
        RunSection run,
        DataSection data,
        ModelSpec model,
        OptimizerSpec optimizer,
        BatchSection batch,
        SharesSection shares,
        WorkersSection workers,
        StopSection stop,
        EvaluateSection evaluate,
        CheckpointSection checkpoint,
        PolicySection policy,
        NoiseSection noise,
        CompressionSection compression,
        AllReduceSection allReduce,
        NetSection net,
        CoordinatorSection coordinator,
        CoordinatorsSection coordinators,
        ProtocolSection protocol,
        OnNonfinite onNonfinite) {

    /** Reads a file (or the shipped quick start) and overrides of the form {@code key=value}. */
    public static RunConfig load(Optional<Path> file, List<String> overrides) {
        Config base = file.isPresent() ? Hocon.file(file.get()) : Hocon.quickstart();
        return of(Hocon.overrides(overrides).withFallback(base));
    }

    /** Reads what {@link #render} wrote, or any HOCON text. */
    public static RunConfig parse(String hocon) {
        return of(Hocon.text(hocon));
    }

    private static RunConfig of(Config given) {
        Config resolved = Hocon.resolve(given);
        KnownKeys.check(resolved.root());
        Values values = new Values(resolved);
        RunConfig config = Sections.read(values);
        CrossChecks.check(config, values);
        return config;
    }

    /** The whole configuration as HOCON, defaults included; {@link #parse} gives back an equal one. */
    public String render() {
        ConfigRenderOptions options = ConfigRenderOptions.defaults()
                .setOriginComments(false)
                .setComments(false)
                .setJson(false);
        return Rendering.tree(this).render(options);
    }

    /** Every key, dotted, with its value as text, sorted. */
    public Map<String, String> flat() {
        return Rendering.flat(this);
    }

    /** The keys all workers must agree in, with their values: not where files lie, ports, names, JVM arguments. */
    public Map<String, String> fingerprint() {
        Map<String, String> agreed = flat();
        agreed.keySet().removeIf(Fingerprint::isLocal);
        return agreed;
    }

    /** Refuses what does not fit a training set of this size. */
    public void checkAgainst(int trainSamples) {
        requireWithin("batch.initial", batch.initial(), trainSamples);
        requireWithin("batch.min", batch.min(), trainSamples);
    }

    private static void requireWithin(String key, int batch, int trainSamples) {
        if (batch <= trainSamples) return;
        throw RubatoException.usage(
                key + " = " + batch + " is larger than the training set, allowed 1.." + trainSamples);
    }

    /** Steps of one epoch at the initial batch. */
    public long stepsPerEpoch(int trainSamples) {
        long whole = trainSamples / batch.initial();
        boolean rest = trainSamples % batch.initial() != 0;
        return whole + (rest && batch.last() == BatchSection.Last.KEEP ? 1 : 0);
    }

    /** The optimizer with the end of its schedule filled in from {@code stop} where it is not set. */
    public OptimizerSpec optimizerFor(int trainSamples) {
        ScheduleSpec s = optimizer.schedule();
        if (Double.isFinite(s.totalSteps())) return optimizer;
        double byEpochs = stop.epochs() == Long.MAX_VALUE
                ? Double.POSITIVE_INFINITY
                : (double) stop.epochs() * stepsPerEpoch(trainSamples);
        double bySteps = stop.steps() == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : stop.steps();
        ScheduleSpec ended = new ScheduleSpec(
                s.kind(), s.warmupSteps(), Math.min(byEpochs, bySteps), s.finalFactor(), s.milestones(), s.gamma());
        OptimizerSpec o = optimizer;
        return new OptimizerSpec(
                o.kind(),
                o.learningRate(),
                o.momentum(),
                o.nesterov(),
                o.weightDecay(),
                o.clipNorm(),
                o.beta1(),
                o.beta2(),
                o.epsilon(),
                ended);
    }
}
