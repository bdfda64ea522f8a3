package rubato.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** What faults did to a run, by its timeline. */
record Aftermath(Timeline timeline, List<Struck> struck) {
    /** After these nobody is left to go on: the next commit takes as long as JVMs, data and the steps since the checkpoint do. */
    private static final Set<FaultKind> NEW_STARTS =
            EnumSet.of(FaultKind.KILL_LAUNCHER, FaultKind.KILL_WORKERS, FaultKind.FULL_DISK);

    /** Longest time without a commit, but for new starts. */
    long longestGapMillis(Watch.Mark start, Watch.Mark end) {
        long longest = 0;
        long from = start.epochMillis();
        for (Struck fault : struck) {
            if (!NEW_STARTS.contains(fault.kind())) continue;
            longest = Math.max(longest, timeline.longestGap(from, fault.at()));
            OptionalLong back = timeline.recovery(fault);
            from = fault.at() + back.orElse(0);
        }
        return Math.max(longest, timeline.longestGap(from, end.epochMillis()));
    }

    /** By kind, for the kinds that were done. */
    List<Recovery> recoveries() {
        Map<FaultKind, List<Long>> times = new EnumMap<>(FaultKind.class);
        Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class);
        for (Struck fault : struck) {
            counts.merge(fault.kind(), 1, Integer::sum);
            List<Long> of = times.computeIfAbsent(fault.kind(), kind -> new ArrayList<>());
            timeline.recovery(fault).ifPresent(of::add);
        }
        List<Recovery> recoveries = new ArrayList<>();
        counts.forEach((kind, count) -> recoveries.add(new Recovery(kind, count, times.getOrDefault(kind, List.of()))));
        return recoveries;
    }

    /** Samples per second of processor time of members. */
    double perCpu(Watch.Mark from, Watch.Mark to) {
        return samples(from, to) / (to.memberCpuSeconds() - from.memberCpuSeconds());
    }

    /** Samples per second of processor time of members, what their compilers used apart. */
    double perWork(Watch.Mark from, Watch.Mark to) {
        double compilers = to.compilerSeconds() - from.compilerSeconds();
        return samples(from, to) / (to.memberCpuSeconds() - from.memberCpuSeconds() - compilers);
    }

    /** Samples per second. */
    double perSecond(Watch.Mark from, Watch.Mark to) {
        return 1000 * samples(from, to) / (to.epochMillis() - from.epochMillis());
    }

    private double samples(Watch.Mark from, Watch.Mark to) {
        return timeline.samples(to.epochMillis()) - timeline.samples(from.epochMillis());
    }
}
