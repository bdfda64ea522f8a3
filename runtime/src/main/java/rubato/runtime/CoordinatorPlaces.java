package rubato.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.log.ReplicaPlace;
import rubato.log.ReplicationEngine;
import rubato.net.Token;
import rubato.protocol.RunStatus;

/**
 * Where the coordinators of a run lie and listen: {@code coordinators/N} holds one's replica of the ledger, its Raft journal,
 * its address and its process id. {@code address} names the leader, and {@code ledger} is a link to the leader's replica.
 */
record CoordinatorPlaces(RunDirectory directory, int count) {
    private static final String LEDGER = "ledger";

    Path of(int id) {
        return directory.path().resolve("coordinators").resolve(Integer.toString(id));
    }

    /** Its own directory of a coordinator, made if need be. */
    ReplicaPlace claim(int id) {
        if (id >= count)
            throw RubatoException.usage("there is no coordinator " + id + ": coordinators.count = " + count)
                    .remedy("choose an id in 0.." + (count - 1));
        if (Files.isDirectory(directory.ledger()) && !Files.isSymbolicLink(directory.ledger()))
            throw RubatoException.usage("run " + directory.path() + " was begun with one coordinator")
                    .remedy(
                            "coordinators.count cannot change while a run lasts: resume it with coordinators.count = 1");
        try {
            Path own = Files.createDirectories(of(id));
            List<Integer> members = IntStream.range(0, count).boxed().toList();
            return new ReplicaPlace(
                    id,
                    members,
                    directory.path().toAbsolutePath().normalize().getFileName().toString(),
                    own);
        } catch (IOException e) {
            throw RubatoException.failed("cannot make " + of(id) + ": " + e.getMessage(), e);
        }
    }

    /** A coordinator listens. */
    void register(int id, Endpoint at) {
        at.writeAddress(of(id));
        try {
            Files.writeString(of(id).resolve("pid"), ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            throw RubatoException.failed("cannot write to " + of(id) + ": " + e.getMessage(), e);
        }
    }

    /** A coordinator leads: workers and operators are to talk to it, and its ledger is the run's. */
    void lead(int id, Endpoint at) {
        try {
            Path link = directory.path().resolve("ledger.new");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, directory.path().relativize(of(id).resolve(LEDGER)));
            Files.move(link, directory.ledger(), StandardCopyOption.ATOMIC_MOVE);
            new RealDisk().forceDirectory(directory.path());
        } catch (IOException e) {
            throw RubatoException.failed("cannot link " + directory.ledger() + ": " + e.getMessage(), e);
        }
        at.writeAddress(directory.path());
    }

    Optional<ReplicationEngine.Address> address(int id) {
        String address = Endpoint.address(of(id));
        if (address.isEmpty()) return Optional.empty();
        Endpoint at = Endpoint.at(address, Token.random());
        return Optional.of(new ReplicationEngine.Address(at.host(), at.port()));
    }

    /** One clause for who was turned away. */
    String whoLeads() {
        String leader = Endpoint.address(directory.path());
        return leader.isEmpty() ? "no coordinator leads yet" : "the leader is at " + leader;
    }

    /** Those that run on this machine, with the part each plays. */
    List<RunStatus.CoordinatorStatus> status(OptionalInt leader) {
        List<RunStatus.CoordinatorStatus> all = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            long pid = pid(id);
            if (!isAlive(pid)) continue;
            String role = leader.isEmpty() ? "candidate" : leader.getAsInt() == id ? "leader" : "follower";
            all.add(new RunStatus.CoordinatorStatus(id, pid, Endpoint.address(of(id)), role));
        }
        return all;
    }

    /** A process that died and was not waited for yet counts as alive for the system, but has no command any more. */
    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().command())
                .isPresent();
    }

    private long pid(int id) {
        try {
            return Long.parseLong(Files.readString(of(id).resolve("pid")).strip());
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }
}
