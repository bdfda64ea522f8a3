package rubato.chaos;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Processor time of the threads that compile in a JVM, as Linux tells it ({@code proc(5)}); elsewhere nothing is known of it. */
final class CompilerThreads {
    /** Of what the kernel counts in, USER_HZ, which is 100 for every program. */
    private static final long TICK_NANOS = 10_000_000;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private final Path processes;
    private final Map<Long, Map<String, Long>> last = new HashMap<>();

    CompilerThreads() {
        this(Path.of("/proc"));
    }

    /** @param processes where {@code PID/task/TID/stat} is */
    CompilerThreads(Path processes) {
        this.processes = processes;
    }

    /** What they used since the last reading, ns; all of it for a thread that is new, nothing the first time. */
    long nanosSince(long pid) {
        Map<String, Long> now = read(processes.resolve(pid + "/task"));
        Map<String, Long> before = last.put(pid, now);
        if (before == null) return 0;
        long ticks = 0;
        for (var thread : now.entrySet())
            ticks += Math.max(0, thread.getValue() - before.getOrDefault(thread.getKey(), 0L));
        return ticks * TICK_NANOS;
    }

    private static Map<String, Long> read(Path threads) {
        Map<String, Long> ticks = new HashMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) {
                long used = ticksOfCompiler(thread.resolve("stat"));
                if (used >= 0) ticks.put(thread.getFileName().toString(), used);
            }
        } catch (IOException e) {
            // the process is gone, or this is not Linux
        }
        return ticks;
    }

    /** @return -1 for any other thread */
    private static long ticksOfCompiler(Path stat) {
        try {
            String line = Files.readString(stat);
            int name = line.indexOf('(') + 1;
            int end = line.lastIndexOf(')');
            if (!line.startsWith("C1 Compiler", name) && !line.startsWith("C2 Compiler", name)) return -1;
            String[] fields = line.substring(end + 2).split(" ");
            return Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
        } catch (IOException e) {
            return -1; // it has ended meanwhile
        }
    }
}
