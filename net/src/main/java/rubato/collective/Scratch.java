package rubato.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Working memory of the folds of one set of links, made at first use and kept. */
final class Scratch {
    /** Elements folded at a time: two blocks of 4-byte numbers fit a first-level cache. */
    static final int BLOCK = 2048;

    private float[] floatBelow = {};
    private float[] floatOther = {};
    private float[] floatMine = {};
    private double[] doubleBelow = {};
    private double[] doubleOther = {};
    private int[] intBelow = {};
    private int[] intOther = {};
    private long[] longBelow = {};
    private long[] longOther = {};
    private byte[] byteBelow = {};
    private byte[] byteOther = {};
    private ByteBuffer encoded = ByteBuffer.allocate(0);

    /** The fold of the ranks below the own one, where the own one is not the first. */
    float[] floatBelow(int size) {
        if (floatBelow.length < size) floatBelow = new float[size];
        return floatBelow;
    }

    /** What one peer sent. */
    float[] floatOther(int size) {
        if (floatOther.length < size) floatOther = new float[size];
        return floatOther;
    }

    /** Own elements on their way through a fold. */
    float[] floatMine(int size) {
        if (floatMine.length < size) floatMine = new float[size];
        return floatMine;
    }

    double[] doubleBelow() {
        if (doubleBelow.length == 0) doubleBelow = new double[BLOCK];
        return doubleBelow;
    }

    double[] doubleOther() {
        if (doubleOther.length == 0) doubleOther = new double[BLOCK];
        return doubleOther;
    }

    int[] intBelow() {
        if (intBelow.length == 0) intBelow = new int[BLOCK];
        return intBelow;
    }

    int[] intOther() {
        if (intOther.length == 0) intOther = new int[BLOCK];
        return intOther;
    }

    long[] longBelow() {
        if (longBelow.length == 0) longBelow = new long[BLOCK];
        return longBelow;
    }

    long[] longOther() {
        if (longOther.length == 0) longOther = new long[BLOCK];
        return longOther;
    }

    byte[] byteBelow() {
        if (byteBelow.length == 0) byteBelow = new byte[BLOCK];
        return byteBelow;
    }

    byte[] byteOther() {
        if (byteOther.length == 0) byteOther = new byte[BLOCK];
        return byteOther;
    }

    /** Room for the encoded results of a whole vector; what is in it stays until a larger one is asked for. */
    ByteBuffer encoded(int bytes) {
        if (encoded.capacity() < bytes)
            encoded = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return encoded;
    }
}
