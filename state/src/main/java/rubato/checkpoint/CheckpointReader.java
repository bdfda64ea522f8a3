package rubato.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import rubato.checkpoint.Safetensors.BadTensors;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.error.RubatoException;

/** One checkpoint directory, read with every size and digest checked. */
final class CheckpointReader {
    private static final int MAX_MANIFEST = 16 << 20;

    private final Path directory;
    private final Disk disk;
    private @Nullable Manifest manifest;
    private String manifestSha256 = "";
    private @Nullable String manifestProblem;

    CheckpointReader(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
        readManifest();
    }

    private void readManifest() {
        Path file = directory.resolve(Manifest.FILE);
        try {
            byte[] bytes = disk.readAll(file, MAX_MANIFEST).array();
            manifestSha256 = Sha256.of(bytes);
            manifest = Manifest.decode(bytes);
        } catch (IOException e) {
            manifestProblem = file + ": " + DiskErrors.reason(e);
        } catch (Manifest.BadManifest e) {
            manifestProblem = file + ": " + e.getMessage();
        }
    }

    Manifest requireManifest() {
        if (manifest == null) throw RubatoException.failed("checkpoint cannot be loaded: " + manifestProblem);
        return manifest;
    }

    Manifest manifest() {
        return requireManifest();
    }

    String manifestSha256() {
        return manifestSha256;
    }

    List<String> problems() {
        if (manifest == null) return List.of(String.valueOf(manifestProblem));
        List<String> problems = new ArrayList<>();
        Set<String> known = new HashSet<>(Set.of(Manifest.FILE));
        for (Manifest.FileDigest digest : manifest.files()) {
            known.add(digest.name());
            try (DigestedInput in = open(digest)) {
                requireDigest(digest, in);
            } catch (IOException | BadTensors e) {
                problems.add(directory.resolve(digest.name()) + ": " + reason(e));
            }
        }
        addUnknown(known, problems);
        return problems;
    }

    private void addUnknown(Set<String> known, List<String> problems) {
        try {
            for (Path file : disk.list(directory)) {
                if (!known.contains(file.getFileName().toString())) problems.add(file + ": is not in the manifest");
            }
        } catch (IOException e) {
            problems.add(directory + ": " + DiskErrors.reason(e));
        }
    }

    Checkpoint load() {
        Manifest found = requireManifest();
        List<Checkpoint.Tensor> tensors = new ArrayList<>();
        tensors.addAll(tensors(need(CheckpointStore.MODEL_FILE)));
        tensors.addAll(tensors(need(CheckpointStore.OPTIMIZER_FILE)));
        return new Checkpoint(found.name(), tensors, bytes(need(CheckpointStore.REPLICA_FILE)));
    }

    private Manifest.FileDigest need(String name) {
        for (Manifest.FileDigest digest : requireManifest().files())
            if (digest.name().equals(name)) return digest;
        throw damaged(directory.resolve(Manifest.FILE) + ": does not list " + name);
    }

    private List<Checkpoint.Tensor> tensors(Manifest.FileDigest digest) {
        try (DigestedInput in = open(digest)) {
            List<Checkpoint.Tensor> tensors = TensorFile.read(in);
            requireDigest(digest, in);
            return tensors;
        } catch (IOException | BadTensors e) {
            throw damaged(directory.resolve(digest.name()) + ": " + reason(e));
        }
    }

    private byte[] bytes(Manifest.FileDigest digest) {
        try (DigestedInput in = open(digest)) {
            if (digest.bytes() > Integer.MAX_VALUE - 8) throw new BadTensors("is " + digest.bytes() + " bytes long");
            byte[] bytes = in.read((int) digest.bytes()).array();
            requireDigest(digest, in);
            return bytes;
        } catch (IOException | BadTensors e) {
            throw damaged(directory.resolve(digest.name()) + ": " + reason(e));
        }
    }

    private DigestedInput open(Manifest.FileDigest digest) throws IOException, BadTensors {
        DigestedInput in = new DigestedInput(disk.read(directory.resolve(digest.name())));
        if (in.remaining() == digest.bytes()) return in;
        long size = in.remaining();
        in.close();
        throw new BadTensors("is " + size + " bytes long, the manifest says " + digest.bytes());
    }

    private static void requireDigest(Manifest.FileDigest digest, DigestedInput in) throws IOException, BadTensors {
        if (!in.digestToEnd().equals(digest.sha256())) throw new BadTensors("SHA-256 is not what the manifest says");
    }

    private static String reason(Exception e) {
        return e instanceof IOException io ? DiskErrors.reason(io) : String.valueOf(e.getMessage());
    }

    private static RubatoException damaged(String what) {
        return RubatoException.failed("checkpoint is damaged: " + what);
    }
}
