package rubato.vector;

/**
 * C += A·B by register tiles. Full panels of two vectors of columns are read where they lie; the columns left over are copied
 * into panels padded with zeros. Row tails take single rows. No order of additions depends on any of this: each element is one
 * chain over k, added to C at its end.
 */
final class Product {
    private static final int WIDTH = Tile.WIDTH;
    private static final int WIDE = 2 * WIDTH;
    /** Rows of a wide tile: 8 where vectors of 512 bits come with 32 registers. */
    private static final int ROWS = WIDTH >= 16 ? 8 : 4;

    private static final int NARROW_ROWS = 8;

    private float[] panel = new float[0];
    private final float[] tile = new float[8 * WIDE];

    /** Adds the product of the left matrix (rows × inner) and B (inner × columns). */
    void add(Tile.Left left, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns) {
        int full = columns - columns % WIDE;
        for (int j = 0; j < full; j += WIDE) wide(left, b, bFrom + j, c, cFrom + j, rows, inner, columns);
        for (int j = full; j < columns; j += WIDTH) {
            int width = Math.min(WIDTH, columns - j);
            pack(b, bFrom + j, columns, inner, width);
            narrow(left, c, cFrom + j, rows, inner, columns, width);
        }
    }

    private void wide(Tile.Left left, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns) {
        int i = 0;
        for (; i + ROWS <= rows; i += ROWS) {
            int at = left.from() + i * left.rowStep();
            if (ROWS == 8) Tile.eightByTwo(left, at, b, bFrom, columns, inner, tile);
            else Tile.fourByTwo(left, at, b, bFrom, columns, inner, tile);
            addTile(WIDE, c, cFrom + i * columns, columns, ROWS, WIDE);
        }
        for (; i < rows; i++) {
            Tile.oneByTwo(left, left.from() + i * left.rowStep(), b, bFrom, columns, inner, tile);
            addTile(WIDE, c, cFrom + i * columns, columns, 1, WIDE);
        }
    }

    private void narrow(Tile.Left left, float[] c, int cFrom, int rows, int inner, int columns, int width) {
        int i = 0;
        for (; i + NARROW_ROWS <= rows; i += NARROW_ROWS) {
            Tile.eightByOne(left, left.from() + i * left.rowStep(), panel, 0, WIDTH, inner, tile);
            addTile(WIDTH, c, cFrom + i * columns, columns, NARROW_ROWS, width);
        }
        for (; i < rows; i++) {
            Tile.oneByOne(left, left.from() + i * left.rowStep(), panel, 0, WIDTH, inner, tile);
            addTile(WIDTH, c, cFrom + i * columns, columns, 1, width);
        }
    }

    private void pack(float[] b, int bFrom, int bStride, int inner, int width) {
        if (panel.length < inner * WIDTH) panel = new float[inner * WIDTH];
        for (int k = 0; k < inner; k++) {
            System.arraycopy(b, bFrom + k * bStride, panel, k * WIDTH, width);
            for (int j = width; j < WIDTH; j++) panel[k * WIDTH + j] = 0f;
        }
    }

    private void addTile(int tileStride, float[] c, int cFrom, int cStride, int rows, int width) {
        for (int r = 0; r < rows; r++)
            for (int j = 0; j < width; j++) c[cFrom + r * cStride + j] += tile[r * tileStride + j];
    }
}
