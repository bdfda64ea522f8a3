package rubato.world;

import java.util.List;
import rubato.plan.Topology;

/** Who trains together in one generation; a member's rank is its index. */
public record World(Generation generation, List<Member> members) {
    public World {
        members = List.copyOf(members);
    }

    public int size() {
        return members.size();
    }

    /** Members that are reached at one address are on one host. */
    public Topology topology() {
        return Topology.of(members.stream().map(Member::host).toList());
    }

    /** The rank of a worker, or -1 if it is not a member. */
    public int rankOf(WorkerId id) {
        for (int rank = 0; rank < members.size(); rank++)
            if (members.get(rank).id().equals(id)) return rank;
        return -1;
    }
}
