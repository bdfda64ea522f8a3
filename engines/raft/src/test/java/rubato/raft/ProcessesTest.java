package rubato.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.history.Entry;
import rubato.ledger.LedgerImage;
import rubato.ledger.LedgerReader;

/** Three processes with real sockets and disks; their leader is killed and paused. Takes a minute. */
@Tag("slow")
class ProcessesTest {
    private static final int KILLS = 20;

    @TempDir
    private Path directory;

    @Test
    void a_killed_leader_takes_nothing_acknowledged_with_it_and_another_goes_on() throws Exception {
        List<Long> millis = new ArrayList<>();
        try (ReplicaProcesses group = new ReplicaProcesses(directory, 3)) {
            for (int id = 0; id < 3; id++) group.tell(id, "auto");
            int leader = acknowledged(group, -1).replica();
            for (int kill = 0; kill < KILLS; kill++) {
                for (int more = 0; more < 20; more++) acknowledged(group, -1);
                long start = System.nanoTime();
                group.kill(leader);
                ReplicaProcesses.Said next = acknowledged(group, leader);
                millis.add((next.nanos() - start) / 1_000_000);
                int killed = leader;
                leader = next.replica();
                group.restart(killed);
                group.tell(killed, "auto");
                group.await(said -> said.replica() == killed && said.line().startsWith("following "), 60);
            }
            stop(group);
            check(group);
        }
        Collections.sort(millis);
        System.out.println("kill -9 of the leader to the next commit, ms: " + millis);
    }

    @Test
    void a_leader_paused_past_its_lease_finds_its_late_appends_refused() throws Exception {
        try (ReplicaProcesses group = new ReplicaProcesses(directory, 3)) {
            for (int id = 0; id < 3; id++) group.tell(id, "auto");
            int paused = acknowledged(group, -1).replica();
            group.signal(paused, "STOP");
            ReplicaProcesses.Said next = acknowledged(group, paused);
            long others = Long.parseLong(next.words()[1]);
            group.signal(paused, "CONT");
            ReplicaProcesses.Said deposed =
                    group.await(said -> said.replica() == paused && said.line().startsWith("failed "), 60);
            assertThat(deposed.line()).contains("deposed");
            for (int more = 0; more < 20; more++) acknowledged(group, paused);
            stop(group);
            List<ReplicaProcesses.Said> late = group.all().stream()
                    .filter(said -> said.replica() == paused && said.line().startsWith("ack "))
                    .filter(said -> Long.parseLong(said.words()[1]) >= others)
                    .toList();
            assertThat(late).isEmpty();
            check(group);
        }
    }

    @Test
    void a_minority_commits_nothing_and_goes_on_when_another_is_back() throws Exception {
        try (ReplicaProcesses group = new ReplicaProcesses(directory, 3)) {
            for (int id = 0; id < 3; id++) group.tell(id, "auto");
            int leader = acknowledged(group, -1).replica();
            int first = (leader + 1) % 3;
            int second = (leader + 2) % 3;
            group.kill(first);
            group.kill(second);
            group.await(said -> said.replica() == leader && said.line().equals("following none"), 60);
            int before = acks(group.all()).size();
            group.restart(first);
            group.tell(first, "auto");
            acknowledged(group, -1);
            assertThat(acks(group.all()).size()).isGreaterThan(before);
            group.restart(second);
            group.await(said -> said.replica() == second && said.line().startsWith("following "), 60);
            stop(group);
            check(group);
        }
    }

    private static ReplicaProcesses.Said acknowledged(ReplicaProcesses group, int notBy) throws InterruptedException {
        return group.await(said -> said.replica() != notBy && said.line().startsWith("ack "), 60);
    }

    private static List<ReplicaProcesses.Said> acks(List<ReplicaProcesses.Said> said) {
        return said.stream().filter(each -> each.line().startsWith("ack ")).toList();
    }

    private static void stop(ReplicaProcesses group) throws InterruptedException {
        for (int id = 0; id < 3; id++) group.kill(id);
    }

    /** Every acknowledged entry stands where it was acknowledged, and the chains of all replicas are prefixes of one. */
    private void check(ReplicaProcesses group) {
        List<List<Entry>> ledgers = new ArrayList<>();
        for (int id = 0; id < 3; id++) {
            LedgerImage image = LedgerReader.read(
                    directory.resolve("coordinators").resolve("" + id).resolve("ledger"));
            assertThat(image.scan().problems()).isEmpty();
            ledgers.add(image.entries().stream().map(at -> at.entry()).toList());
        }
        List<Entry> longest = ledgers.stream()
                .max(java.util.Comparator.comparingInt(List::size))
                .orElseThrow();
        for (List<Entry> ledger : ledgers)
            assertThat(longest.subList(0, ledger.size())).isEqualTo(ledger);
        assertThat(longest).doesNotHaveDuplicates();
        List<ReplicaProcesses.Said> acks = acks(group.all());
        assertThat(acks).hasSizeGreaterThan(20);
        for (ReplicaProcesses.Said ack : acks) {
            int index = Integer.parseInt(ack.words()[1]);
            assertThat(longest.get(index)).isEqualTo(new Entry.Term(Long.parseLong(ack.words()[2])));
        }
    }
}
