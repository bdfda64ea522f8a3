package rubato.checkpoint;

import java.util.List;
import java.util.Map;

/**
 * The safetensors file format, version 1 as published by Hugging Face: eight bytes header length (little-endian), a JSON
 * header, then the tensors' bytes without gaps. Float32 only.
 */
final class Safetensors {
    /** Longest header accepted; the reference reader takes 100 MB. */
    static final int MAX_HEADER = 16 << 20;

    static final String METADATA = "__metadata__";

    private Safetensors() {}

    /**
     * A header.
     *
     * @param tensors in the order of their bytes
     */
    record Header(List<Slot> tensors, Map<String, String> metadata) {
        Header {
            tensors = List.copyOf(tensors);
            metadata = Map.copyOf(metadata);
        }
    }

    /** Where a tensor lies: bytes [begin, end) behind the header. */
    record Slot(String name, List<Integer> shape, long begin, long end) {
        Slot {
            shape = List.copyOf(shape);
        }

        int floats() {
            return Math.toIntExact((end - begin) / Float.BYTES);
        }
    }

    /** A file that is no sound safetensors file, and why. */
    static final class BadTensors extends Exception {
        private static final long serialVersionUID = 1L;

        BadTensors(String message) {
            super(message);
        }
    }
}
