package rubato.raft;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A group of {@link ReplicaMain} processes and the lines they say, with the time each was heard. */
final class ReplicaProcesses implements AutoCloseable {
    record Said(int replica, String line, long nanos) {
        String[] words() {
            return line.split(" ");
        }
    }

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final BlockingQueue<Said> heard = new LinkedBlockingQueue<>();
    private final List<Said> all = new ArrayList<>();

    ReplicaProcesses(Path directory, int size) throws IOException {
        this.directory = directory;
        for (int id = 0; id < size; id++) processes.add(launch(id, size));
    }

    private Process launch(int id, int size) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=" + System.getProperty("rubato.tier", "4"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "rubato.raft.ReplicaMain",
                        directory.toString(),
                        "" + id,
                        "" + size)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread reader = new Thread(() -> listen(id, process));
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    private void listen(int id, Process process) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine())
                heard.add(new Said(id, line, System.nanoTime()));
        } catch (IOException e) {
            return; // killed
        }
    }

    void tell(int id, String line) {
        try {
            processes.get(id).getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            processes.get(id).getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line that fits; all lines are kept. */
    Said await(Predicate<Said> fits, long seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            Said said = heard.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (said == null) throw new AssertionError("not heard within " + seconds + " s; last: " + last());
            all.add(said);
            if (fits.test(said)) return said;
        }
    }

    private List<Said> last() {
        return all.subList(Math.max(0, all.size() - 12), all.size());
    }

    /** Everything heard so far. */
    List<Said> all() {
        heard.drainTo(all);
        return all;
    }

    void kill(int id) throws InterruptedException {
        processes.get(id).destroyForcibly();
        processes.get(id).waitFor(10, TimeUnit.SECONDS);
    }

    void signal(int id, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, "" + processes.get(id).pid())
                .start()
                .waitFor(5, TimeUnit.SECONDS);
    }

    void restart(int id) throws IOException {
        processes.set(id, launch(id, processes.size()));
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
