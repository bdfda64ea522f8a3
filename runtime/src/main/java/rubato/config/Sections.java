package rubato.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import rubato.model.ModelSpec;
import rubato.optim.OptimizerSpec;
import rubato.optim.ScheduleSpec;

/** Values to records, section by section, each value within its own range. */
final class Sections {
    private static final int ANY = Integer.MAX_VALUE;
    private static final long LONG = Long.MAX_VALUE;
    private static final double INF = Double.POSITIVE_INFINITY;

    private Sections() {}

    static RunConfig read(Values v) {
        return new RunConfig(
                run(v),
                data(v),
                model(v),
                optimizer(v),
                batch(v),
                new SharesSection(
                        v.choice("shares.policy", SharesSection.Policy.class),
                        v.numbers("shares.fixed", Bounds.NOT_NEGATIVE)),
                workers(v),
                stop(v),
                new EvaluateSection(v.longInteger("evaluate.every-steps", 0, LONG)),
                new CheckpointSection(
                        v.longInteger("checkpoint.every-steps", 0, LONG),
                        v.integer("checkpoint.keep", 1, ANY),
                        v.duration("checkpoint.keep-for")),
                policy(v),
                new NoiseSection(
                        v.number("noise.smoothing-samples", Bounds.atLeast(1)), v.integer("noise.micro-batch", 1, ANY)),
                new CompressionSection(
                        v.choice("compression.kind", CompressionSection.Kind.class),
                        v.number("compression.fraction", Bounds.PART),
                        v.integer("compression.rank", 1, 1024)),
                new AllReduceSection(
                        v.choice("all-reduce.algorithm", AllReduceSection.Kind.class),
                        v.integerOr("all-reduce.bucket-bytes", 0, 1 << 30, AllReduceSection.AUTO)),
                new NetSection(
                        v.flag("net.tls"),
                        v.flag("net.insecure"),
                        v.oneOf("net.transport", NetSection.TRANSPORTS),
                        v.text("net.shm-directory"),
                        v.integer("net.tcp-streams", 1, 16)),
                new CoordinatorSection(v.text("coordinator.host"), v.integer("coordinator.port", 0, 65535)),
                new CoordinatorsSection(
                        v.integer("coordinators.count", 1, 5),
                        v.flag("coordinators.embedded"),
                        v.number("coordinators.wait-seconds", Bounds.POSITIVE)),
                new ProtocolSection(v.integer("protocol.window", 1, 4096)),
                v.choice("on-nonfinite", OnNonfinite.class));
    }

    private static RunSection run(Values v) {
        return new RunSection(v.text("run.name"), v.longInteger("run.seed", Long.MIN_VALUE, LONG), v.text("run.dir"));
    }

    private static DataSection data(Values v) {
        return new DataSection(
                v.text("data.name"),
                v.isSet("data.format") ? v.oneOf("data.format", List.of("idx", "libsvm", "csv", "text")) : "",
                v.text("data.train-images"),
                v.text("data.train-labels"),
                v.text("data.test-images"),
                v.text("data.test-labels"),
                v.text("data.train"),
                v.text("data.test"),
                v.integer("data.classes", 2, 1 << 20),
                v.integer("data.features", 0, ANY),
                v.text("data.separator"),
                v.text("data.label"),
                columns(v),
                v.number("data.test-fraction", Bounds.INSIDE),
                v.longInteger("data.seed", Long.MIN_VALUE, LONG),
                v.integer("data.context", 1, 1024),
                v.flag("data.shuffle"));
    }

    private static List<ColumnSection> columns(Values v) {
        List<ColumnSection> columns = new ArrayList<>();
        for (ConfigValue each : v.list("data.columns")) {
            if (!(each instanceof ConfigObject column)) {
                throw Values.refused("data.columns", each, "a list of { name, type, encoding, buckets, standardize }");
            }
            KnownKeys.checkColumn("data.columns", column);
            columns.add(column(new Values(column.withFallback(COLUMN_DEFAULTS).toConfig())));
        }
        return columns;
    }

    private static final ConfigObject COLUMN_DEFAULTS = com.typesafe.config.ConfigFactory.parseString(
                    "type = numeric, encoding = one-hot, buckets = 1024, standardize = false")
            .root();

