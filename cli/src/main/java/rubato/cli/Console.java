package rubato.cli;

import java.io.PrintStream;

/** Where results go ({@code out}) and where everything else goes ({@code err}). */
public record Console(PrintStream out, PrintStream err) {
    void print(String line) {
        out.println(line);
    }

    /** For the live line: on standard error if standard output is for JSON. */
    rubato.observe.Console live(boolean json) {
        boolean terminal = Boolean.getBoolean("rubato.terminal") && !"dumb".equals(System.getenv("TERM"));
        return rubato.observe.Console.of(json ? err : out, terminal && !json, Console::columns, System.getenv());
    }

    private static int columns() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 100;
    }
}
