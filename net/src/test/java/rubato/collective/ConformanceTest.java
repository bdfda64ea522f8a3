package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rubato.plan.Algorithm;
import rubato.schedule.Span;

/** Every collective x type x edge length on 1 to 9 ranks, against arithmetic on one; docs/results/collectives.md is what it found. */
class ConformanceTest {
    private static final int[] RANKS = {1, 2, 3, 5, 8};
    private static final int[] LENGTHS = {0, 1, 2, 7, 8, 9, 64, 65, 257};
    private static final Path TABLE = Path.of("../docs/results/collectives.md");

    /** A collective, with what rank {@code rank} holds afterwards where that is defined. */
    private record Case(String name, Run run, Expected expected) {}

    private interface Run {
        void begin(Circuit circuit, long step, Elements x);
    }

    private interface Expected {
        /** The value of element {@code i} at a rank, or NaN where nothing is promised. */
        double at(int i, int rank, Span[] parts, double[][] inputs);
    }

    private static List<Case> cases(int size) {
        List<Case> cases = new ArrayList<>();
        for (Algorithm algorithm : AllReducePropertyTest.algorithms(size)) {
            for (Reduction how : Reduction.values())
                cases.add(new Case(
                        "all-reduce " + algorithm.name() + " " + how.name().toLowerCase(java.util.Locale.ROOT),
                        (c, step, x) -> c.allReduce(step, x, how, algorithm, null, c.silent()),
                        (i, rank, parts, inputs) -> reduced(how, i, inputs)));
        }
        for (Algorithm algorithm : List.of(Algorithm.EXCHANGE, Algorithm.RING)) {
            for (Reduction how : Reduction.values())
                cases.add(new Case(
                        "reduce-scatter " + algorithm.name() + " " + how.name().toLowerCase(java.util.Locale.ROOT),
                        (c, step, x) -> c.reduceScatter(step, x, how, algorithm),
                        (i, rank, parts, inputs) -> owner(i, parts) == rank ? reduced(how, i, inputs) : Double.NaN));
            cases.add(new Case(
                    "all-gather " + algorithm.name(),
                    (c, step, x) -> c.allGather(step, x, algorithm),
                    (i, rank, parts, inputs) -> inputs[owner(i, parts)][i]));
        }
        int root = size - 1;
        cases.add(new Case(
                "broadcast",
                (c, step, x) -> c.rooted(OperationKind.BROADCAST, step, x, root),
                (i, rank, parts, inputs) -> inputs[root][i]));
        cases.add(new Case(
                "scatter",
                (c, step, x) -> c.rooted(OperationKind.SCATTER, step, x, root),
                (i, rank, parts, inputs) -> owner(i, parts) == rank ? inputs[root][i] : inputs[rank][i]));
        cases.add(new Case(
                "gather",
                (c, step, x) -> c.rooted(OperationKind.GATHER, step, x, root),
                (i, rank, parts, inputs) -> rank == root ? inputs[owner(i, parts)][i] : inputs[rank][i]));
        return cases;
    }

    private static double reduced(Reduction how, int i, double[][] inputs) {
        double[] values = Arrays.stream(inputs).mapToDouble(input -> input[i]).toArray();
        return switch (how) {
            case SUM -> Arrays.stream(values).sum();
            case MEAN -> Arrays.stream(values).sum() / values.length;
            case MIN -> Arrays.stream(values).min().orElseThrow();
            case MAX -> Arrays.stream(values).max().orElseThrow();
        };
    }

    private static int owner(int i, Span[] parts) {
        return IntStream.range(0, parts.length)
                .filter(rank -> parts[rank].from() <= i && i < parts[rank].to())
                .findFirst()
                .orElseThrow();
    }

    /** Small whole numbers, so that every order of additions gives the exact sum. */
    private static double input(int rank, int i) {
        return (rank * 7 + i * 5 + rank * i) % 23;
    }

