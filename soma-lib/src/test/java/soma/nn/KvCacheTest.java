package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.nn.Doubles.draw;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import soma.DType;
import soma.IndexException;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.op.Append;
import soma.op.Leaf;

/** A cache is a value though its room is written in place. */
class KvCacheTest {
    private final MultiheadAttention layer = layer();
    private final Tensor x =
            Tensor.evaluated(Tensor.randn(Rng.seed(2), 1, 140, 32)).getFirst();

    private static MultiheadAttention layer() {
        var layer = new MultiheadAttention(32, 2);
        layer.init(Rng.seed(1));
        return layer;
    }

    private Tensor at(int t) {
        return x.narrow(1, t, 1);
    }

    private KvCache after(int length) {
        return layer.step(x.narrow(1, 0, length), KvCache.empty()).evaluated().cache();
    }

    private static Object array(KvCache cache) {
        return ((Leaf.Data) cache.key().op()).array();
    }

    @Test
    void stepsWriteInPlaceUntilTheRoomIsFull() {
        var cache = after(62);
        var first = array(cache);
        for (int t = 62; t < 64; t++) {
            cache = layer.step(at(t), cache).evaluated().cache();
            assertThat(array(cache)).isSameAs(first);
        }
        cache = layer.step(at(64), cache).evaluated().cache();
        var second = array(cache);
        assertThat(second).isNotSameAs(first);
        for (int t = 65; t < 128; t++) {
            cache = layer.step(at(t), cache).evaluated().cache();
            assertThat(array(cache)).isSameAs(second);
        }
        assertThat(cache.keys().getFirst().toFloatArray())
                .containsExactly(after(128).keys().getFirst().toFloatArray(), within(1e-5f));
        assertThat(cache).hasToString("KvCache(1 layers, 128 positions)");
    }

    @Test
    void whatACacheShowsNeverChanges() {
        var cache = after(3);
        var shown = cache.values().getFirst();
        var lazy = layer.step(at(3), cache).output();
        var before = shown.toFloatArray();
        var longer = layer.step(at(9), cache).evaluated().cache();
        layer.step(at(10), longer).evaluated();
        assertThat(shown.toFloatArray()).isEqualTo(before);
        assertThat(cache.values().getFirst().toFloatArray()).isEqualTo(before);
        assertThat(cache.values().getFirst().shape().dim(1)).isEqualTo(3);
        assertThat(lazy.toFloatArray())
                .isEqualTo(layer.step(at(3), after(3)).output().toFloatArray());
    }

    @Test
    void stepsFromTheSameCacheDoNotMeet() {
        var start = after(5);
        var ends = new ArrayList<float[]>();
        for (int branch = 0; branch < 3; branch++) {
            ends.add(twoSteps(start, 10 + branch));
        }
        for (int branch = 0; branch < 3; branch++) {
            assertThat(ends.get(branch)).isEqualTo(twoSteps(after(5), 10 + branch));
        }
        var one = layer.step(at(10), start).evaluated().cache();
        var other = layer.step(at(11), start).evaluated().cache();
        assertThat(layer.step(at(12), one).output().toFloatArray()).isEqualTo(ends.get(0));
        assertThat(layer.step(at(12), other).output().toFloatArray()).isEqualTo(ends.get(1));
    }

    /** The outputs of position 12 after one that differs. */
    private float[] twoSteps(KvCache start, int middle) {
        var cache = layer.step(at(middle), start).evaluated().cache();
        return layer.step(at(12), cache).evaluated().output().toFloatArray();
    }

    @Test
    void equalCachesComputedTogetherStayApart() {
        var a = layer.step(x.narrow(1, 0, 5), KvCache.empty());
        var b = layer.step(x.narrow(1, 0, 5), KvCache.empty());
        Soma.eval(a.cache().key(), b.cache().key(), a.cache().value(), b.cache().value(), a.output(), b.output());
        assertThat(array(a.cache())).isNotSameAs(array(b.cache()));
        var one = layer.step(at(10), a.cache()).evaluated().cache();
        var other = layer.step(at(11), b.cache()).evaluated().cache();
        assertThat(layer.step(at(12), one).output().toFloatArray()).isEqualTo(twoSteps(after(5), 10));
        assertThat(layer.step(at(12), other).output().toFloatArray()).isEqualTo(twoSteps(after(5), 11));
    }

