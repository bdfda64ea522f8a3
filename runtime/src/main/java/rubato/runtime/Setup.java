package rubato.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import rubato.config.BatchSection;
import rubato.config.DataSection;
import rubato.config.RunConfig;
import rubato.data.Catalog;
import rubato.data.ColumnSpec;
import rubato.data.DataSets;
import rubato.data.DataSpec;
import rubato.data.Split;
import rubato.model.Model;
import rubato.model.Models;
import rubato.optim.OptimizerSpec;
import rubato.optim.Optimizers;
import rubato.optim.Schedules;
import rubato.plan.Plan;
import rubato.policy.LearningRateRule;
import rubato.policy.PolicyTerms;
import rubato.protocol.BadArithmetic;
import rubato.protocol.Goals;
import rubato.protocol.Rhythm;
import rubato.protocol.ToCoordinator;
import rubato.signal.NoiseEstimator;
import rubato.step.DataShape;

/** From the configuration to the things a run is made of; the same on every process. */
public final class Setup {
    private Setup() {}

    /** Obtains and opens the data; progress is told line by line. */
    public static Split data(RunConfig config, Path home, Consumer<String> progress) {
        DataSection d = config.data();
        DataSpec spec = d.format().isEmpty() ? Catalog.get(d.name(), home, progress) : spec(d);
        return DataSets.open(spec, home.resolve("cache"));
    }

    static DataSpec spec(DataSection d) {
        List<ColumnSpec> columns = d.columns().stream()
                .map(c -> ColumnSpec.of(c.name(), c.type(), c.encoding(), c.buckets(), c.standardize()))
                .toList();
        return new DataSpec(
                d.name(),
                d.format(),
                d.trainImages(),
                d.trainLabels(),
                d.testImages(),
                d.testLabels(),
                d.train(),
                d.test(),
                d.format().equals("idx") ? d.classes() : 0,
                d.features(),
                d.separator(),
                d.label(),
                columns,
                d.testFraction(),
                d.seed(),
                d.context());
    }

    public static Model model(RunConfig config, Split data) {
        return Models.make(config.model(), data.train());
    }

    static Replica replica(RunConfig config, Model model, Split data) {
        OptimizerSpec optimizer = config.optimizerFor(data.train().size());
        return new Replica(
                model,
                Optimizers.make(optimizer, model.parameterCount()),
                Schedules.make(optimizer.schedule()),
                rule(config),
                optimizer.learningRate(),
                config.batch().initial(),
                NoiseEstimator.start(config.noise().smoothingSamples()),
                plan(config),
                config.run().seed());
    }

    private static LearningRateRule rule(RunConfig config) {
        return LearningRateRule.of(
                lower(config.batch().lrRule()), config.optimizer().kind().startsWith("adam"));
    }

    /** The plan a run starts with. */
    static Plan plan(RunConfig config) {
        return policyTerms(config, Integer.MAX_VALUE)
                .initialPlan(config.workers().count(), goals(config).known())
                .withCompression(config.compression().planned());
    }

    static Goals goals(RunConfig config) {
        var stop = config.stop();
        return new Goals(stop.steps(), stop.epochs(), stop.maxSeconds(), stop.targetAccuracy(), stop.targetLoss());
    }

    static Rhythm rhythm(RunConfig config, Split data) {
        DataShape shape = new DataShape(
                data.train().size(),
                config.data().shuffle(),
                config.run().seed(),
                config.batch().last() == BatchSection.Last.KEEP);
        return new Rhythm(
                shape,
                config.evaluate().everySteps(),
                config.checkpoint().everySteps(),
                config.protocol().window(),
                BadArithmetic.valueOf(config.onNonfinite().name()));
    }

    static PolicyTerms policyTerms(RunConfig config, int trainSamples) {
        var batch = config.batch();
        var policy = config.policy();
        return new PolicyTerms(
                lower(batch.policy()),
                batch.initial(),
                batch.min(),
                batch.maxWithin(trainSamples),
                lower(config.shares().policy()),
                config.shares().fixed(),
                policy.cooldownSteps(),
                policy.hysteresis(),
                policy.veto() ? 0.1 : 1,
                policy.shadow(),
                config.allReduce().initial(),
                config.allReduce().choosesAlgorithm(),
                config.allReduce().choosesBuckets());
    }

    /** What every member must agree on: the data's content, the software's protocol, and each configuration key that matters. */
    static List<ToCoordinator.Fingerprint> fingerprints(RunConfig config, Split data) {
        List<ToCoordinator.Fingerprint> all = new ArrayList<>();
        all.add(new ToCoordinator.Fingerprint("data", data.fingerprint()));
        for (Map.Entry<String, String> key : config.fingerprint().entrySet()) {
            all.add(new ToCoordinator.Fingerprint(key.getKey(), key.getValue()));
        }
        return all;
    }

    /** The artificial slowdown of a local worker by its number. */
    static double slowdown(RunConfig config, String worker) {
        int dash = worker.lastIndexOf('-');
        try {
            return config.workers().slowdownOf(Integer.parseInt(worker.substring(dash + 1)));
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    private static String lower(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
