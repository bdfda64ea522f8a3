package rubato.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tiles of a matrix product: the sums of a few rows by one or two vectors of columns stay in registers while k runs
 * from 0 to its end; then they are written to a small array, row after row. B's rows are {@code bStride} apart. Unrolled by hand
 * because C2 keeps only local variables in registers, and ending in plain stores because more code would pass C2's limit for
 * inlining (NodeCountInliningCutoff), after which every vector is boxed.
 */
final class Tile {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = SPECIES.length();

    private Tile() {}

    /** The left matrix: element (i, k) at {@code values[from + i·rowStep + k·innerStep]}, so one tile serves A and Aᵀ. */
    record Left(float[] values, int from, int rowStep, int innerStep) {}

    /** 8 rows × 2 vectors: 16 sums; needs 32 vector registers. */
    static void eightByTwo(Left left, int aFrom, float[] b, int bFrom, int bStride, int inner, float[] tile) {
        float[] a = left.values();
        int innerStep = left.innerStep();
        int rowStep = left.rowStep();
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero, s30 = zero, s31 = zero;
        FloatVector s40 = zero, s41 = zero, s50 = zero, s51 = zero, s60 = zero, s61 = zero, s70 = zero, s71 = zero;
        int a0 = aFrom;
        int a1 = a0 + rowStep;
        int a2 = a1 + rowStep;
        int a3 = a2 + rowStep;
        int a4 = a3 + rowStep;
        int a5 = a4 + rowStep;
        int a6 = a5 + rowStep;
        int a7 = a6 + rowStep;
        for (int k = 0, at = 0, row = bFrom; k < inner; k++, at += innerStep, row += bStride) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + WIDTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + at]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + at]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + at]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + at]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
            x = FloatVector.broadcast(SPECIES, a[a4 + at]);
            s40 = x.fma(b0, s40);
            s41 = x.fma(b1, s41);
            x = FloatVector.broadcast(SPECIES, a[a5 + at]);
            s50 = x.fma(b0, s50);
            s51 = x.fma(b1, s51);
            x = FloatVector.broadcast(SPECIES, a[a6 + at]);
            s60 = x.fma(b0, s60);
            s61 = x.fma(b1, s61);
            x = FloatVector.broadcast(SPECIES, a[a7 + at]);
            s70 = x.fma(b0, s70);
            s71 = x.fma(b1, s71);
        }
        s00.intoArray(tile, 0);
        s01.intoArray(tile, WIDTH);
        s10.intoArray(tile, 2 * WIDTH);
        s11.intoArray(tile, 3 * WIDTH);
        s20.intoArray(tile, 4 * WIDTH);
        s21.intoArray(tile, 5 * WIDTH);
        s30.intoArray(tile, 6 * WIDTH);
        s31.intoArray(tile, 7 * WIDTH);
        s40.intoArray(tile, 8 * WIDTH);
        s41.intoArray(tile, 9 * WIDTH);
        s50.intoArray(tile, 10 * WIDTH);
        s51.intoArray(tile, 11 * WIDTH);
        s60.intoArray(tile, 12 * WIDTH);
        s61.intoArray(tile, 13 * WIDTH);
        s70.intoArray(tile, 14 * WIDTH);
        s71.intoArray(tile, 15 * WIDTH);
    }

    /** 4 rows × 2 vectors: 8 sums, for 16 vector registers. */
    static void fourByTwo(Left left, int aFrom, float[] b, int bFrom, int bStride, int inner, float[] tile) {
        float[] a = left.values();
        int innerStep = left.innerStep();
        int rowStep = left.rowStep();
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero, s30 = zero, s31 = zero;
        int a0 = aFrom;
        int a1 = a0 + rowStep;
        int a2 = a1 + rowStep;
        int a3 = a2 + rowStep;
        for (int k = 0, at = 0, row = bFrom; k < inner; k++, at += innerStep, row += bStride) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + WIDTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + at]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            x = FloatVector.broadcast(SPECIES, a[a1 + at]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            x = FloatVector.broadcast(SPECIES, a[a2 + at]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            x = FloatVector.broadcast(SPECIES, a[a3 + at]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
        }
        s00.intoArray(tile, 0);
        s01.intoArray(tile, WIDTH);
        s10.intoArray(tile, 2 * WIDTH);
        s11.intoArray(tile, 3 * WIDTH);
        s20.intoArray(tile, 4 * WIDTH);
        s21.intoArray(tile, 5 * WIDTH);
        s30.intoArray(tile, 6 * WIDTH);
        s31.intoArray(tile, 7 * WIDTH);
    }

    /** One row × 2 vectors, for the rows left over. */
    static void oneByTwo(Left left, int aFrom, float[] b, int bFrom, int bStride, int inner, float[] tile) {
        float[] a = left.values();
        int innerStep = left.innerStep();
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s00 = zero, s01 = zero;
        int a0 = aFrom;
        for (int k = 0, at = 0, row = bFrom; k < inner; k++, at += innerStep, row += bStride) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, row + WIDTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + at]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
        }
        s00.intoArray(tile, 0);
        s01.intoArray(tile, WIDTH);
    }

    /** 8 rows × 1 vector: 8 sums, for products with few columns. */
    static void eightByOne(Left left, int aFrom, float[] b, int bFrom, int bStride, int inner, float[] tile) {
        float[] a = left.values();
        int innerStep = left.innerStep();
        int rowStep = left.rowStep();
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
        int a0 = aFrom;
        int a1 = a0 + rowStep;
        int a2 = a1 + rowStep;
        int a3 = a2 + rowStep;
        int a4 = a3 + rowStep;
        int a5 = a4 + rowStep;
        int a6 = a5 + rowStep;
        int a7 = a6 + rowStep;
        for (int k = 0, at = 0, row = bFrom; k < inner; k++, at += innerStep, row += bStride) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + at]);
            s0 = x.fma(b0, s0);
            x = FloatVector.broadcast(SPECIES, a[a1 + at]);
            s1 = x.fma(b0, s1);
            x = FloatVector.broadcast(SPECIES, a[a2 + at]);
            s2 = x.fma(b0, s2);
            x = FloatVector.broadcast(SPECIES, a[a3 + at]);
            s3 = x.fma(b0, s3);
            x = FloatVector.broadcast(SPECIES, a[a4 + at]);
            s4 = x.fma(b0, s4);
            x = FloatVector.broadcast(SPECIES, a[a5 + at]);
            s5 = x.fma(b0, s5);
            x = FloatVector.broadcast(SPECIES, a[a6 + at]);
            s6 = x.fma(b0, s6);
            x = FloatVector.broadcast(SPECIES, a[a7 + at]);
            s7 = x.fma(b0, s7);
        }
        s0.intoArray(tile, 0);
        s1.intoArray(tile, WIDTH);
        s2.intoArray(tile, 2 * WIDTH);
        s3.intoArray(tile, 3 * WIDTH);
        s4.intoArray(tile, 4 * WIDTH);
        s5.intoArray(tile, 5 * WIDTH);
        s6.intoArray(tile, 6 * WIDTH);
        s7.intoArray(tile, 7 * WIDTH);
    }

    /** One row × 1 vector. */
    static void oneByOne(Left left, int aFrom, float[] b, int bFrom, int bStride, int inner, float[] tile) {
        float[] a = left.values();
        int innerStep = left.innerStep();
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s0 = zero;
        int a0 = aFrom;
        for (int k = 0, at = 0, row = bFrom; k < inner; k++, at += innerStep, row += bStride) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, row);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + at]);
            s0 = x.fma(b0, s0);
        }
        s0.intoArray(tile, 0);
    }
}
