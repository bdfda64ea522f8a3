package rubato.data.fetch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The publisher's own files over HTTPS: 5 s to connect, 5 minutes a file. */
public record Download(String base, List<String> files) implements Way {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofMinutes(5);

    @Override
    public String source() {
        return base;
    }

    @Override
    public void into(Path directory) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        for (String file : files) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(base + file))
                    .timeout(WHOLE)
                    .build();
            Path target = directory.resolve(file.substring(file.lastIndexOf('/') + 1));
            HttpResponse<Path> response;
            try {
                response = client.send(request, HttpResponse.BodyHandlers.ofFile(target));
            } catch (IOException e) {
                throw new IOException("cannot be reached (" + reason(e) + ")", e);
            }
            if (response.statusCode() != 200)
                throw new IOException("answered " + response.statusCode() + " for " + file);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
