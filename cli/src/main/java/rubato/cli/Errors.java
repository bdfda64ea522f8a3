package rubato.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import rubato.error.RubatoException;

/** The one place errors meet the user: a line of what happened, at most one of what to do, and the exit code. */
record Errors(Console console)
        implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
    private static final int INTERNAL = 1;
    private static final int USAGE = 2;

    @Override
    public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
        boolean debug = parsed != null && RubatoCommand.debug(command);
        if (debug) error.printStackTrace(console.err());
        if (error instanceof RubatoException known) return tell(known);
        if (error instanceof ParameterException misuse) return handleParseException(misuse, new String[0]);
        String hint = debug ? "" : " (--debug shows the trace)";
        line("internal error: " + oneLine(String.valueOf(error)) + hint);
        return INTERNAL;
    }

    private int tell(RubatoException error) {
        line(oneLine(String.valueOf(error.getMessage())));
        error.remedy().ifPresent(remedy -> console.err().println(oneLine(remedy)));
        return error.kind().exitCode();
    }

    @Override
    public int handleParseException(ParameterException misuse, String[] args) {
        line(oneLine(String.valueOf(misuse.getMessage())));
        console.err().println("see " + misuse.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return USAGE;
    }

    private void line(String message) {
        console.err().println("rubato: " + message);
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
