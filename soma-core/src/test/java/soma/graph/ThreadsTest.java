package soma.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import soma.Autodiff;
import soma.DType;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;

/** The number of threads changes no bit of any result. */
class ThreadsTest {

    @Test
    void randomGraphs() {
        for (int seed = 0; seed < 24; seed++) {
            var sizes = RandomProgram.Sizes.values()[seed % 6 == 0 ? 2 : 1];
            var program = new RandomProgram(5000 + seed, sizes);
            var leaves = program.leaves(0);
            var want = results(program, leaves, 1);
            for (int threads : new int[] {2, 3, 8}) {
                assertThat(Arrays.deepEquals(results(program, leaves, threads), want))
                        .as("%d threads give the same bits as one: %s", threads, program)
                        .isTrue();
            }
        }
    }

    private static Object[] results(RandomProgram program, List<Plain> leaves, int threads) {
        return Soma.withThreads(threads, () -> {
            var nodes = program.build(leaves.stream().map(Plain::tensor).toList());
            var roots = program.roots.stream().map(nodes::get).toList();
            Soma.eval(roots);
            return roots.stream().map(Tensor::array).toArray();
        });
    }

    /** Sums whose rounding depends on their order: long rows, long columns, both, and a product with a long inner axis. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void sumsThatRound(int threads) {
        int[][] shapes = {{1_000_003}, {3, 200_001}, {200_001, 3}, {700, 701}, {40, 1000, 9}};
        for (var shape : shapes) {
            var x = Tensor.randn(Rng.seed(7), shape).exp();
            Soma.eval(x);
            for (int axis = 0; axis < shape.length; axis++) {
                int a = axis;
                assertThat(Soma.withThreads(threads, () -> x.square().sum(a).toFloatArray()))
                        .isEqualTo(Soma.withThreads(1, () -> x.square().sum(a).toFloatArray()));
            }
            assertThat(Soma.withThreads(threads, () -> x.sum().item()))
                    .isEqualTo(Soma.withThreads(1, () -> x.sum().item()));
            assertThat(Soma.withThreads(threads, () -> x.var().item()))
                    .isEqualTo(Soma.withThreads(1, () -> x.var().item()));
        }
        var a = Tensor.randn(Rng.seed(8), 37, 3001);
        var b = Tensor.randn(Rng.seed(9), 3001, 53);
        Soma.eval(a, b);
        assertThat(Soma.withThreads(threads, () -> a.matmul(b).toFloatArray()))
                .isEqualTo(Soma.withThreads(1, () -> a.matmul(b).toFloatArray()));
    }

    /** A row or a few times a matrix, as in decoding: threads share its columns, and each finishes its own. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void productsOfFewRows(int threads) {
        for (int rows : new int[] {1, 2, 4, 5}) {
            var x = Tensor.randn(Rng.seed(10), rows, 301);
            var w = Tensor.randn(Rng.seed(11), 403, 301);
            var bias = Tensor.randn(Rng.seed(12), 403);
            Soma.eval(x, w, bias);
            assertThat(Soma.withThreads(threads, () -> finished(x, w, bias)))
                    .isEqualTo(Soma.withThreads(1, () -> finished(x, w, bias)));
        }
    }

    private static float[] finished(Tensor x, Tensor w, Tensor bias) {
        return x.matmul(w.t()).add(bias).geluTanh().toFloatArray();
    }

    /** Rows added to few places, which threads share: against sums in double, of more than a task's worth. */
    @Test
    void rowsAddedToFewPlaces() {
        int[][] shapes = {{50_000, 7, 1}, {5_000, 11, 33}, {700, 90, 300}};
        for (var s : shapes) {
            var g = Tensor.randn(Rng.seed(3), s[0], s[2]);
            var index = Tensor.rand(Rng.seed(4), s[0]).mul(s[1]).to(DType.INT64);
            Soma.eval(g, index);
            Supplier<float[]> sums =
                    () -> Tensor.zeros(s[1], s[2]).indexAdd(0, index, g).toFloatArray();
            var one = Soma.withThreads(1, sums);
            var places = index.toLongArray();
            var rows = g.toFloatArray();
            var want = new double[s[1] * s[2]];
            for (int i = 0; i < s[0]; i++) {
                for (int j = 0; j < s[2]; j++) {
                    want[(int) places[i] * s[2] + j] += rows[i * s[2] + j];
                }
            }
            for (int i = 0; i < want.length; i++) {
                assertThat((double) one[i]).isCloseTo(want[i], within(2e-2));
            }
            for (int threads : new int[] {2, 3, 8}) {
                assertThat(Soma.withThreads(threads, sums)).isEqualTo(one);
            }
        }
    }

