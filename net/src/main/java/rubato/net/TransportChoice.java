package rubato.net;

import java.util.Locale;

/** What carries the bytes between two workers of one host; workers of different hosts always use TCP. */
public enum TransportChoice {
    /** Shared memory, else Unix-domain sockets, else TCP. */
    AUTO,
    SHM,
    UNIX,
    TCP;

    /** As in the configuration. */
    public String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static TransportChoice parse(String text) {
        for (TransportChoice choice : values()) if (choice.lowerCase().equals(text)) return choice;
        throw new IllegalArgumentException("transport must be auto, shm, unix or tcp, was '" + text + "'");
    }
}
