package rubato.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;

final class RunConfigTest {
    private static RunConfig of(String... overrides) {
        return RunConfig.load(Optional.empty(), List.of(overrides));
    }

    private static String refusal(String... overrides) {
        try {
            of(overrides);
        } catch (RubatoException e) {
            assertThat(e.kind()).isEqualTo(RubatoException.Kind.USAGE);
            assertThat(e.getMessage()).doesNotContain("\n");
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("accepted: " + List.of(overrides));
    }

    @Test
    void the_reference_is_neutral() {
        RunConfig config = RunConfig.parse("data.name = fashion-mnist");
        assertThat(config.batch())
                .isEqualTo(new BatchSection(
                        BatchSection.Policy.FIXED,
                        64,
                        1,
                        Integer.MAX_VALUE,
                        BatchSection.Last.KEEP,
                        BatchSection.RateRule.NONE));
        assertThat(config.optimizer().momentum()).isZero();
        assertThat(config.optimizer().weightDecay()).isZero();
        assertThat(config.optimizer().clipNorm()).isInfinite();
        assertThat(config.optimizer().schedule().kind()).isEqualTo("constant");
        assertThat(config.optimizer().schedule().warmupSteps()).isZero();
        assertThat(config.shares().policy()).isEqualTo(SharesSection.Policy.EQUAL);
        assertThat(config.stop().never()).isTrue();
        assertThat(config.run().seed()).isEqualTo(1);
        assertThat(config.model().init()).isEqualTo("zeros");
    }

    @Test
    void the_quick_start_adapts_its_batch() {
        RunConfig config = of();
        assertThat(config.batch().policy()).isEqualTo(BatchSection.Policy.NOISE_SCALE);
        assertThat(config.data().name()).isEqualTo("fashion-mnist");
        assertThat(config.workers().count()).isEqualTo(2);
        assertThat(config.stop().never()).isFalse();
    }

    @Test
    void what_is_rendered_parses_to_the_same() {
        RunConfig config = of(
                "run.name=a b",
                "optimizer.learning-rate=0.1234567890123",
                "shares.policy=fixed",
                "shares.fixed=[0.7,0.3]",
                "data.columns=[{name=age},{name=job,type=categorical,encoding=hashed,buckets=64},{name=b,standardize=true}]",
                "workers.jvm-args=-Xmx1g -ea",
                "stop.target-loss=0.25",
                "run.seed=-9007199254740993");
        assertThat(RunConfig.parse(config.render())).isEqualTo(config);
        assertThat(config.workers().jvmArgs()).containsExactly("-Xmx1g", "-ea");
    }

    @Test
    void later_overrides_win_over_earlier_ones_and_over_the_file(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("a.conf"), "data.name = spam\nbatch.initial = 16");
        RunConfig config = RunConfig.load(Optional.of(file), List.of("batch.initial=32", "batch.initial=8"));
        assertThat(config.batch().initial()).isEqualTo(8);
        assertThat(config.data().name()).isEqualTo("spam");
    }

    @Test
    void an_override_with_comment_signs_is_taken_as_it_stands() {
        assertThat(of("run.dir=/tmp//a#b").run().dir()).isEqualTo("/tmp//a#b");
        assertThat(of("data.separator=,").data().separator()).isEqualTo(",");
        assertThat(of("run.name=").run().name()).isEmpty();
    }