    /** The interpreter, C1 and C2 must agree: the order in which a vector's lanes are added is part of the result. */
    @Test
    void warmingUpChangesNoBit() {
        for (int n : new int[] {5, 33, 300}) {
            var x = Tensor.randn(Rng.seed(n), 7, n);
            var w = Tensor.randn(Rng.seed(n + 1), 19, n);
            Soma.eval(x, w);
            Object[] first = {};
            for (int i = 0; i < 1500; i++) {
                var y = x.matmul(w.t());
                var results = List.of(
                        x.sum(),
                        x.sum(1),
                        x.square().mean(1),
                        x.exp().sum(0),
                        y,
                        y.relu().sum(1),
                        x.softmax(1),
                        x.logSoftmax(1),
                        x.var(1),
                        x.matmul(w.select(0, 0)),
                        x.tanh().prod(1),
                        x.gelu().sum());
                Soma.eval(results);
                var bits = results.stream().map(Tensor::array).toArray();
                first = i == 0 ? bits : first;
                assertThat(Arrays.deepEquals(bits, first))
                        .as("run %d of size %d", i, n)
                        .isTrue();
            }
        }
    }

    @Test
    void training() {
        var want = train(1);
        assertThat(want.get(0)[0]).isGreaterThan(want.get(0)[want.get(0).length - 1]);
        for (int threads : new int[] {2, 3, 8}) {
            assertThat(Arrays.deepEquals(train(threads).toArray(), want.toArray()))
                    .as("%d threads give the same bits as one", threads)
                    .isTrue();
        }
    }

    /** Losses and final weights of 8 Adam steps on a perceptron with two hidden layers. */
    private static List<float[]> train(int threads) {
        return Soma.withThreads(threads, () -> {
            var rng = Rng.seed(3);
            var x = Tensor.randn(rng.fold(0), 96, 200);
            var label = rng.fold(1).integers(0, 10, Shape.of(96));
            Soma.eval(x, label);
            var weights = new ArrayList<Param>();
            int[] widths = {200, 300, 120, 10};
            for (int i = 0; i < 3; i++) {
                double bound = Math.sqrt(6.0 / widths[i]);
                weights.add(Param.of(
                        rng.fold(10 + i).uniform(-bound, bound, DType.FLOAT32, Shape.of(widths[i + 1], widths[i]))));
                weights.add(Param.of(Tensor.zeros(widths[i + 1])));
            }
            var first = weights.stream()
                    .map(w -> Param.state(Tensor.zeros(DType.FLOAT32, w.shape())))
                    .toList();
            var second = weights.stream()
                    .map(w -> Param.state(Tensor.zeros(DType.FLOAT32, w.shape())))
                    .toList();
            var losses = new float[8];
            for (int step = 1; step <= losses.length; step++) {
                int t = step;
                var loss = Soma.training(rng.fold(100 + t), () -> adamStep(x, label, weights, first, second, t));
                losses[t - 1] = (float) loss.item();
            }
            var all = new ArrayList<float[]>();
            all.add(losses);
            weights.forEach(w -> all.add(w.value().toFloatArray()));
            return all;
        });
    }

    private static Tensor adamStep(
            Tensor x, Tensor label, List<Param> weights, List<Param> first, List<Param> second, int t) {
        var ws = weights.stream().map(Param::value).toList();
        var h = x;
        for (int i = 0; i < ws.size(); i += 2) {
            h = h.matmul(ws.get(i).t()).add(ws.get(i + 1));
            h = i < 4 ? h.relu() : h;
        }
        var keep = Soma.rng().bernoulli(0.9, DType.FLOAT32, h.shape());
        var loss = h.mul(keep).crossEntropyRows(label, -100).mean();
        var grads = Autodiff.grad(loss, ws);
        for (int i = 0; i < ws.size(); i++) {
            var g = grads.get(i);
            var m = first.get(i).value().mul(0.9).add(g.mul(0.1));
            var v = second.get(i).value().mul(0.999).add(g.square().mul(0.001));
            var mHat = m.div(1 - Math.pow(0.9, t));
            var vHat = v.div(1 - Math.pow(0.999, t));
            first.get(i).set(m);
            second.get(i).set(v);
            weights.get(i).set(ws.get(i).sub(mHat.mul(1e-3).div(vHat.sqrt().add(1e-8))));
        }
        return loss;
    }
}
