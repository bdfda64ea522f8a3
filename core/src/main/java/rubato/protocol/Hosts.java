package rubato.protocol;

import rubato.plan.Topology;
import rubato.world.Member;
import rubato.world.World;

/** Members that are reached at one address are on one host. */
final class Hosts {
    private Hosts() {}

    static Topology of(World world) {
        return Topology.of(world.members().stream().map(Member::host).toList());
    }
}
