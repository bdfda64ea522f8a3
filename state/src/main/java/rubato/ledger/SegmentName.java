package rubato.ledger;

import java.util.regex.Pattern;

/** Names of segment files: {@code 00000001.log}, counted from 1. */
final class SegmentName {
    private static final Pattern NAME = Pattern.compile("\\d{8}\\.log");

    private SegmentName() {}

    static String of(int number) {
        return String.format("%08d.log", number);
    }

    static boolean isSegment(String name) {
        return NAME.matcher(name).matches();
    }

    static int number(String name) {
        return Integer.parseInt(name.substring(0, 8));
    }
}