    private enum Type {
        FLOAT32 {
            @Override
            Held hold(double[] values) {
                float[] x = new float[values.length];
                for (int i = 0; i < x.length; i++) x[i] = (float) values[i];
                return new Held(Elements.of(x), i -> x[i]);
            }
        },
        FLOAT64 {
            @Override
            Held hold(double[] values) {
                double[] x = values.clone();
                return new Held(Elements.of(x), i -> x[i]);
            }
        },
        INT32 {
            @Override
            Held hold(double[] values) {
                int[] x = Arrays.stream(values).mapToInt(value -> (int) value).toArray();
                return new Held(Elements.of(x), i -> x[i]);
            }
        },
        INT64 {
            @Override
            Held hold(double[] values) {
                long[] x =
                        Arrays.stream(values).mapToLong(value -> (long) value).toArray();
                return new Held(Elements.of(x), i -> x[i]);
            }
        },
        BYTES {
            @Override
            Held hold(double[] values) {
                byte[] x = new byte[values.length];
                for (int i = 0; i < x.length; i++) x[i] = (byte) (values[i] + 120);
                return new Held(Elements.of(x), i -> (x[i] & 0xFF) - 120.0);
            }
        };

        abstract Held hold(double[] values);
    }

    private record Held(Elements elements, java.util.function.IntToDoubleFunction value) {}

    @Test
    void every_collective_of_every_type_and_edge_length_is_right_and_the_table_in_the_documents_says_so()
            throws IOException {
        java.util.Map<String, String[]> rows = new java.util.LinkedHashMap<>();
        for (int size : RANKS) {
            Orchestra orchestra = new Orchestra(size, 77, new Tuning(256, 1024, 512, 0, 0), 4000);
            long step = 0;
            for (Case one : cases(size)) {
                String[] row = rows.computeIfAbsent(one.name(), name -> new String[Type.values().length]);
                for (Type type : Type.values()) {
                    String cell = "";
                    for (int length : LENGTHS) cell = check(orchestra, one, type, length, step++);
                    row[type.ordinal()] = cell;
                }
            }
        }
        String table = render(rows);
        Path found = Path.of("target/collectives.md");
        Files.writeString(found, table);
        assertThat(Files.readString(TABLE))
                .as("%s differs from what the tests found; copy net/%s there", TABLE, found)
                .isEqualTo(table);
    }

    private static String check(Orchestra orchestra, Case one, Type type, int length, long step) {
        int size = orchestra.size();
        double[][] inputs = new double[size][length];
        for (int rank = 0; rank < size; rank++) for (int i = 0; i < length; i++) inputs[rank][i] = input(rank, i);
        Held[] held = new Held[size];
        try {
            orchestra.together((circuit, rank) -> {
                held[rank] = type.hold(inputs[rank]);
                one.run().begin(circuit, step, held[rank].elements());
            });
        } catch (IllegalArgumentException e) {
            return "refused";
        }
        Span[] parts = IntStream.range(0, size)
                .mapToObj(rank -> new Span(0, length).part(rank, size, 1))
                .toArray(Span[]::new);
        for (int rank = 0; rank < size; rank++) {
            for (int i = 0; i < length; i++) {
                double expected = one.expected().at(i, rank, parts, inputs);
                if (Double.isNaN(expected)) continue;
                double tolerance = type == Type.FLOAT32 ? Math.abs(expected) * 0x1p-23 : 0;
                assertThat(held[rank].value().applyAsDouble(i))
                        .as("%s of %s[%d] on %d, element %d at rank %d", one.name(), type, length, size, i, rank)
                        .isCloseTo(expected, org.assertj.core.api.Assertions.within(tolerance));
            }
        }
        return "right";
    }

    private static String render(java.util.Map<String, String[]> rows) {
        String types = Arrays.stream(Type.values())
                .map(type -> type.name().toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining(" | "));
        StringBuilder text = new StringBuilder("# Collectives: what the tests run\n\n")
                .append(
                        "Written by `ConformanceTest`, which fails if this page differs from what it finds. Each cell stands for lengths ")
                .append(numbers(LENGTHS))
                .append(" on ")
                .append(numbers(RANKS))
                .append(
                        " ranks: *right* is equal at every rank and element to the same arithmetic on one; *refused* is an error at once.\n\n")
                .append("| collective | " + types + " |\n|---|---|---|---|---|---|\n");
        rows.forEach((name, cells) -> text.append("| " + name + " | " + String.join(" | ", cells) + " |\n"));
        return text.toString();
    }

    private static String numbers(int[] numbers) {
        return Arrays.stream(numbers).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }
}
