package rubato.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import rubato.disk.WholeFile;
import rubato.error.RubatoException;
import rubato.net.Exposure;
import rubato.net.HostPort;
import rubato.net.Token;

/** Where a run's coordinator listens and the secret that opens it: the files {@code address} and {@code token} of a run directory, 0600. */
public record Endpoint(String host, int port, Token token, Exposure exposure) {
    /** Without encryption. */
    public Endpoint(String host, int port, Token token) {
        this(host, port, token, Exposure.LOOPBACK);
    }

    /** The same with what protects connections to it. */
    public Endpoint with(Exposure protection) {
        return new Endpoint(host, port, token, protection);
    }

    /** Writes both files, readable by their owner only. */
    public void write(Path runDirectory) {
        writeToken(runDirectory, token);
        writeAddress(runDirectory);
    }

    /** Writes the address alone. */
    void writeAddress(Path where) {
        writePrivately(where.resolve("address"), this + "\n");
    }

    boolean sameAddressAs(Endpoint other) {
        return host.equals(other.host) && port == other.port;
    }

    static void writeToken(Path runDirectory, Token token) {
        writePrivately(runDirectory.resolve("token"), token.toHex() + "\n");
    }

    /** Parses {@code HOST:PORT}, or {@code [HOST]:PORT} for IPv6. */
    public static Endpoint at(String address, Token token) {
        HostPort parsed = HostPort.parse(address);
        return new Endpoint(parsed.host(), parsed.port(), token);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return new HostPort(host, port).toString();
    }

    /** Reads the two files of a run directory, and its certificates where it has some. */
    public static Endpoint read(Path runDirectory) {
        Path address = runDirectory.resolve("address");
        Path token = runDirectory.resolve("token");
        if (!Files.exists(address) || !Files.exists(token))
            throw missing(Files.exists(address) ? token : address).passing();
        return at(text(address).strip(), readToken(token)).with(Protection.ofMember(runDirectory.resolve("tls")));
    }

    /** What the run directory names as the coordinator's address, "" if nothing. */
    static String address(Path runDirectory) {
        try {
            return Files.readString(runDirectory.resolve("address"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Reads a token file. */
    public static Token readToken(Path file) {
        try {
            return Token.parse(text(file));
        } catch (IllegalArgumentException e) {
            throw RubatoException.failed("token file " + file + ": " + e.getMessage());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw missing(file);
        } catch (IOException e) {
            throw RubatoException.failed("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static RubatoException missing(Path file) {
        return RubatoException.failed("no file " + file)
                .remedy("Name the directory of a run that is training, or its token file.");
    }

    private static void writePrivately(Path file, String text) {
        try {
            WholeFile.writePrivately(file, text);
        } catch (IOException e) {
            throw RubatoException.failed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
