package rubato.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import rubato.checkpoint.Safetensors.BadTensors;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.disk.DiskFile;
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

    String manifestSha256() {
        return manifestSha256;
    }

    List<String> problems() {
        if (manifest == null) return List.of(String.valueOf(manifestProblem));
        List<String> problems = new ArrayList<>();
        Set<String> known = new HashSet<>(Set.of(Manifest.FILE));
        for (Manifest.Blocks file : manifest.files()) {
            known.addAll(file.blocks());
            BlockSource blocks = new BlockSource(directory, disk, file, manifest.blockBytes());
            for (String block : file.blocks()) {
                try {
                    blocks.nextBlock();
                } catch (IOException e) {
                    problems.add(directory.resolve(block) + ": " + DiskErrors.reason(e));
                }
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

    /** Writes one of the files it stands for. */
    void export(String name, DiskFile to) throws IOException {
        Manifest.Blocks file = need(name);
        BlockSource blocks = source(file);
        for (int i = 0; i < file.blocks().size(); i++) {
            try {
                to.write(blocks.nextBlock());
            } catch (BlockSource.BadBlock e) {
                throw damaged(directory + ": " + e.getMessage());
            }
        }
    }

    private Manifest.Blocks need(String name) {
        for (Manifest.Blocks file : requireManifest().files()) if (file.name().equals(name)) return file;
        throw damaged(directory.resolve(Manifest.FILE) + ": does not list " + name);
    }

    private BlockSource source(Manifest.Blocks file) {
        return new BlockSource(directory, disk, file, requireManifest().blockBytes());
    }

    private List<Checkpoint.Tensor> tensors(Manifest.Blocks file) {
        try {
            return TensorFile.read(source(file));
        } catch (IOException | BadTensors e) {
            throw damaged(directory + ": " + reason(e));
        }
    }

    private byte[] bytes(Manifest.Blocks file) {
        try {
            if (file.bytes() > Integer.MAX_VALUE - 8) throw new BadTensors("is " + file.bytes() + " bytes long");
            ByteBuffer bytes = source(file).read((int) file.bytes());
            return bytes.array();
        } catch (IOException | BadTensors e) {
            throw damaged(directory + ": " + reason(e));
        }
    }

    private static String reason(Exception e) {
        return e instanceof IOException io ? DiskErrors.reason(io) : String.valueOf(e.getMessage());
    }

    private static RubatoException damaged(String what) {
        return RubatoException.failed("checkpoint is damaged: " + what);
    }
}
