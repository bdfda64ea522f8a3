package rubato.chaos.proxy;

import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The weather of every direction between two addresses; thread-safe. */
public final class Sky {
    private record Way(InetAddress from, InetAddress to) {}

    private final Map<Way, Weather> ways = new ConcurrentHashMap<>();
    private final Map<InetAddress, Weather> fromAnywhere = new ConcurrentHashMap<>();
    private final Map<InetAddress, Weather> toAnywhere = new ConcurrentHashMap<>();
    private final Set<InetAddress> flips = ConcurrentHashMap.newKeySet();

    /** Everything that leaves an address. */
    public void from(InetAddress address, Weather weather) {
        put(fromAnywhere, address, weather);
    }

    /** Everything that goes to an address. */
    public void to(InetAddress address, Weather weather) {
        put(toAnywhere, address, weather);
    }

    /** One direction of one link. */
    public void between(InetAddress from, InetAddress to, Weather weather) {
        put(ways, new Way(from, to), weather);
    }

    /** One bit of what next leaves an address arrives changed. */
    public void flip(InetAddress from) {
        flips.add(from);
    }

    private static <K> void put(Map<K, Weather> map, K key, Weather weather) {
        if (weather.equals(Weather.FINE)) map.remove(key);
        else map.put(key, weather);
    }

    boolean takeFlip(InetAddress from) {
        return flips.remove(from);
    }

    Weather of(InetAddress from, InetAddress to) {
        Weather out = fromAnywhere.getOrDefault(from, Weather.FINE);
        Weather in = toAnywhere.getOrDefault(to, Weather.FINE);
        Weather link = ways.getOrDefault(new Way(from, to), Weather.FINE);
        if (out == Weather.FINE && in == Weather.FINE) return link;
        return new Weather(
                out.cut() || in.cut() || link.cut(),
                out.delayMillis() + in.delayMillis() + link.delayMillis(),
                slower(slower(out.bytesPerSecond(), in.bytesPerSecond()), link.bytesPerSecond()));
    }

    private static long slower(long one, long other) {
        if (one == 0 || other == 0) return one + other;
        return Math.min(one, other);
    }
}
