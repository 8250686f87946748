package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.UnaryOperator;
import soma.Autodiff;
import soma.DType;
import soma.Tensor;

/** Gradients against central differences. */
public final class Differences {
    private static final double STEP = 1e-5;

    private Differences() {}

    /** Checks the gradient of a scalar function at float64 {@code x}. */
    public static void check(UnaryOperator<Tensor> f, Tensor x, double tolerance) {
        var got = Autodiff.grad(f, x).toDoubleArray();
        var at = x.toDoubleArray();
        for (int i = 0; i < at.length; i++) {
            double slope = (value(f, x, at, i, STEP) - value(f, x, at, i, -STEP)) / (2 * STEP);
            assertThat(got[i])
                    .as("derivative in element %d", i)
                    .isCloseTo(slope, within(tolerance * Math.max(1, Math.abs(slope))));
        }
    }

    private static double value(UnaryOperator<Tensor> f, Tensor x, double[] at, int i, double step) {
        var moved = at.clone();
        moved[i] += step;
        return f.apply(Tensor.wrap(moved, DType.FLOAT64, x.shape())).item();
    }
}
