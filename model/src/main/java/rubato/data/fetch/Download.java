package rubato.data.fetch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(base + file)).build();
            Path target = directory.resolve(file.substring(file.lastIndexOf('/') + 1));
            HttpResponse<Path> response = whole(client.sendAsync(request, HttpResponse.BodyHandlers.ofFile(target)));
            if (response.statusCode() != 200)
                throw new IOException("answered " + response.statusCode() + " for " + file);
        }
    }

    /** Waits for the last byte: a request's own timeout ends with the head of the answer. */
    private static <T> T whole(CompletableFuture<T> exchange) throws IOException, InterruptedException {
        try {
            return exchange.get(WHOLE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("cannot be reached (" + reason(e) + ")", e);
        } catch (TimeoutException e) {
            throw new IOException("was not received within " + WHOLE.toMinutes() + " minutes", e);
        } finally {
            exchange.cancel(true);
        }
    }

    private static String reason(Throwable e) {
        Throwable first = e;
        while (first.getCause() != null) first = first.getCause();
        return first.getMessage() == null ? first.getClass().getSimpleName() : first.getMessage();
    }
}
