package rubato.observe;

import java.nio.file.Path;
import java.util.Optional;
import rubato.event.Event;
import rubato.event.Summary;

/** The name and the summary of a run; for one that never finished, what its events tell of it, with the rest unknown. */
record RunFacts(String name, Summary summary) {
    static final String UNFINISHED = "unfinished";

    static RunFacts of(Path runDir, RunStory story) {
        Path directory = runDir.toAbsolutePath().normalize().getFileName();
        String name = story.started().map(Event.RunStarted::run).orElse(String.valueOf(directory));
        Optional<Summary> written = SummaryFile.read(runDir);
        return new RunFacts(name, written.or(story::summary).orElseGet(() -> unfinished(story)));
    }

    private static Summary unfinished(RunStory story) {
        int workers = story.started().map(Event.RunStarted::workers).orElse(0);
        double unknown = Double.NaN;
        Event.StepCommitted last = story.lastStep().orElse(null);
        long steps = last == null ? 0 : last.step();
        double epochs = last == null ? 0 : last.epoch() + last.progress();
        long samples = last == null ? 0 : last.samplesTotal();
        int batch = last == null ? 0 : last.batch();
        double noise = last == null ? unknown : last.noise().scale();
        double speed = story.seconds() > 0 ? samples / story.seconds() : unknown;
        return new Summary(
                UNFINISHED,
                "",
                steps,
                epochs,
                samples,
                unknown,
                unknown,
                unknown,
                unknown,
                story.seconds(),
                speed,
                workers,
                story.firstBatch(),
                batch,
                noise,
                story.applied(),
                last == null ? 0 : last.bytesSent(),
                last == null ? 0 : last.bytesSaved(),
                "");
    }
}
