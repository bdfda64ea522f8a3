package rubato.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import rubato.compress.Codecs;
import rubato.net.LinkOptions;
import rubato.net.TransportChoice;

/** {@code rubato bench allreduce}: microseconds per all-reduce between processes of this machine. */
@Command(name = "allreduce", description = "Microseconds per in-place all-reduce of float32 between local processes.")
final class AllReduceCommand implements Callable<Integer> {
    private static final long LARGEST_BYTES = 1L << 30;
    private static final List<String> ALGORITHMS = List.of("auto", "exchange", "halving", "ring", "hierarchical");

    /** Where the vector lies. */
    enum Place {
        /** In the group's own memory, which every rank sees where it is shared. */
        SYMMETRIC,
        /** In an array of the caller. */
        COPY
    }

    private final Console console;

    @Spec
    private CommandSpec spec;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "2", description = "Processes (default: 2).")
    private int workers;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "shm, unix, tcp or auto (default).")
    private String transport = "auto";

    @Option(
            names = "--bytes",
            paramLabel = "SIZE",
            split = ",",
            defaultValue = "4,1024,16384,65536,262144,1048576,4194304,16777216,67108864,268435456",
            description = "Sizes, multiples of 4 (default: 4 B to 256 MiB).")
    private List<Long> bytes = List.of();

    @Option(
            names = "--codec",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "What stands for float32 on the wire: none (default), fp16, bf16 or int8.")
    private String codec = "none";

    @Option(
            names = "--in-place",
            paramLabel = "HOW",
            defaultValue = "copy",
            description = "copy (default): the caller's array; symmetric: memory of the group.")
    private Place place = Place.COPY;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "1",
            description = "TCP connections per link (default: 1).")
    private int streams;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "exchange, halving, ring, hierarchical or auto (default).")
    private String algorithm = "auto";

    @Option(
            names = "--per-sample",
            paramLabel = "MIB",
            defaultValue = "64",
            description = "How many calls make a sample: those that sum so many MiB (default: 64).")
    private int perSample;

    @Mixin
    private AllReduceSeat seat = new AllReduceSeat();

    @Option(names = "--json", description = "Print one JSON object per size.")
    private boolean json;

    @Option(names = "--rank", defaultValue = "-1", description = "With --at: which rank this is, from 0.")
    private int rank;

    AllReduceCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        AllReduceRank.Task task = task();
        AllReduceTable table = new AllReduceTable(console, json);
        if (seat.isTaken()) {
            if (rank < 0 || rank >= workers)
                throw new ParameterException(
                        spec.commandLine(), "--rank must be in 0.." + (workers - 1) + " with --at, was " + rank);
            if (!json && rank == 0) table.columns();
            AllReduceRank.run(task, rank, seat.rendezvous(), seat.reach(), table::row);
            return 0;
        }
        if (rank >= 0) {
            AllReduceRank.run(task, rank, System.in, console.out());
            return 0;
        }
        if (!json) table.head(MachineLimits.measure(), task);
        AllReduceProcesses.run(task, arguments(), table);
        return 0;
    }

    private AllReduceRank.Task task() {
        if (workers < 2 || workers > 64)
            throw new ParameterException(spec.commandLine(), "--workers must be in 2..64, was " + workers);
        for (long size : bytes) {
            if (size < 4 || size > LARGEST_BYTES || size % 4 != 0)
                throw new ParameterException(
                        spec.commandLine(), "--bytes must be multiples of 4 in 4.." + LARGEST_BYTES + ", was " + size);
        }
        if (!Codecs.names().contains(codec))
            throw new ParameterException(
                    spec.commandLine(), "--codec must be one of " + Codecs.names() + ", was '" + codec + "'");
        if (!ALGORITHMS.contains(algorithm))
            throw new ParameterException(
                    spec.commandLine(), "--algorithm must be one of " + ALGORITHMS + ", was '" + algorithm + "'");
        boolean exchanges = algorithm.equals("auto") || algorithm.equals("exchange");
        if (!exchanges && (place == Place.SYMMETRIC || !codec.equals("none")))
            throw new ParameterException(
                    spec.commandLine(), "--algorithm " + algorithm + " needs --in-place copy and no --codec");
        if (perSample < 1 || perSample > 1024)
            throw new ParameterException(spec.commandLine(), "--per-sample must be in 1..1024, was " + perSample);
        if (place == Place.SYMMETRIC && !codec.equals("none"))
            throw new ParameterException(
                    spec.commandLine(),
                    "--codec " + codec + " needs --in-place copy: memory of the group holds float32");
        try {
            LinkOptions links = seat.links(TransportChoice.parse(transport), streams);
            return new AllReduceRank.Task(workers, links, bytes, place, codec, algorithm, (long) perSample << 20);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--transport: " + e.getMessage());
        }
    }

    /** Of a rank's process, but for its number. */
    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        arguments.addAll(WorkerJvm.vectors());
        arguments.addAll(List.of("-XX:+UseSerialGC", "-Xmx" + heapMegabytes() + "m"));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        arguments.addAll(List.of("bench", "allreduce", "--workers", "" + workers, "--transport", transport));
        arguments.addAll(List.of(
                "--bytes", String.join(",", bytes.stream().map(String::valueOf).toList())));
        arguments.addAll(List.of("--streams", "" + streams, "--codec", codec));
        arguments.addAll(List.of("--algorithm", algorithm, "--per-sample", "" + perSample));
        arguments.addAll(List.of("--shm-directory", seat.sharedDirectory().toString()));
        arguments.addAll(List.of("--in-place", place.name().toLowerCase(Locale.ROOT), "--rank"));
        return arguments;
    }

    private long heapMegabytes() {
        long largest = bytes.stream().mapToLong(Long::longValue).max().orElse(4);
        return 256 + 2 * (largest >> 20);
    }
}
