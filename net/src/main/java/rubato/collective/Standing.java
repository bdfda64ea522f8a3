package rubato.collective;

/** How far the others have got in an operation, for a rank that has waited too long. */
interface Standing {
    boolean allEntered();

    /** Whether this peer still has to do something of it. */
    boolean lacks(Link link);
}
