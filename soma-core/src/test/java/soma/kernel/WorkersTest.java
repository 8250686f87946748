package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {

    /** More threads than any machine of ours has cores, so that some wake when the job is long over. */
    private static final int[] TEAMS = {1, 2, 3, 8, 33};

    @Test
    void everyTaskOfEveryJobRunsOnce() {
        for (int threads : TEAMS) {
            var team = new Workers(threads);
            for (int job = 0; job < 2000; job++) {
                int tasks = job % 41;
                var runs = new AtomicIntegerArray(tasks);
                team.run(tasks, (i, scratch) -> runs.incrementAndGet(i));
                for (int i = 0; i < tasks; i++) {
                    assertThat(runs.get(i))
                            .as("task %s of %s, %s threads", i, tasks, threads)
                            .isEqualTo(1);
                }
            }
        }
    }

    @Test
    void aTaskSeesWhatTheCallerWroteAndTheCallerWhatTheTaskWrote() {
        var team = new Workers(3);
        var in = new int[64];
        var out = new int[64];
        for (int job = 1; job <= 2000; job++) {
            java.util.Arrays.fill(in, job);
            team.run(64, (i, scratch) -> out[i] = in[i] + i);
            for (int i = 0; i < 64; i++) {
                assertThat(out[i]).isEqualTo(job + i);
            }
        }
    }

    @Test
    void aThreadMakesItsObjectOnce() {
        for (int threads : TEAMS) {
            var team = new Workers(threads);
            for (int job = 0; job < 200; job++) {
                var made = new ConcurrentLinkedQueue<int[]>();
                team.run(
                        41,
                        scratch -> {
                            var runs = new int[1];
                            made.add(runs);
                            return runs;
                        },
                        (own, i) -> own[0] += i);
                assertThat(made).hasSizeBetween(1, threads);
                assertThat(made.stream().mapToInt(runs -> runs[0]).sum()).isEqualTo(820);
            }
        }
    }

    @Test
    void aFailureReachesTheCallerAndTheTeamGoesOn() {
        var team = new Workers(4);
        for (int at : new int[] {0, 7, 31}) {
            assertThatThrownBy(() -> team.run(32, (i, scratch) -> {
                        if (i == at) {
                            throw new IllegalStateException("task " + i);
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("task " + at);
            var count = new AtomicInteger();
            team.run(32, (i, scratch) -> count.incrementAndGet());
            assertThat(count.get()).isEqualTo(32);
        }
    }

    @Test
    void jobsWithinTasksAndFromSeveralCallersAreDoneByTheirCallers() throws InterruptedException {
        var team = new Workers(3);
        var count = new AtomicInteger();
        var callers = new Thread[4];
        for (int c = 0; c < callers.length; c++) {
            callers[c] = new Thread(() -> {
                for (int job = 0; job < 200; job++) {
                    team.run(10, (i, scratch) -> team.run(5, (k, own) -> count.incrementAndGet()));
                }
            });
            callers[c].start();
        }
        for (var caller : callers) {
            caller.join();
        }
        assertThat(count.get()).isEqualTo(4 * 200 * 10 * 5);
    }
}
