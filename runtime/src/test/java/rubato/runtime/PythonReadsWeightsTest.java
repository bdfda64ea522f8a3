package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.checkpoint.Checkpoint;
import rubato.checkpoint.CheckpointStore;
import rubato.disk.RealDisk;

/** The Python shown in docs/checkpoints.md reads the weights of a run, from its checkpoint and from an exported file. */
@Tag("process")
@Timeout(120)
class PythonReadsWeightsTest {
    private static final String TELL = """

            import hashlib, sys
            saved = weights(sys.argv[1])
            exported = tensors(pathlib.Path(sys.argv[2]).read_bytes())
            for found in saved, exported:
                print(" ".join(f"{n} {list(t.shape)} {hashlib.sha256(t.tobytes()).hexdigest()}" for n, t in found.items()))
            """;

    @TempDir
    Path home;

    @Test
    void python_reads_the_weights_bit_for_bit() throws Exception {
        Optional<String> python = List.of("python3", "/usr/bin/python3").stream()
                .filter(each -> run(each, "import numpy").code() == 0)
                .findFirst();
        Assumptions.assumeTrue(python.isPresent(), "SKIPPED: this test needs python3 with NumPy");
        Jobs jobs = new Jobs(home);
        Training.Result run = jobs.run(jobs.config("optimizer.momentum=0.9"), "run");
        Path file = home.resolve("weights.safetensors");
        Export.weights(run.directory(), OptionalLong.empty(), file, line -> {});
        CheckpointStore store = new CheckpointStore(run.directory().resolve("checkpoints"), new RealDisk());
        String expected = store.load(store.directoryOf(120)).tensors().stream()
                .filter(tensor -> !tensor.name().startsWith(CheckpointStore.OPTIMIZER_PREFIX))
                .map(tensor -> tensor.name() + " " + tensor.shape() + " " + digest(tensor))
                .collect(Collectors.joining(" "));
        Said said = run(python.get(), shown() + TELL, store.directoryOf(120).toString(), file.toString());
        assertThat(said.code()).as(said.text()).isZero();
        assertThat(said.text().lines()).containsExactly(expected, expected);
    }

    private static String shown() throws Exception {
        String page = Files.readString(Path.of("../docs/checkpoints.md"));
        int from = page.indexOf("```python\n") + "```python\n".length();
        return page.substring(from, page.indexOf("```", from));
    }

    private static String digest(Checkpoint.Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(tensor.length() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.data(), tensor.offset(), tensor.length());
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private record Said(int code, String text) {}

    private Said run(String python, String script, String... arguments) {
        try {
            Path file = Files.writeString(home.resolve("script.py"), script);
            List<String> command = new ArrayList<>(List.of(python, file.toString()));
            command.addAll(List.of(arguments));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), text);
        } catch (IOException | InterruptedException noPython) {
            return new Said(-1, String.valueOf(noPython.getMessage()));
        }
    }
}
