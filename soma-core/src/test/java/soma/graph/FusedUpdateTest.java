package soma.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.kernel.Cpu;

/**
 * An optimizer's update, which after some hundred steps gets code of its own, against the same arithmetic in plain Java:
 * bit for bit, before and after.
 */
class FusedUpdateTest {

    private static final float DECAY = 0.9f;
    private static final float SLOW_DECAY = 0.999f;
    private static final float RATE = 0.01f;
    private static final float SMALL = 1e-8f;

    /** Lengths that end with a vector and with a part of one, in one block and in many; steps enough for code of its own. */
    @ParameterizedTest
    @CsvSource({"50001, 560", "1024, 25000", "5, 125000"})
    void givesTheBitsOfPlainJava(int length, int steps) {
        var rng = Rng.seed(length);
        var gradient = Tensor.randn(rng.fold(1), length);
        Soma.eval(gradient);
        float[] g = gradient.toFloatArray();
        var weights = Param.of(Tensor.randn(rng.fold(2), length));
        var mean = Param.state(Tensor.zeros(length));
        var square = Param.state(Tensor.zeros(length));
        float[] w = weights.value().toFloatArray();
        var m = new float[length];
        var v = new float[length];
        var step = Soma.compile(in -> {
            var next = mean.value().mul(DECAY).add(in.getFirst().mul(1 - DECAY));
            var second = square.value()
                    .mul(SLOW_DECAY)
                    .add(in.getFirst().mul(in.getFirst()).mul(1 - SLOW_DECAY));
            var move = next.mul(RATE).div(second.sqrt().add(SMALL));
            weights.set(weights.value().sub(move));
            mean.set(next);
            square.set(second);
            return List.of();
        });
        for (int i = 1; i <= steps; i++) {
            step.apply(gradient);
            plain(g, w, m, v);
            if (i % (steps / 8) == 0) {
                assertThat(weights.value().toFloatArray()).as("step %d", i).isEqualTo(w);
                assertThat(mean.value().toFloatArray()).as("step %d", i).isEqualTo(m);
                assertThat(square.value().toFloatArray()).as("step %d", i).isEqualTo(v);
            }
        }
    }

    private static void plain(float[] g, float[] w, float[] m, float[] v) {
        for (int i = 0; i < g.length; i++) {
            m[i] = twoProducts(m[i], DECAY, g[i], 1 - DECAY);
            v[i] = twoProducts(v[i], SLOW_DECAY, g[i] * g[i], 1 - SLOW_DECAY);
            w[i] -= m[i] * RATE / ((float) Math.sqrt(v[i]) + SMALL);
        }
    }

    /** a s + b t, where there are vectors in one rounding less. */
    private static float twoProducts(float a, float s, float b, float t) {
        return Cpu.VECTORS ? Math.fma(a, s, b * t) : a * s + b * t;
    }
}