    @Test
    void an_unknown_key_is_refused_with_the_nearest_and_its_place(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("a.conf"), "data.name = spam\n\nbatch { polcy = fixed }\n");
        assertThatThrownBy(() -> RunConfig.load(Optional.of(file), List.of()))
                .hasMessage("unknown key 'batch.polcy' (a.conf:3), the nearest known one is 'batch.policy'");
        assertThat(refusal("optimizer.lr=1"))
                .isEqualTo("unknown key 'optimizer.lr' (--set optimizer.lr=1), the nearest known one is"
                        + " 'optimizer.learning-rate'");
        assertThat(refusal("learning-rate=1")).contains("'optimizer.learning-rate'");
        assertThat(refusal("data.columns=[{name=a,typ=numeric}]")).contains("data.columns.type");
    }

    @Test
    void a_bad_value_is_refused_with_key_value_range_and_place() {
        assertThat(refusal("batch.initial=0"))
                .isEqualTo("batch.initial must be a whole number >= 1, was 0 (--set batch.initial=0)");
        assertThat(refusal("batch.initial=1.5")).contains("batch.initial must be a whole number >= 1, was 1.5");
        assertThat(refusal("batch.initial=many")).contains("was \"many\"");
        assertThat(refusal("batch.policy=none")).contains("one of fixed, noise-scale, goodput");
        assertThat(refusal("optimizer.momentum=1")).contains("a number >= 0 and < 1");
        assertThat(refusal("optimizer.learning-rate=-1")).contains("a number >= 0");
        assertThat(refusal("optimizer.learning-rate=NaN")).contains("optimizer.learning-rate");
        assertThat(refusal("stop.target-accuracy=2")).contains("<= 1");
        assertThat(refusal("data.shuffle=maybe")).contains("true or false");
        assertThat(refusal("coordinator.port=70000")).contains("0..65535");
        assertThat(refusal("batch=64")).contains("batch must be a section { .. }, was 64");
        assertThat(refusal("workers.count=null")).contains("workers.count must be set");
        assertThat(refusal("model.hidden=7")).contains("a list");
        assertThat(refusal("shares.fixed=[0.5,-0.5]")).contains("shares.fixed must be a number >= 0, was -0.5");
    }

    @Test
    void keys_that_do_not_fit_one_another_are_refused() {
        assertThat(refusal("shares.policy=fixed", "shares.fixed=[1]")).contains("one number per worker");
        assertThat(refusal("shares.policy=fixed", "shares.fixed=[0.5,0.6]")).contains("sum 1");
        assertThat(refusal("batch.initial=2048")).contains("batch.min..batch.max");
        assertThat(refusal("batch.min=512")).contains("batch.initial");
        assertThat(refusal("data.name=null")).contains("data.name or data.format must be set");
        assertThat(refusal("data.format=csv")).contains("data.train must be set");
        assertThat(refusal("shares.fixed=[1,0]")).contains("empty unless shares.policy = fixed");
        assertThat(refusal("data.format=idx")).contains("data.train-images must be set");
        assertThat(refusal("workers.slowdown=[1,2,3]")).contains("workers.slowdown");
        assertThat(refusal("optimizer.schedule.kind=cosine", "stop.epochs=null"))
                .contains("total-steps");
    }

    @Test
    void text_that_is_no_configuration_is_one_line(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("a.conf"), "data { name = spam\n");
        assertThatThrownBy(() -> RunConfig.load(Optional.of(file), List.of()))
                .isInstanceOf(RubatoException.class)
                .hasMessageStartingWith("configuration cannot be parsed: ")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> RunConfig.load(Optional.of(dir.resolve("none.conf")), List.of()))
                .hasMessageContaining("not found");
        assertThat(refusal("batch.initial")).contains("key=value");
        assertThat(refusal("shares.fixed=[1")).contains("cannot be parsed");
    }

    @Test
    void a_batch_larger_than_the_training_set_is_refused() {
        RunConfig config = of("batch.initial=1024");
        config.checkAgainst(1024);
        assertThatThrownBy(() -> config.checkAgainst(1023))
                .hasMessage("batch.initial = 1024 is larger than the training set, allowed 1..1023");
        assertThat(config.batch().maxWithin(1000)).isEqualTo(1000);
    }

    @Test
    void the_fingerprint_covers_training_and_not_the_machine() {
        assertThat(of().fingerprint())
                .isEqualTo(of("run.dir=/elsewhere", "workers.jvm-args=-ea").fingerprint());
        assertThat(of().fingerprint())
                .isNotEqualTo(of("optimizer.learning-rate=0.2").fingerprint());
        assertThat(of().fingerprint())
                .containsEntry("batch.policy", "noise-scale")
                .containsKey("run.seed");
    }

    @Test
    void a_cosine_without_an_end_ends_with_the_run() {
        RunConfig config = of("optimizer.schedule.kind=cosine", "stop.epochs=3", "batch.initial=64");
        assertThat(config.optimizerFor(130).schedule().totalSteps()).isEqualTo(9);
        RunConfig stepped = of("optimizer.schedule.kind=cosine", "stop.steps=5", "batch.initial=64");
        assertThat(stepped.optimizerFor(130).schedule().totalSteps()).isEqualTo(5);
    }
}