    @Test
    void stepsThatAreComputedOnlyAtTheEnd() {
        var cache = after(5);
        var middle = layer.step(at(10), cache);
        var again = layer.step(at(10), cache);
        var end = layer.step(at(12), middle.cache());
        var twin = layer.step(at(12), again.cache());
        var last = layer.step(at(13), end.cache());
        var otherLast = layer.step(at(14), twin.cache());
        Soma.eval(
                last.output(),
                otherLast.output(),
                end.cache().key(),
                twin.cache().key());
        var by = layer.step(at(12), layer.step(at(10), after(5)).evaluated().cache())
                .evaluated();
        assertThat(end.output().toFloatArray()).isEqualTo(by.output().toFloatArray());
        assertThat(last.output().toFloatArray())
                .isEqualTo(layer.step(at(13), by.cache()).output().toFloatArray());
        assertThat(layer.step(at(14), end.cache()).output().toFloatArray())
                .isEqualTo(otherLast.output().toFloatArray());
    }

    @Test
    void aCompiledStepTakesItsCacheAnewAtEachCall() {
        var cache = after(5);
        var step = Soma.compile(in -> {
            var next = layer.step(in.getFirst(), cache);
            return List.of(next.output(), next.cache().key());
        });
        var first = step.apply(Tensor.evaluated(at(10)).getFirst());
        var second = step.apply(Tensor.evaluated(at(11)).getFirst());
        assertThat(first.get(0).toFloatArray())
                .isEqualTo(layer.step(at(10), after(5)).output().toFloatArray());
        assertThat(second.get(0).toFloatArray())
                .isEqualTo(layer.step(at(11), after(5)).output().toFloatArray());
        assertThat(first.get(1).narrow(1, 5, 1).toFloatArray())
                .isNotEqualTo(second.get(1).narrow(1, 5, 1).toFloatArray());
        assertThat(cache.keys().getFirst().toFloatArray())
                .isEqualTo(after(5).keys().getFirst().toFloatArray());
    }

    @Test
    void tensorsOfACallersOwnAreNotWrittenTo() {
        var key = Tensor.evaluated(Tensor.zeros(1, 8, 32)).getFirst();
        var value = Tensor.evaluated(Tensor.zeros(1, 8, 32)).getFirst();
        var cache = new KvCache(List.of(key), List.of(value), 3, List.of());
        var longer = layer.step(at(0), cache).evaluated().cache();
        assertThat(longer.length()).isEqualTo(4);
        assertThat(key.toFloatArray()).containsOnly(0);
        assertThat(value.toFloatArray()).containsOnly(0);
        var wide = new KvCache(
                List.of(Tensor.evaluated(Tensor.zeros(1, 100, 32)).getFirst()),
                List.of(Tensor.evaluated(Tensor.zeros(1, 100, 32)).getFirst()),
                3,
                List.of());
        assertThat(layer.step(at(0), wide).output().toFloatArray())
                .isEqualTo(layer.step(at(0), cache).output().toFloatArray());
    }

    @Test
    void gradientsGoThroughTheCache() {
        var exact = Doubles.attention(5, 6, 2);
        var input = draw(40, 2, 4, 6);
        var c = draw(41, 2, 1, 6);
        Differences.check(
                t -> {
                    var cache = exact.step(t.narrow(1, 0, 3), KvCache.empty()).cache();
                    return exact.step(t.narrow(1, 3, 1), cache).output().mul(c).sum();
                },
                input,
                1e-6);
        var early =
                exact.step(input.narrow(1, 0, 3), KvCache.empty()).evaluated().cache();
        Differences.check(t -> exact.step(t, early).output().mul(c).sum(), input.narrow(1, 3, 1), 1e-6);
    }

    @Test
    void positionsOutsideTheRoomAreRefused() {
        var room = Tensor.zeros(DType.FLOAT32, Shape.of(1, 4, 2));
        var fresh = Tensor.ones(1, 2, 2);
        for (long position : new long[] {-1, 3}) {
            var late = Tensor.of(new Append(room, fresh, Tensor.of(new long[] {position})));
            assertThatThrownBy(late::toFloatArray)
                    .isInstanceOf(IndexException.class)
                    .hasMessage("append: positions " + position + " to " + (position + 1) + " are outside 0..3");
        }
    }
}
