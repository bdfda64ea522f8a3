package rubato.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * As many lanes as the smallest host has ranks; the i-th rank of a host carries lane i: its host's sum of that part of the vector
 * goes round a ring of the hosts' i-th ranks. A host's further ranks carry no lane.
 */
final class Hierarchy {
    private final List<int[]> hosts = new ArrayList<>();
    private final Circle host;
    private final int lanes;

    private Hierarchy(int[] members, List<Integer> hostOfRank, int rank) {
        Map<Integer, List<Integer>> byHost = new LinkedHashMap<>();
        for (int member : members)
            byHost.computeIfAbsent(hostOfRank.get(member), number -> new ArrayList<>())
                    .add(member);
        Circle own = null;
        int fewest = members.length;
        for (List<Integer> ranks : byHost.values()) {
            int[] group = ranks.stream().mapToInt(Integer::intValue).toArray();
            hosts.add(group);
            fewest = Math.min(fewest, group.length);
            if (ranks.contains(rank)) own = Circle.of(group, rank);
        }
        if (own == null) throw new IllegalArgumentException("rank " + rank + " is not a member");
        this.host = own;
        this.lanes = fewest;
    }

    static void allReduce(Draft draft, int[] members, List<Integer> hostOfRank, Span span, int unit, int given) {
        if (hostOfRank.size() <= Arrays.stream(members).max().orElse(0))
            throw new IllegalArgumentException("hosts must be known for every rank, were " + hostOfRank);
        new Hierarchy(members, hostOfRank, draft.rank()).allReduce(draft, span, unit, given);
    }

    private void allReduce(Draft draft, Span span, int unit, int given) {
        int sum = gatherLanes(draft, span, unit, given);
        int[] whole = {sum};
        if (host.own() < lanes) whole = acrossHosts(draft, span, unit, sum);
        spreadLanes(draft, span, unit, whole);
    }

    private int gatherLanes(Draft draft, Span span, int unit, int given) {
        for (int i = 1; i < host.size(); i++) {
            int lane = host.index(i);
            if (lane < lanes) draft.send(host.further(i), span.part(lane, lanes, unit), given);
        }
        if (host.own() >= lanes) return given;
        if (host.size() == 1) return given;
        return draft.fold(host.members(), span.part(host.own(), lanes, unit), hosts.size() == 1, given);
    }

    private int[] acrossHosts(Draft draft, Span span, int unit, int sum) {
        Span lane = span.part(host.own(), lanes, unit);
        if (hosts.size() == 1) {
            return host.size() == 1 ? new int[] {draft.fold(host.members(), lane, true, sum)} : new int[] {sum};
        }
        Circle circle =
                Circle.of(hosts.stream().mapToInt(group -> group[host.own()]).toArray(), draft.rank());
        int complete = Ring.reduceScatter(draft, circle, lane, unit, sum);
        int[] before = complete == Draft.NONE ? new int[] {sum} : new int[] {complete};
        return Draft.join(Ring.allGather(draft, circle, lane, unit, before), complete);
    }

    private void spreadLanes(Draft draft, Span span, int unit, int[] whole) {
        for (int i = 1; i < host.size(); i++) {
            if (host.own() < lanes) draft.send(host.further(i), span.part(host.own(), lanes, unit), whole);
        }
        for (int i = 1; i < host.size(); i++) {
            int lane = host.index(i);
            if (lane < lanes) draft.take(host.further(i), span.part(lane, lanes, unit));
        }
    }
}
