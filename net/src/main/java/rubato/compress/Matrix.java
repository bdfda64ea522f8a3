package rubato.compress;

/** A stretch of a vector that is a matrix, row-major: {@code vector[offset .. offset + rows·columns)}. */
public record Matrix(int offset, int rows, int columns) {
    public Matrix {
        if (offset < 0 || rows < 1 || columns < 1)
            throw new IllegalArgumentException("matrix must have an offset >= 0 and extents >= 1, was " + rows + " x "
                    + columns + " at " + offset);
    }

    int end() {
        return Math.addExact(offset, Math.multiplyExact(rows, columns));
    }

    /** The rank at which its two factors are to be sent, or 0 where they would be no smaller than the matrix. */
    int rank(int wanted) {
        int rank = Math.min(wanted, Math.min(rows, columns));
        return (long) rank * (rows + columns) < (long) rows * columns ? rank : 0;
    }
}
