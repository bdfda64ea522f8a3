package rubato.observe;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import rubato.event.Event;
import rubato.event.Event.StepCommitted;
import rubato.event.Listener;
import rubato.seam.Clock;

/**
 * A run as people watch it: on a terminal one line rewritten in place, elsewhere a plain line every few seconds; decisions, evaluations,
 * workers and warnings as they happen; a short table at the end.
 */
public final class LiveLine implements Listener, AutoCloseable {
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PLAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String ERASE = "\r\033[2K";

    private final Console console;
    private final Clock clock;
    private final String runDirectory;
    private final EventText texts;
    private final long everyNanos;
    private @Nullable StepCommitted latest;
    private long drawnNanos;
    private boolean drawnBefore;
    private boolean drawn;

    public LiveLine(Console console, Clock clock, String runDirectory) {
        this.console = console;
        this.clock = clock;
        this.runDirectory = runDirectory;
        texts = new EventText(console);
        everyNanos = console.terminal() ? REDRAW_NANOS : PLAIN_NANOS;
    }

    @Override
    public void on(long epochMillis, Event event) {
        if (event instanceof StepCommitted step) {
            latest = step;
            if (due()) draw(step);
            return;
        }
        texts.of(event).ifPresent(this::print);
        if (event instanceof Event.RunFinished finished) finish(finished);
    }

    /** Takes the live line off the terminal, so that what is printed next begins in the first column. */
    @Override
    public void close() {
        erase();
        latest = null;
    }

    private boolean due() {
        return !drawnBefore || clock.nanos() - drawnNanos >= everyNanos;
    }

    private void draw(StepCommitted step) {
        drawnNanos = clock.nanos();
        drawnBefore = true;
        if (console.terminal()) rewrite(step);
        else console.write(ProgressText.of(step) + System.lineSeparator());
    }

    private void rewrite(StepCommitted step) {
        int columns = Math.max(20, console.width().getAsInt() - 1);
        console.write(ERASE + ProgressText.within(step, columns));
        drawn = true;
    }

    private void print(String line) {
        erase();
        console.write(line + System.lineSeparator());
        if (console.terminal() && latest != null) rewrite(latest);
    }

    private void erase() {
        if (drawn) console.write(ERASE);
        drawn = false;
    }

    private void finish(Event.RunFinished finished) {
        close();
        console.write(SummaryText.of(finished.summary(), runDirectory));
    }
}
