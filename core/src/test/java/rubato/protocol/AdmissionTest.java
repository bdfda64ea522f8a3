package rubato.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.policy.Decision;
import rubato.step.DataShape;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;

/** Who is in the next world, and when; every worker answers at once. */
class AdmissionTest {
    private static final StateName INITIAL = new StateName(0, Generation.NONE, 0, 77);
    private static final Rhythm RHYTHM = new Rhythm(new DataShape(100, true, 7, true), 0, 0, 8, true);
    private static final Goals GOALS = new Goals(100, 9, Double.POSITIVE_INFINITY, 2, -1);
    private static final Plan PLAN = Plan.initial(10, Shares.of(0.5, 0.5), GOALS.known());
    private static final long SECOND = 1_000_000_000L;
    private static final long LARGE = 1 << 20;

    private final Accounts accounts = new Accounts(RHYTHM.data(), PLAN, 1);
    private final List<Entry> ledger = new ArrayList<>();
    private final List<ToWorker> told = new ArrayList<>();
    private final Set<String> silent = new HashSet<>();
    private Coordinator coordinator = start(1);
    private long now;

    private Coordinator start(int min) {
        return start(min, 0);
    }

    private Coordinator start(int min, int standbys) {
        RunTerms terms = new RunTerms("test", 1, 2, min, 8, standbys, null, List.of(), "", 60, 60, true);
        Controller controller =
                new Controller((plan, seen) -> Decision.keep(plan, "fixed", "fixed"), 9, PLAN.globalBatch(), PLAN);
        return new Coordinator(terms, RHYTHM, GOALS, controller, accounts, PLAN, 0);
    }

    private static WorkerId id(String name) {
        return new WorkerId(name, 1);
    }

    private void join(String name, boolean standby, long stateBytes) {
        say(name, new ToCoordinator.Hello(id(name), "test", 1, standby));
        join(name, stateBytes);
    }

    private void join(String name, long stateBytes) {
        say(name, new ToCoordinator.Join(new Member(id(name), "h", 1, 1), List.of(), INITIAL, true, stateBytes, false));
    }

    private void scale(int workers) {
        perform(coordinator.askScale(workers, answer -> {}));
        pass(SECOND / 10);
    }

    private void say(String name, ToCoordinator message) {
        perform(coordinator.on(id(name), message, now));
    }

    private void perform(List<CoordinatorAction> actions) {
        for (CoordinatorAction action : actions) {
            if (action instanceof CoordinatorAction.Append append) {
                ledger.addAll(append.entries());
                perform(append.then());
            }
            if (action instanceof CoordinatorAction.Send send) hear(send.to(), send.message());
        }
    }

    private void hear(WorkerId worker, ToWorker message) {
        told.add(message);
        String name = worker.name();
        if (silent.contains(name)) return;
        if (message instanceof ToWorker.Sealed sealed)
            say(name, new ToCoordinator.AtRest(sealed.generation(), INITIAL));
        if (message instanceof ToWorker.Install install)
            say(name, new ToCoordinator.Installed(install.world().generation(), install.base(), true));
        if (message instanceof ToWorker.StandBy || message instanceof ToWorker.Released released && released.rejoin())
            join(name, 0);
        if (message instanceof ToWorker.Link link) say(name, new ToCoordinator.Linked(link.generation()));
    }

    private void lose(String name) {
        silent.add(name);
        perform(coordinator.lost(id(name), "killed", now));
    }

    private void pass(long nanos) {
        now += nanos;
        perform(coordinator.tick(now));
    }

    private List<List<String>> worlds() {
        return ledger.stream()
                .filter(Entry.Activate.class::isInstance)
                .map(entry -> ((Entry.Activate) entry)
                        .world().members().stream()
                                .map(member -> member.id().name())
                                .toList())
                .toList();
    }

    @Test
    void after_a_loss_the_survivors_go_on_at_once_and_a_standby_becomes_a_member_afterwards() {
        join("a", false, 0);
        join("b", false, 0);
        join("s", true, 0);
        lose("b");
        assertThat(worlds()).containsExactly(List.of("a", "b"), List.of("a"));
        pass(SECOND / 10);
        assertThat(worlds()).containsExactly(List.of("a", "b"), List.of("a"), List.of("a", "s"));
    }

