package rubato.plan;

/** What goes over the wire in place of a float32 gradient. What is not transmitted waits as the worker's residual. */
public sealed interface Compression {
    Compression NONE = new None();

    /** As in the configuration. */
    String name();

    /** The gradient as it is. */
    record None() implements Compression {
        @Override
        public String name() {
            return "none";
        }
    }

    /** Every value as IEEE binary16. */
    record Fp16() implements Compression {
        @Override
        public String name() {
            return "fp16";
        }
    }

    /** Every value as bfloat16. */
    record Bf16() implements Compression {
        @Override
        public String name() {
            return "bf16";
        }
    }

    /** Every value as one byte of its block's scale. */
    record Int8() implements Compression {
        @Override
        public String name() {
            return "int8";
        }
    }

    /** The largest magnitudes only. */
    record TopK(double fraction) implements Compression {
        public TopK {
            if (!(fraction > 0 && fraction <= 1))
                throw new IllegalArgumentException("fraction must be in (0, 1], was " + fraction);
        }

        @Override
        public String name() {
            return "top-k";
        }
    }

    /** Matrices by two factors of low rank. */
    record PowerSgd(int rank) implements Compression {
        public PowerSgd {
            if (rank < 1) throw new IllegalArgumentException("rank must be >= 1, was " + rank);
        }

        @Override
        public String name() {
            return "power-sgd";
        }
    }
}
