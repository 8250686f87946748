package soma.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import soma.DType;

/** Slots that live at the same time never share an array, and the arrays are not much more than what lives at once. */
class MemoryPlanTest {

    /** A step that only says what it reads and writes. */
    private record Touch(int[] reads, int[] writes) implements Step {
        @Override
        public void run(Arena arena) {}

        @Override
        public String describe() {
            return "touch";
        }
    }

    private static Step step(List<Integer> reads, int write) {
        return new Touch(
                reads.stream().mapToInt(Integer::intValue).toArray(), write < 0 ? new int[0] : new int[] {write});
    }

    @Test
    void aChainNeedsTwoArrays() {
        var slots = new Slots();
        var steps = new ArrayList<Step>();
        for (int i = 0; i < 10; i++) {
            slots.add(Slots.Source.WORK, DType.FLOAT32, 100 + i, -1);
            steps.add(step(i == 0 ? List.of() : List.of(i - 1), i));
        }
        steps.add(step(List.of(9), -1));
        var plan = MemoryPlan.of(steps, slots);
        assertThat(plan.arrays()).hasSize(2);
        assertThat(plan.peak()).isEqualTo(4 * (109 + 108));
    }

    @Test
    void dtypesDoNotShare() {
        var slots = new Slots();
        var steps = new ArrayList<Step>();
        for (var dtype : List.of(DType.FLOAT32, DType.INT32, DType.FLOAT64, DType.FLOAT32)) {
            int s = slots.add(Slots.Source.WORK, dtype, 8, -1);
            steps.add(step(List.of(), s));
            steps.add(step(List.of(s), -1));
        }
        assertThat(MemoryPlan.of(steps, slots).arrays())
                .extracting(Slots.Slot::dtype)
                .containsExactlyInAnyOrder(DType.FLOAT32, DType.INT32, DType.FLOAT64);
    }

    @Test
    void randomLives() {
        var random = new Random(1);
        for (int round = 0; round < 200; round++) {
            int n = 1 + random.nextInt(60);
            var slots = new Slots();
            var lastUse = new int[n];
            var reads = new ArrayList<List<Integer>>();
            for (int i = 0; i <= n; i++) {
                reads.add(new ArrayList<>());
            }
            for (int i = 0; i < n; i++) {
                slots.add(Slots.Source.WORK, DType.FLOAT32, 1 << random.nextInt(8), -1);
                lastUse[i] = Math.min(n, i + 1 + random.nextInt(random.nextInt(4) == 0 ? n : 4));
                reads.get(lastUse[i]).add(i);
            }
            var steps = IntStream.rangeClosed(0, n)
                    .mapToObj(i -> step(reads.get(i), i < n ? i : -1))
                    .toList();
            var plan = MemoryPlan.of(steps, slots);
            for (int a = 0; a < n; a++) {
                for (int b = a + 1; b <= lastUse[a] && b < n; b++) {
                    assertThat(plan.physical()[a]).isNotEqualTo(plan.physical()[b]);
                }
                assertThat(plan.arrays()[plan.physical()[a]].size())
                        .isGreaterThanOrEqualTo(slots.get(a).size());
            }
            long all = Arrays.stream(plan.arrays()).mapToLong(Slots.Slot::bytes).sum();
            assertThat(all).isBetween(plan.peak(), 2 * plan.peak());
        }
    }
}
