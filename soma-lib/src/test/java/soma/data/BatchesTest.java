package soma.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import soma.DType;
import soma.Rng;
import soma.Shape;
import soma.Tensor;

class BatchesTest {

    private static TensorDataset numbers(int n) {
        var x = Tensor.arange(n);
        return TensorDataset.of(x.to(DType.FLOAT32).unsqueeze(1).mul(2), x);
    }

    private static List<Integer> targets(Iterable<Batch> batches) {
        var out = new ArrayList<Integer>();
        for (var b : batches) {
            assertThat(b.x().toFloatArray()).isEqualTo(b.y().mul(2).toFloatArray());
            for (int y : b.y().toIntArray()) {
                out.add(y);
            }
        }
        return out;
    }

    @Test
    void inOrder() {
        var batches = numbers(10).batches(4);
        assertThat(batches.count()).isEqualTo(3);
        assertThat(StreamSupport.stream(batches.spliterator(), false).map(Batch::size))
                .containsExactly(4, 4, 2);
        assertThat(targets(batches)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(batches.withoutRest().count()).isEqualTo(2);
        assertThat(targets(batches.withoutRest())).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(batches.withoutRest().examples()).isEqualTo(8);
        assertThat(targets(batches.from(2))).containsExactly(8, 9);
        assertThat(batches.iterator().next().x().shape()).isEqualTo(Shape.of(4, 1));
    }

    @Test
    void shuffledBySeed() {
        var batches = numbers(100).batches(7);
        var once = targets(batches.shuffled(Rng.seed(1)));
        assertThat(once).containsExactlyInAnyOrderElementsOf(targets(batches)).isNotEqualTo(targets(batches));
        assertThat(targets(batches.shuffled(Rng.seed(1)))).isEqualTo(once);
        assertThat(targets(batches.shuffled(Rng.seed(2)))).isNotEqualTo(once);
        assertThat(targets(batches.shuffled(Rng.seed(1), 3))).isEqualTo(once.subList(21, 100));
    }

    @Test
    void changedInTheBackgroundInOrder() {
        var threads = new java.util.concurrent.ConcurrentSkipListSet<String>();
        var data = numbers(50).map(b -> {
            threads.add(Thread.currentThread().isVirtual() ? "background" : "caller");
            return new Batch(b.x().add(1).sub(1), b.y());
        });
        assertThat(targets(data.batches(5))).isEqualTo(targets(numbers(50).batches(5)));
        assertThat(threads).containsExactly("background", "caller");
        var broken = numbers(50).map(b -> {
            if (b.y().at(0).item() > 9) {
                throw new IllegalStateException("cannot read example 10");
            }
            return b;
        });
        assertThatThrownBy(() -> targets(broken.batches(5)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cannot read example 10");
    }

    @Test
    void randomChangesDependOnTheOrderAndThePlaceOnly() {
        var batches = numbers(40)
                .batches(6)
                .changed((b, rng) -> new Batch(b.x().add(rng.uniform(DType.FLOAT32, b.x().shape())), b.y()));
        var once = inputs(batches.shuffled(Rng.seed(1)));
        assertThat(inputs(batches.shuffled(Rng.seed(1)))).isEqualTo(once);
        assertThat(inputs(batches.shuffled(Rng.seed(1), 4))).isEqualTo(once.subList(24, 40));
        assertThat(inputs(batches.shuffled(Rng.seed(2)))).doesNotContainAnyElementsOf(once);
        assertThat(inputs(batches.withoutRest().shuffled(Rng.seed(1)))).isEqualTo(once.subList(0, 36));
        assertThat(inputs(batches)).isEqualTo(inputs(batches));
        var twice = batches.changed((b, rng) -> new Batch(b.x().sub(rng.uniform(DType.FLOAT32, b.x().shape())), b.y()));
        // Each change draws numbers of its own: they do not cancel.
        assertThat(inputs(twice.shuffled(Rng.seed(1))))
                .noneMatch(v -> Math.abs(v - Math.rint(v)) < 1e-6)
                .hasSize(40);
    }

    private static List<Float> inputs(Iterable<Batch> batches) {
        var out = new ArrayList<Float>();
        for (var b : batches) {
            for (float x : b.x().toFloatArray()) {
                out.add(x);
            }
        }
        return out;
    }

    @Test
    void splitsWithoutACommonExample() {
        var split = numbers(10).split(0.7, Rng.seed(1));
        assertThat(split.first().size()).isEqualTo(7);
        assertThat(split.second().size()).isEqualTo(3);
        var all = new ArrayList<>(targets(split.first().batches(2)));
        all.addAll(targets(split.second().batches(2)));
        assertThat(all).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(targets(numbers(10).take(3).batches(2))).containsExactly(0, 1, 2);
        assertThat(targets(numbers(10).subset(5, 1).batches(2))).containsExactly(5, 1);
    }

    @Test
    void errors() {
        assertThatThrownBy(() -> TensorDataset.of(Tensor.zeros(3, 2), Tensor.zeros(4)))
                .hasMessage("TensorDataset: inputs (3, 2) and targets (4), expected the same first size, the number of"
                        + " examples");
        assertThatThrownBy(() -> numbers(3).subset(3)).hasMessage("subset: example 3 is outside 0..2");
        assertThatThrownBy(() -> numbers(3).batches(0)).hasMessageContaining("expected at least 1");
    }
}
