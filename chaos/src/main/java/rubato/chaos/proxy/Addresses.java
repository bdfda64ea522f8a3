package rubato.chaos.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Addresses of this machine. */
public final class Addresses {
    private Addresses() {}

    /** Whether one can listen there; all of 127/8 on Linux, only what was set up on some others. */
    public static boolean isOurs(String address) {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return server.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
