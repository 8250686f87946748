package soma.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.Tensor;

/** Gradients are used up as soon as they are there, so that a deep net's step takes little more than what it must keep. */
class ScheduleTest {
    private static final Pattern WORK = Pattern.compile("(\\d+) (k?)B of working memory");
    private static final int LAYERS = 20;
    private static final int WIDTH = 64;
    private static final int BATCH = 256;
    /** Of what a layer makes. */
    private static final int BYTES = 4 * WIDTH * BATCH;

    private static long bytes(String plan) {
        var found = WORK.matcher(plan);
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1)) * (found.group(2).isEmpty() ? 1 : 1000);
    }

    private static List<Param> weights() {
        var params = new ArrayList<Param>();
        for (int i = 0; i < LAYERS; i++) {
            params.add(Param.of(Tensor.randn(Rng.seed(i), WIDTH, WIDTH).mul(0.2)));
        }
        return params;
    }

    private static Soma.Compiled step(List<Param> params, boolean momentum) {
        var speeds = params.stream()
                .map(p -> Param.state(Tensor.zeros(p.dtype(), p.shape())))
                .toList();
        return Soma.compile(in -> Soma.training(Rng.seed(1), () -> {
            var h = in.get(0);
            for (var p : params) {
                h = h.matmul(p.value()).tanh();
            }
            var loss = h.square().mean();
            var values = params.stream().map(Param::value).toList();
            var grads = Autodiff.grad(loss, values);
            for (int i = 0; i < LAYERS; i++) {
                var move = grads.get(i);
                if (momentum) {
                    move = speeds.get(i).value().mul(0.9).add(move);
                    speeds.get(i).set(move);
                }
                params.get(i).set(values.get(i).sub(move.mul(0.1)));
            }
            return List.of(loss);
        }));
    }

    @Test
    void aTrainingStepKeepsActivationsAndLittleElse() {
        for (boolean momentum : new boolean[] {false, true}) {
            var step = step(weights(), momentum);
            step.apply(Tensor.randn(Rng.seed(9), BATCH, WIDTH));
            assertThat(bytes(step.explain())).isBetween((long) LAYERS * BYTES, (LAYERS + 2L) * BYTES);
        }
    }

    @Test
    void anActivationIsWrittenOverWhatMadeIt() {
        var x = Tensor.evaluated(Tensor.randn(Rng.seed(1), BATCH, WIDTH)).get(0);
        var y = x.softmax(1).exp().softmax(1);
        assertThat(bytes(Soma.explain(y))).isEqualTo(4L * BATCH * WIDTH / 1000 * 1000);
    }

    @Test
    void whatIsReadAgainIsNotWrittenOver() {
        var x = Tensor.evaluated(Tensor.randn(Rng.seed(1), 5, 7)).get(0);
        var s = x.softmax(1);
        var e = s.exp().softmax(1);
        var both = e.add(s).toFloatArray();
        var want = x.softmax(1);
        Soma.eval(want);
        var again = want.exp();
        Soma.eval(again);
        assertThat(both).isEqualTo(again.softmax(1).add(want).toFloatArray());
        // read as it lies and turned around by one loop
        var square = Tensor.evaluated(Tensor.randn(Rng.seed(2), 8, 8)).get(0);
        var soft = square.softmax(1);
        var sum = soft.add(soft.slice(0, 0, 1)).softmax(0);
        var plain = Tensor.evaluated(square.softmax(1)).get(0);
        assertThat(sum.toFloatArray())
                .isEqualTo(plain.add(plain.slice(0, 0, 1)).softmax(0).toFloatArray());
    }

    @Test
    void parametersThatReadEachOtherAreSwapped() {
        var a = Param.of(Tensor.of(new float[] {1, 2, 3}));
        var b = Param.of(Tensor.of(new float[] {4, 5, 6}));
        for (int i = 0; i < 2; i++) {
            Soma.training(Rng.seed(1), () -> {
                var was = a.value();
                a.set(b.value().add(1));
                b.set(was.mul(2));
                return List.of();
            });
        }
        assertThat(a.value().toFloatArray()).containsExactly(3, 5, 7);
        assertThat(b.value().toFloatArray()).containsExactly(10, 12, 14);
    }
}
