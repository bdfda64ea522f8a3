package rubato.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import rubato.error.RubatoException;
import rubato.net.Token;

/** The ranks of a measurement as processes: token and peers' ports go to their standard input, results come from rank 0. */
final class AllReduceProcesses {
    private static final long EXIT_SECONDS = 20;

    private AllReduceProcesses() {}

    static void run(AllReduceRank.Task task, List<String> arguments, AllReduceTable table) {
        List<Process> processes = new ArrayList<>();
        try {
            for (int rank = 0; rank < task.workers(); rank++) processes.add(start(arguments, rank));
            List<BufferedReader> outputs = processes.stream()
                    .map(process -> new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)))
                    .toList();
            String token = Token.random().toHex();
            for (Process process : processes) tell(process, token);
            StringBuilder ports = new StringBuilder();
            for (BufferedReader output : outputs) ports.append(line(output)).append(' ');
            for (Process process : processes) tell(process, ports.toString());
            for (String result; (result = outputs.get(0).readLine()) != null; ) table.row(result);
            for (Process process : processes) await(process);
        } catch (IOException e) {
            throw RubatoException.failed("a rank of the measurement failed: " + e.getMessage(), e);
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static Process start(List<String> arguments, int rank) throws IOException {
        List<String> command = new ArrayList<>(arguments);
        command.add("" + rank);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void tell(Process process, String line) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write((line + "\n").getBytes(UTF_8));
        out.flush();
    }

    private static String line(BufferedReader output) throws IOException {
        String line = output.readLine();
        if (line == null) throw new IOException("it ended before it began");
        return line;
    }

    private static void await(Process process) throws IOException {
        try {
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) throw new IOException("it does not end");
            if (process.exitValue() != 0) throw new IOException("exit code " + process.exitValue());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }
}
