package rubato.observe;

/** Text from outside made safe for a terminal: control, direction and unpaired characters are left out. */
final class PlainText {
    private PlainText() {}

    static String of(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().filter(PlainText::shows).forEach(safe::appendCodePoint);
        return safe.toString();
    }

    private static boolean shows(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
