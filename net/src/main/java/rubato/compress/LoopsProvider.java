package rubato.compress;

/** Makes loops for some hardware; found by {@link java.util.ServiceLoader}. Must give the bits of {@link Loops#scalar()}. */
public interface LoopsProvider {
    Loops make();
}
