package rubato.checkpoint;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The root of a hash tree over block digests: leaves and inner nodes are hashed apart (RFC 6962, section 2.1, prefixes 0 and 1),
 * a node without a sibling moves up as it is.
 */
final class Merkle {
    private Merkle() {}

    static String root(List<String> digests) {
        List<byte[]> level = new ArrayList<>();
        for (String digest : digests) level.add(node((byte) 0, HexFormat.of().parseHex(digest), new byte[0]));
        if (level.isEmpty()) return Sha256.of(new byte[0]);
        while (level.size() > 1) level = above(level);
        return Sha256.hex(level.get(0));
    }

    private static List<byte[]> above(List<byte[]> level) {
        List<byte[]> above = new ArrayList<>();
        for (int i = 0; i < level.size(); i += 2)
            above.add(i + 1 < level.size() ? node((byte) 1, level.get(i), level.get(i + 1)) : level.get(i));
        return above;
    }

    private static byte[] node(byte prefix, byte[] left, byte[] right) {
        MessageDigest sha = Sha256.digest();
        sha.update(prefix);
        sha.update(left);
        return sha.digest(right);
    }
}
