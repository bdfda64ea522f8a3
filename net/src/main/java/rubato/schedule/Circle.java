package rubato.schedule;

/** The ranks that take part in a piece of a schedule, in the order of their additions, and which of them is this one. */
record Circle(int[] members, int own) {
    static Circle of(int[] members, int rank) {
        for (int i = 0; i < members.length; i++) if (members[i] == rank) return new Circle(members, i);
        throw new IllegalArgumentException("rank " + rank + " is not a member");
    }

    int size() {
        return members.length;
    }

    /** The rank that is {@code distance} further, round the circle. */
    int further(int distance) {
        return members[index(distance)];
    }

    /** The index of {@link #further}. */
    int index(int distance) {
        return Math.floorMod(own + distance, members.length);
    }
}
