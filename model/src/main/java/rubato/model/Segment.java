package rubato.model;

import java.util.List;

/** A named stretch of the flat parameter vector: {@code parameters[offset .. offset + length)}, with its shape, row-major. */
public record Segment(String name, int offset, int length, List<Integer> shape) {
    public Segment {
        shape = List.copyOf(shape);
        int product = 1;
        for (int extent : shape) product = Math.multiplyExact(product, extent);
        if (product != length)
            throw new IllegalArgumentException("shape " + shape + " of " + name + " is not " + length + " long");
    }
}