    private static ColumnSection column(Values v) {
        if (v.text("name").isEmpty()) throw v.refused("name", "the name of a column in the header (data.columns)");
        return new ColumnSection(
                v.text("name"),
                v.oneOf("type", List.of("numeric", "categorical")),
                v.oneOf("encoding", List.of("one-hot", "hashed")),
                v.integer("buckets", 1, 1 << 26),
                v.flag("standardize"));
    }

    private static ModelSpec model(Values v) {
        String kind = v.text("model.kind");
        if (kind.isBlank()) throw v.refused("model.kind", "softmax, logistic, fm, mlp, djl-mlp, djl-cnn or a class");
        boolean linear = kind.equals("softmax") || kind.equals("logistic");
        String usual = linear ? "zeros" : "he";
        return new ModelSpec(
                kind,
                v.integers("model.hidden", 1, 1 << 20),
                v.integer("model.factors", 1, 1 << 16),
                v.flag("model.bias"),
                v.isSet("model.init") ? v.oneOf("model.init", List.of("zeros", "he")) : usual);
    }

    private static OptimizerSpec optimizer(Values v) {
        return new OptimizerSpec(
                v.oneOf("optimizer.kind", List.of("sgd", "adam", "adamw")),
                v.number("optimizer.learning-rate", Bounds.NOT_NEGATIVE),
                v.number("optimizer.momentum", Bounds.FRACTION),
                v.flag("optimizer.nesterov"),
                v.number("optimizer.weight-decay", Bounds.NOT_NEGATIVE),
                v.numberOr("optimizer.clip-norm", Bounds.POSITIVE, INF),
                v.number("optimizer.beta1", Bounds.FRACTION),
                v.number("optimizer.beta2", Bounds.FRACTION),
                v.number("optimizer.epsilon", Bounds.POSITIVE),
                schedule(v));
    }

    private static ScheduleSpec schedule(Values v) {
        String at = "optimizer.schedule.";
        return new ScheduleSpec(
                v.oneOf(at + "kind", List.of("constant", "step", "cosine", "linear")),
                v.number(at + "warmup-steps", Bounds.NOT_NEGATIVE),
                v.numberOr(at + "total-steps", Bounds.POSITIVE, INF),
                v.number(at + "final-factor", Bounds.UNIT),
                v.numbers(at + "milestones", Bounds.POSITIVE),
                v.number(at + "gamma", Bounds.POSITIVE));
    }

    private static BatchSection batch(Values v) {
        return new BatchSection(
                v.choice("batch.policy", BatchSection.Policy.class),
                v.integer("batch.initial", 1, ANY),
                v.integer("batch.min", 1, ANY),
                v.integerOr("batch.max", 1, ANY, ANY),
                v.choice("batch.last", BatchSection.Last.class),
                v.choice("batch.lr-rule", BatchSection.RateRule.class));
    }

    private static WorkersSection workers(Values v) {
        return new WorkersSection(
                v.integer("workers.count", 1, 1024),
                v.integerOr("workers.local", 0, 1024, v.integer("workers.count", 1, 1024)),
                v.integer("workers.min", 1, 1024),
                v.integer("workers.max", 1, 1024),
                v.integer("workers.standby", 0, 1024),
                v.flag("workers.respawn"),
                v.texts("workers.hosts"),
                v.number("workers.wait-seconds", Bounds.POSITIVE),
                v.texts("workers.jvm-args"),
                v.integer("workers.threads", 1, 256),
                v.numbers("workers.slowdown", Bounds.atLeast(1)));
    }

    private static StopSection stop(Values v) {
        return new StopSection(
                v.longIntegerOr("stop.epochs", 1, LONG, LONG),
                v.longIntegerOr("stop.steps", 1, LONG, LONG),
                v.numberOr("stop.max-seconds", Bounds.POSITIVE, INF),
                v.numberOr("stop.target-accuracy", Bounds.UNIT, INF),
                v.numberOr("stop.target-loss", Bounds.NOT_NEGATIVE, Double.NEGATIVE_INFINITY));
    }

    private static PolicySection policy(Values v) {
        return new PolicySection(
                v.integer("policy.every-steps", 1, ANY),
                v.integer("policy.cooldown-steps", 0, ANY),
                v.number("policy.hysteresis", Bounds.UNIT),
                v.flag("policy.veto"),
                v.flag("policy.shadow"));
    }
}
