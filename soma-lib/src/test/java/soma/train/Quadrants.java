package soma.train;

import static org.assertj.core.api.Assertions.assertThat;

import soma.DType;
import soma.Rng;
import soma.Tensor;
import soma.data.TensorDataset;
import soma.nn.BatchNorm1d;
import soma.nn.Dropout;
import soma.nn.Layer;
import soma.nn.Linear;
import soma.nn.Sequential;

/** What the tests of training share: XOR with noise, and models for it. */
final class Quadrants {
    private Quadrants() {}

    /** Points in the plane, the class being the quadrant's parity. */
    static TensorDataset xor(int n, long seed) {
        var x = Tensor.randn(Rng.seed(seed), n, 2);
        var y = x.select(1, 0).gt(0).logicalXor(x.select(1, 1).gt(0)).to(DType.INT64);
        return TensorDataset.of(x, y);
    }

    static Layer mlp() {
        return Sequential.of(new Linear(2, 16), Tensor::tanh, new Linear(16, 16), Tensor::relu, new Linear(16, 2));
    }

    /** With all that draws random numbers or keeps statistics. */
    static Layer noisy() {
        return Sequential.of(new Linear(16), new BatchNorm1d(16), Tensor::relu, new Dropout(0.2), new Linear(2));
    }

    static void sameBits(Layer a, Layer b) {
        var other = b.stateDict();
        a.stateDict()
                .forEach((name, t) ->
                        assertThat(other.get(name).toFloatArray()).as(name).isEqualTo(t.toFloatArray()));
    }
}
