package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import rubato.disk.RealDisk;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;
import rubato.verify.Verification;
import rubato.verify.Verifier;

/** Whole runs with a worker whose machine computes wrongly. */
@Tag("process")
@Timeout(120)
class TroubleTest {
    @TempDir
    Path home;

    private Jobs jobs;

    @BeforeEach
    void data() throws IOException {
        jobs = new Jobs(home);
    }

    private Training.Result run(String trouble, String... overrides) {
        List<String> all = new java.util.ArrayList<>(
                List.of("workers.count=3", "stop.epochs=60", "model.kind=rubato.runtime.TroubledModel"));
        all.addAll(List.of(overrides));
        return jobs.training(
                        jobs.config(all.toArray(new String[0])),
                        home.resolve("run"),
                        false,
                        Map.of(TroubledModel.TROUBLE, trouble))
                .run(path -> List.of((at, event) -> jobs.events.add(event)));
    }

    private void assertGood(Training.Result result, int epochs) {
        assertThat(result.exitCode()).as(result.reason()).isZero();
        assertThat(result.summary().testAccuracy()).isGreaterThan(0.85);
        Verification verified = Verifier.verify(result.directory());
        assertThat(verified.violations()).isEmpty();
        assertThat(verified.rollbacks()).isZero();
        assertThat(verified.epochs()).hasSize(epochs).allMatch(epoch -> epoch.complete() && epoch.exactlyOnce());
    }

    private List<Entry.NonFinite> marks() {
        return LedgerReader.read(home.resolve("run/ledger"), new RealDisk()).entries().stream()
                .map(Positioned::entry)
                .filter(Entry.NonFinite.class::isInstance)
                .map(Entry.NonFinite.class::cast)
                .toList();
    }

    private List<String> gone() {
        return List.copyOf(jobs.events).stream()
                .filter(Event.WorkerLeft.class::isInstance)
                .map(event -> ((Event.WorkerLeft) event).worker() + " " + ((Event.WorkerLeft) event).reason())
                .toList();
    }

    @Test
    void a_bit_that_flips_while_a_worker_computes_is_found_before_it_contributes() {
        Training.Result result = run("flip:worker-001:30");
        assertGood(result, 60);
        assertThat(gone()).singleElement().asString().contains("worker-001", "state of step 29 changed by itself");
    }

    @Test
    void a_bit_that_flips_while_gradients_are_on_their_way_is_found_by_the_majority() {
        Training.Result result = run("flip-late:worker-001:30");
        assertGood(result, 60);
        assertThat(List.copyOf(jobs.events))
                .filteredOn(Event.GenerationSealed.class::isInstance)
                .map(event -> ((Event.GenerationSealed) event).reason())
                .anyMatch(reason -> reason.contains("holds state") || reason.contains("from state"));
    }

    @Test
    void bad_arithmetic_of_one_worker_is_skipped_recorded_and_makes_it_leave() {
        Training.Result result = run("nan:worker-001:30");
        assertGood(result, 60);
        assertThat(marks())
                .hasSize(3)
                .allMatch(mark -> mark.skipped() && mark.ranks().equals(List.of(1)));
        assertThat(gone()).singleElement().asString().contains("worker-001", "not finite in 3 of the last 50 steps");
    }

    @Test
    void clipped_contributions_count_and_are_recorded() {
        Training.Result result = run("nan:worker-002:30", "on-nonfinite=clip");
        assertGood(result, 60);
        assertThat(marks()).hasSize(3).noneMatch(Entry.NonFinite::skipped);
    }

    @Test
    void with_stop_the_run_ends_as_diverged_at_the_step() {
        Training.Result result = run("nan:worker-002:30", "on-nonfinite=stop");
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.reason()).contains("step 30", "not finite");
    }
}
