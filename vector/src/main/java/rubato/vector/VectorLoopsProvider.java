package rubato.vector;

import rubato.compress.Loops;
import rubato.compress.LoopsProvider;

/** Offers the loops of compression on the Vector API; loads only where the JVM runs with {@code --add-modules jdk.incubator.vector}. */
public final class VectorLoopsProvider implements LoopsProvider {
    @Override
    public Loops make() {
        return new VectorLoops();
    }
}