    @Test
    void where_the_survivors_are_too_few_a_standby_is_taken_at_once() {
        coordinator = start(2);
        join("a", false, 0);
        join("b", false, 0);
        join("s", true, 0);
        lose("b");
        assertThat(worlds()).containsExactly(List.of("a", "b"), List.of("a", "s"));
    }

    @Test
    void a_joiner_with_a_large_state_is_admitted_once_it_has_followed() {
        join("a", false, LARGE);
        join("b", false, LARGE);
        join("s", true, LARGE);
        lose("b");
        pass(SECOND / 10);
        assertThat(worlds()).endsWith(List.of("a"));
        assertThat(told).anyMatch(ToWorker.Follow.class::isInstance).anyMatch(ToWorker.Freeze.class::isInstance);
        say("s", new ToCoordinator.Followed(INITIAL));
        pass(SECOND / 10);
        assertThat(worlds()).endsWith(List.of("a", "s"));
    }

    private void joinPractising(String name) {
        say(name, new ToCoordinator.Hello(id(name), "test", 1, false));
        say(name, new ToCoordinator.Join(new Member(id(name), "h", 1, 1), List.of(), INITIAL, true, 0, true));
    }

    private void beat(String name, Activity activity) {
        say(name, new ToCoordinator.Beat(Generation.NONE, 0, activity, 0));
    }

    @Test
    void one_that_practises_becomes_a_member_when_it_has() {
        join("a", false, 0);
        join("b", false, 0);
        joinPractising("c");
        pass(SECOND / 10);
        beat("c", Activity.PRACTISING);
        pass(SECOND / 10);
        assertThat(worlds()).containsExactly(List.of("a", "b"));
        beat("c", Activity.IDLE);
        pass(SECOND / 10);
        assertThat(worlds()).containsExactly(List.of("a", "b"), List.of("a", "b", "c"));
    }

    @Test
    void one_that_practises_keeps_no_standby_from_a_place() {
        join("a", false, 0);
        join("b", false, 0);
        joinPractising("c");
        join("s", true, 0);
        lose("b");
        pass(SECOND / 10);
        assertThat(worlds()).endsWith(List.of("a", "s"));
    }

    @Test
    void one_that_practises_while_fewer_are_wanted_stands_by_or_leaves() {
        coordinator = start(1, 1);
        join("a", false, 0);
        join("b", false, 0);
        joinPractising("c");
        scale(1);
        beat("c", Activity.IDLE);
        pass(SECOND / 10);
        assertThat(worlds()).containsExactly(List.of("a", "b"), List.of("a"));
        scale(2);
        assertThat(worlds()).endsWith(List.of("a", "b"));
    }

    @Test
    void one_that_practises_is_taken_as_it_is_before_one_member_alone_holds_the_state() {
        join("a", false, 0);
        join("b", false, 0);
        joinPractising("c");
        lose("b");
        pass(SECOND / 10);
        assertThat(worlds()).endsWith(List.of("a", "c"));
    }

    @Test
    void one_that_practises_is_taken_as_it_is_where_members_are_too_few() {
        coordinator = start(2);
        joinPractising("a");
        joinPractising("b");
        assertThat(worlds()).containsExactly(List.of("a", "b"));
        joinPractising("c");
        lose("b");
        assertThat(worlds()).endsWith(List.of("a", "c"));
    }

    @Test
    void one_that_practises_for_too_long_is_taken_as_it_is() {
        join("a", false, 0);
        join("b", false, 0);
        joinPractising("c");
        for (int tenth = 0; tenth < 99; tenth++) {
            pass(SECOND / 10);
            for (String member : List.of("a", "b"))
                say(member, new ToCoordinator.Beat(new Generation(1, 1), 0, Activity.REDUCING, 0));
        }
        assertThat(worlds()).containsExactly(List.of("a", "b"));
        pass(SECOND / 10);
        pass(SECOND / 10);
        assertThat(worlds()).endsWith(List.of("a", "b", "c"));
    }

    @Test
    void a_loss_while_somebody_is_admitted_is_got_over_by_those_who_are_left() {
        join("a", false, 0);
        join("b", false, 0);
        join("s", true, 0);
        lose("b");
        join("c", false, 0);
        silent.add("c");
        pass(SECOND / 10);
        assertThat(worlds()).endsWith(List.of("a"));
        perform(coordinator.lost(id("c"), "killed", now));
        assertThat(worlds()).endsWith(List.of("a"));
    }

