package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.signal.NoiseEstimate;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.DataShape;
import rubato.step.Range;
import rubato.step.RangeDigest;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** What a worker makes of messages that come at the wrong time, one at a time; the rest is shown by whole simulated runs. */
class WorkerTest {
    private static final WorkerId SELF = new WorkerId("worker-0", 1);
    private static final StateName INITIAL = new StateName(0, Generation.NONE, 0, 1);
    private static final Plan PLAN = Plan.initial(10, Shares.equal(1), Stop.NEVER);
    private static final Generation FIRST = new Generation(1, 1);
    private static final Generation SECOND = new Generation(1, 2);

    /** A step begins once the one before is committed. */
    private final Rhythm rhythm = new Rhythm(new DataShape(100, true, 7, true), 0, 0, 1, BadArithmetic.SKIP);

    private final Worker worker = new Worker(SELF, rhythm, INITIAL, Cursor.START);

    /** Begins a generation from the initial state. */
    private WorkerAction.Compute enter(Generation generation) {
        Member member = new Member(SELF, "h", 1, 1);
        World world = new World(generation, List.of(member));
        worker.on(
                new ToWorker.Install(world, INITIAL, PLAN, -1, false, false, List.of(0), List.of(member), Recipe.NONE));
        worker.held(generation, INITIAL, Cursor.START, true);
        worker.on(new ToWorker.Link(generation));
        worker.linked(generation);
        return only(WorkerAction.Compute.class, worker.on(new ToWorker.Activated(generation)));
    }

    private WorkerAction.Apply reduce(WorkerAction.Compute compute) {
        int samples = compute.ranges().stream().mapToInt(Range::count).sum();
        Contribution own = new Contribution(
                worker.state().hash(),
                worker.planVersion(),
                samples,
                RangeDigest.of(compute.ranges()),
                5,
                true,
                samples,
                0,
                samples,
                samples);
        return only(WorkerAction.Apply.class, worker.reduced(compute.step(), List.of(own)));
    }

    private List<WorkerAction> apply(WorkerAction.Apply apply) {
        StepTimes times = new StepTimes(1, 1, 1, 1, 1, 1, 1, 0);
        return worker.applied(new AppliedStep(
                apply.step(), 2, apply.totals(), apply.skip(), NoiseEstimate.NONE, 0.1, times, List.of()));
    }

    private static <T extends WorkerAction> T only(Class<T> kind, List<WorkerAction> actions) {
        assertThat(actions).hasSize(1).first().isInstanceOf(kind);
        return kind.cast(actions.get(0));
    }

    @Test
    void a_commit_of_an_earlier_generation_does_not_count_for_the_step_of_that_number_in_this_one() {
        apply(reduce(enter(FIRST)));
        worker.broken(FIRST, -1, "a link broke");
        assertThat(apply(reduce(enter(SECOND)))).noneMatch(WorkerAction.Compute.class::isInstance);
        assertThat(worker.on(new ToWorker.Committed(FIRST, 1))).isEmpty();
        WorkerAction.Compute next = only(WorkerAction.Compute.class, worker.on(new ToWorker.Committed(SECOND, 1)));
        assertThat(next.step()).isEqualTo(2);
    }

    @Test
    void a_worker_sent_away_to_join_anew_finishes_the_step_it_applies_and_says_that_it_holds_it() {
        WorkerAction.Apply apply = reduce(enter(FIRST));
        assertThat(worker.on(new ToWorker.Released(true, "it fell silent"))).isEmpty();
        List<WorkerAction> then = apply(apply);
        assertThat(then)
                .anySatisfy(action -> assertThat(action)
                        .isInstanceOfSatisfying(
                                WorkerAction.Rejoin.class,
                                rejoin -> assertThat(rejoin.state().step()).isEqualTo(1)));
        assertThat(then).noneMatch(WorkerAction.Compute.class::isInstance);
    }

    @Test
    void an_earlier_generation_is_not_installed_any_more() {
        enter(SECOND);
        Member member = new Member(SELF, "h", 1, 1);
        assertThat(worker.on(new ToWorker.Install(
                        new World(FIRST, List.of(member)),
                        INITIAL,
                        PLAN,
                        -1,
                        false,
                        false,
                        List.of(0),
                        List.of(member),
                        Recipe.NONE)))
                .isEmpty();
        assertThat(worker.generation()).isEqualTo(SECOND);
    }
}
