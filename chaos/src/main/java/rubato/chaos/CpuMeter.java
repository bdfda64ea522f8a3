package rubato.chaos;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import rubato.protocol.RunStatus;

/** Processor time that workers had while they were members; a start of a JVM before that does not count. */
final class CpuMeter {
    private final Map<Long, Long> last = new HashMap<>();
    private final CompilerThreads compilers = new CompilerThreads();
    private long memberNanos;
    private long compilerNanos;

    /** Adds what each worker used since the last reading. */
    void read(RunStatus status) {
        for (RunStatus.WorkerStatus worker : status.workers()) {
            if (worker.pid() <= 0) continue;
            long now = ProcessHandle.of(worker.pid())
                    .flatMap(process -> process.info().totalCpuDuration())
                    .map(Duration::toNanos)
                    .orElse(-1L);
            if (now < 0) continue;
            Long before = last.put(worker.pid(), now);
            long compiled = compilers.nanosSince(worker.pid());
            if (before == null || !worker.state().equals("training")) continue;
            memberNanos += now - before;
            compilerNanos += compiled;
        }
    }

    double memberSeconds() {
        return memberNanos * 1e-9;
    }

    /** How much of that their compilers used. */
    double compilerSeconds() {
        return compilerNanos * 1e-9;
    }
}
