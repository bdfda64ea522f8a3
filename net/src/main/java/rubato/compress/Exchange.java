package rubato.compress;

import java.nio.ByteBuffer;
import java.util.List;

/** The collective operations that compression stands on. Every rank calls the same ones in the same order. */
public interface Exchange {
    int rank();

    int size();

    /** Replaces {@code values[0 .. length)} by their sum over all ranks, by the plan's algorithm. */
    void allReduce(float[] values, int length);

    /**
     * As {@link #allReduce(float[], int)}, but every contribution is rounded by the codec before it is added (the own one too),
     * and so is the sum.
     *
     * @param lost what the rounding of the sum took away is added here by the one rank that rounded it
     */
    void allReduce(float[] values, int length, Codec codec, float[] lost);

    /** @return what each rank gave, by rank; valid until the next call */
    List<ByteBuffer> allGather(ByteBuffer own);
}
