package rubato.cli;

import java.io.PrintStream;

/** Where results go ({@code out}) and where everything else goes ({@code err}). */
public record Console(PrintStream out, PrintStream err) {
    void print(String line) {
        out.println(line);
    }
}
