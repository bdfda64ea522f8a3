package rubato.observe.chart;

/** Text made safe as HTML content and as a quoted attribute. */
public final class Html {
    private Html() {}

    public static String escape(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(safe, c));
        return safe.toString();
    }

    private static void append(StringBuilder safe, int codePoint) {
        switch (codePoint) {
            case '&' -> safe.append("&amp;");
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '"' -> safe.append("&quot;");
            case '\'' -> safe.append("&#39;");
            case '\n', '\t' -> safe.appendCodePoint(codePoint);
            default -> {
                if (shows(codePoint)) safe.appendCodePoint(codePoint);
            }
        }
    }

    /** Not control, direction or unpaired characters. */
    private static boolean shows(int codePoint) {
        int type = Character.getType(codePoint);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
    }
}
