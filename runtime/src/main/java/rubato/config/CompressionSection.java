package rubato.config;

import rubato.plan.Compression;

/**
 * {@code compression}: what goes over the wire in place of float32.
 *
 * @param fraction of the values that top-k sends
 * @param rank of power-sgd's factors
 */
public record CompressionSection(Kind kind, double fraction, int rank) {
    public enum Kind {
        NONE,
        FP16,
        BF16,
        INT8,
        TOP_K,
        POWER_SGD
    }

    /** As a plan has it. */
    public Compression planned() {
        return switch (kind) {
            case NONE -> Compression.NONE;
            case FP16 -> new Compression.Fp16();
            case BF16 -> new Compression.Bf16();
            case INT8 -> new Compression.Int8();
            case TOP_K -> new Compression.TopK(fraction);
            case POWER_SGD -> new Compression.PowerSgd(rank);
        };
    }
}
