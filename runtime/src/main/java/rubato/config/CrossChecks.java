package rubato.config;

import java.util.List;
import rubato.error.RubatoException;

/** What single values cannot show: keys that must fit one another. */
final class CrossChecks {
    private CrossChecks() {}

    static void check(RunConfig config, Values values) {
        data(config.data(), values);
        batch(config.batch(), values);
        shares(config, values);
        workers(config.workers(), values);
        schedule(config, values);
        allReduce(config, values);
        if (config.coordinators().count() % 2 == 0)
            throw values.refused(
                    "coordinators.count", "1, 3 or 5: an even number tolerates no more losses than one less");
    }

    private static void data(DataSection data, Values values) {
        if (data.format().isEmpty() && data.name().isEmpty()) {
            throw RubatoException.usage("data.name or data.format must be set")
                    .remedy("rubato data list names the known sets");
        }
        for (String key : required(data.format())) {
            if (!values.isSet(key)) {
                throw RubatoException.usage(key + " must be set: data.format = " + data.format() + " needs it");
            }
        }
        if (data.format().equals("csv") && data.separator().length() != 1) {
            throw values.refused("data.separator", "one character");
        }
    }

    private static List<String> required(String format) {
        return switch (format) {
            case "idx" -> List.of("data.train-images", "data.train-labels", "data.test-images", "data.test-labels");
            case "libsvm", "csv", "text" -> List.of("data.train");
            default -> List.of();
        };
    }

    private static void batch(BatchSection batch, Values values) {
        if (batch.min() > batch.max()) throw values.refused("batch.max", "at least batch.min = " + batch.min());
        if (batch.initial() < batch.min() || batch.initial() > batch.max()) {
            String max = batch.max() == Integer.MAX_VALUE ? "" : String.valueOf(batch.max());
            throw values.refused("batch.initial", "within batch.min..batch.max = " + batch.min() + ".." + max);
        }
    }

    private static void shares(RunConfig config, Values values) {
        SharesSection shares = config.shares();
        if (shares.policy() != SharesSection.Policy.FIXED) {
            if (shares.fixed().isEmpty()) return;
            throw values.refused("shares.fixed", "empty unless shares.policy = fixed");
        }
        int workers = config.workers().count();
        if (shares.fixed().size() != workers) {
            throw values.refused("shares.fixed", "one number per worker (workers.count = " + workers + ")");
        }
        double sum = shares.fixed().stream().mapToDouble(Double::doubleValue).sum();
        if (Math.abs(sum - 1) > 1e-6) {
            throw values.refused("shares.fixed", "numbers with sum 1 (within 1e-6; the sum is " + sum + ")");
        }
    }

    private static void workers(WorkersSection workers, Values values) {
        if (workers.min() > workers.count())
            throw values.refused("workers.min", "at most workers.count = " + workers.count());
        if (workers.max() < workers.count())
            throw values.refused("workers.max", "at least workers.count = " + workers.count());
        if (workers.slowdown().size() > workers.count()) {
            throw values.refused("workers.slowdown", "at most one number per worker (" + workers.count() + ")");
        }
    }

    private static void allReduce(RunConfig config, Values values) {
        AllReduceSection section = config.allReduce();
        if (!section.choosesBuckets() && section.bucketBytes() % Float.BYTES != 0)
            throw values.refused("all-reduce.bucket-bytes", "a multiple of 4, the bytes of a number");
    }

    private static void schedule(RunConfig config, Values values) {
        String kind = config.optimizer().schedule().kind();
        boolean ends = kind.equals("cosine") || kind.equals("linear");
        boolean known = values.isSet("optimizer.schedule.total-steps")
                || values.isSet("stop.epochs")
                || values.isSet("stop.steps");
        if (ends && !known) {
            throw RubatoException.usage("optimizer.schedule.total-steps must be set for schedule " + kind
                    + " where neither stop.epochs nor stop.steps is");
        }
    }
}
