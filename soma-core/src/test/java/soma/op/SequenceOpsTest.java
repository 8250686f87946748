package soma.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.DType;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.kernel.CellKind;

/** Recurrent sequences and attention at sizes that take several blocks of each kind. */
class SequenceOpsTest {

    private static Tensor draw(int seed, double scale, int... shape) {
        var x = Tensor.randn(Rng.seed(seed), shape).mul(scale);
        Soma.eval(x);
        return x;
    }

    private static List<Tensor> wide(List<Tensor> in) {
        return in.stream().map(x -> x.to(DType.FLOAT64)).toList();
    }

    /** A function's value and its gradients along a fixed direction, flat. */
    private static Tensor withGradients(List<Tensor> in, Function<List<Tensor>, Tensor> f) {
        var xs = in.stream().map(x -> Tensor.of(new Redirect.Barrier(x, x))).toList();
        var y = f.apply(xs);
        var all = new ArrayList<>(List.of(y.flatten()));
        Autodiff.vjp(
                        y,
                        xs,
                        y.zerosLike()
                                .add(1)
                                .mul(Tensor.arange(y.size(-1))
                                        .to(y.dtype())
                                        .mul(0.37)
                                        .cos()))
                .forEach(g -> all.add(g.flatten()));
        return Tensor.cat(0, all.toArray(Tensor[]::new));
    }

    private static void check(
            List<Tensor> in, Function<List<Tensor>, Tensor> op, Function<List<Tensor>, Tensor> plain, double off) {
        var want = withGradients(wide(in), plain).toDoubleArray();
        var first = Soma.withThreads(1, () -> withGradients(in, op).toFloatArray());
        for (int threads : new int[] {2, 3, 8}) {
            var got = Soma.withThreads(threads, () -> withGradients(in, op).toFloatArray());
            assertThat(Arrays.equals(got, first))
                    .as("equal bits on " + threads + " threads")
                    .isTrue();
        }
        double most = 0;
        for (int i = 0; i < want.length; i++) {
            most = Math.max(most, Math.abs(first[i] - want[i]) / (1 + Math.abs(want[i])));
        }
        assertThat(first).hasSize(want.length);
        assertThat(most).as("relative error").isLessThan(off);
    }

    @Test
    void recurrentSequencesOfManySizes() {
        int[][] sizes = {{5, 50, 33}, {3, 101, 64}, {9, 1, 100}, {4, 12, 545}, {7, 3, 16}};
        for (var kind : CellKind.values()) {
            for (int i = 0; i < sizes.length; i++) {
                int t = sizes[i][0];
                int n = sizes[i][1];
                int h = sizes[i][2];
                boolean backwards = i % 2 == 1;
                var in = new ArrayList<>(
                        List.of(draw(1, 1, t, n, kind.gates() * h), draw(2, 1 / Math.sqrt(h), kind.gates() * h, h)));
                for (int s = 0; s < (kind == CellKind.LSTM ? 2 : 1); s++) {
                    in.add(draw(3 + s, 1, n, h));
                }
                check(
                        in,
                        x -> Tensor.of(new RecurrentSequence(
                                        kind,
                                        backwards,
                                        true,
                                        x.get(0),
                                        x.get(1),
                                        Optional.empty(),
                                        x.subList(2, x.size()),
                                        Optional.empty()))
                                .pick(0),
                        x -> RecurrentSequence.Plain.of(
                                        kind,
                                        backwards,
                                        x.get(0),
                                        x.get(1),
                                        Optional.empty(),
                                        x.subList(2, x.size()),
                                        Optional.empty(),
                                        Optional.empty())
                                .states(),
                        2e-3);
            }
        }
    }

    @Test
    void attentionOfManySizes() {
        int[][] sizes = {
            {130, 2, 64, 1},
            {97, 3, 20, 0},
            {49, 1, 100, 1},
            {256, 1, 33, 1},
            {4, 2, 16, 1},
            {700, 1, 16, 1},
            {500, 1, 33, 0}
        };
        for (var s : sizes) {
            int t = s[0];
            int heads = s[1];
            int width = s[2];
            var options = new Attention.Options(heads, 1 / Math.sqrt(width), s[3] == 1, 0);
            check(
                    List.of(draw(5, 1, 2, t, 3 * heads * width)),
                    x -> Tensor.of(new Attention(x, options, Optional.empty(), Optional.empty()))
                            .pick(0),
                    x -> new Attention(x, options, Optional.empty(), Optional.empty()).plain(x),
                    5e-5);
        }
    }

    @Test
    void aQueryThatSeesNoKeyGivesZeros() {
        var q = draw(6, 1, 1, 20, 8);
        var options = new Attention.Options(2, 1, true, -7);
        var y = Tensor.of(new Attention(List.of(q, q, q), options, Optional.empty(), Optional.empty()))
                .pick(0);
        assertThat(y.narrow(1, 0, 7).toFloatArray()).containsOnly(0f);
        assertThat(y.narrow(1, 7, 1).toFloatArray())
                .containsExactly(q.narrow(1, 0, 1).toFloatArray(), within(1e-6f));
    }

    @Test
    void whatIsNoNumberStaysSo() {
        var q = Tensor.where(Tensor.arange(20).unsqueeze(1).ne(3), draw(7, 1, 1, 20, 8), Double.NaN);
        var options = new Attention.Options(2, 1, true, 0);
        for (int n : new int[] {4, 20}) {
            var x = q.narrow(1, 0, n);
            var y = Tensor.of(new Attention(List.of(x, x, x), options, Optional.empty(), Optional.empty()))
                    .pick(0);
            assertThat(y.narrow(1, 3, 1).isNan().toBooleanArray()).containsOnly(true);
        }
    }
}