    /** Its machine may be lost: whoever asks it for its state is refused at once, so no attempt at a generation lasts long enough. */
    @Test
    void a_member_that_falls_silent_while_others_are_gathered_is_not_counted_on() {
        coordinator = start(2);
        join("a", false, 0);
        join("b", false, 0);
        lose("b");
        pass(SECOND / 10);
        beat("a", Activity.IDLE);
        silent.add("a");
        for (int tenth = 0; tenth < 50; tenth++) pass(SECOND / 10);
        assertThat(told).noneMatch(ToWorker.Released.class::isInstance);
        pass(SECOND / 10);
        assertThat(told).anyMatch(ToWorker.Released.class::isInstance);
        join("c", false, 0);
        assertThat(worlds()).containsExactly(List.of("a", "b"));
        join("d", false, 0);
        assertThat(worlds()).containsExactly(List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void before_the_first_generation_silence_is_no_reason_to_go() {
        join("a", false, 0);
        for (int tenth = 0; tenth < 100; tenth++) pass(SECOND / 10);
        join("b", false, 0);
        assertThat(worlds()).containsExactly(List.of("a", "b"));
    }

    @Test
    void how_many_workers_an_operator_wants_outlives_the_coordinator() {
        perform(coordinator.askScale(1, answer -> {}));
        assertThat(ledger).contains(new Entry.Scaled(1));
        coordinator = start(1);
        join("a", false, 0);
        assertThat(worlds()).containsExactly(List.of("a"));
    }

    @Test
    void workers_that_are_not_wanted_stand_by_and_are_members_again_when_they_are_wanted() {
        coordinator = start(1, 1);
        join("a", false, 0);
        join("b", false, 0);
        scale(1);
        assertThat(told).anyMatch(ToWorker.StandBy.class::isInstance);
        scale(2);
        assertThat(worlds()).containsExactly(List.of("a", "b"), List.of("a"), List.of("a", "b"));
    }

    @Test
    void without_standbys_workers_that_are_not_wanted_leave() {
        join("a", false, 0);
        join("b", false, 0);
        scale(1);
        assertThat(told).contains(new ToWorker.Released(false, "left")).noneMatch(ToWorker.StandBy.class::isInstance);
        assertThat(coordinator.status().workers())
                .anyMatch(worker -> worker.state().equals("left"));
    }

    @Test
    void more_workers_than_the_pool_holds_leave() {
        coordinator = start(1, 1);
        join("a", false, 0);
        join("b", false, 0);
        join("c", false, 0);
        join("d", false, 0);
        pass(SECOND / 10);
        scale(1);
        assertThat(worlds()).endsWith(List.of("a"));
        assertThat(told.stream().filter(ToWorker.StandBy.class::isInstance)).hasSize(2);
        assertThat(told.stream().filter(new ToWorker.Released(false, "left")::equals))
                .hasSize(1);
    }

    @Test
    void one_that_is_about_to_stand_by_takes_the_place_of_one_that_is_lost() {
        coordinator = start(1, 1);
        join("a", false, 0);
        join("b", false, 0);
        perform(coordinator.askScale(1, answer -> {}));
        lose("a");
        assertThat(worlds()).containsExactly(List.of("a", "b"), List.of("b"));
    }

    @Test
    void one_that_was_to_become_a_member_and_did_not_joins_anew() {
        join("a", false, 0);
        join("b", false, 0);
        silent.add("c");
        join("c", false, 0);
        pass(SECOND / 10);
        lose("b");
        assertThat(worlds()).endsWith(List.of("a"));
        assertThat(told).contains(new ToWorker.Released(true, "is no member of generation 1.3"));
    }

    @Test
    void a_coordinator_that_was_held_up_while_it_formed_its_first_world_blames_nobody() {
        coordinator = start(1);
        pass(SECOND / 10);
        silent.add("b");
        join("a", false, 0);
        join("b", false, 0);
        pass(3 * SECOND / 2);
        assertThat(told).noneMatch(ToWorker.Released.class::isInstance);
        for (int tick = 0; tick < 20; tick++) {
            say("a", new ToCoordinator.Beat(Generation.NONE, 0, Activity.IDLE, 0));
            pass(SECOND / 10);
        }
        assertThat(told).anyMatch(ToWorker.Released.class::isInstance);
    }
}
