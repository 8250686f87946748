package soma.bench.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** torch.nn.Sequential, with its default weight scale; and a place for the parameters of whatever else there is. */
final class TorchNet {
    private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();
    private final List<Tensor> weights = new ArrayList<>();

    TorchNet then(UnaryOperator<Tensor> layer) {
        layers.add(layer);
        return this;
    }

    TorchNet linear(long in, long out) {
        return then(linearLayer(in, out));
    }

    /** A layer whose parameters are this net's, to be called where the net's order does not suit. */
    UnaryOperator<Tensor> linearLayer(long in, long out) {
        var w = parameter(in, out, in);
        var b = new TensorOptional(parameter(in, out));
        return x -> torch.linear(x, w, b);
    }

    TorchNet conv(long in, long out, long kernel, long padding) {
        return then(convLayer(in, out, kernel, 1, padding, true));
    }

    UnaryOperator<Tensor> convLayer(long in, long out, long kernel, long stride, long padding, boolean bias) {
        var w = parameter(in * kernel * kernel, out, in, kernel, kernel);
        var b = bias ? new TensorOptional(parameter(in * kernel * kernel, out)) : new TensorOptional();
        long[] step = {stride, stride};
        long[] pad = {padding, padding};
        long[] one = {1, 1};
        return x -> torch.conv2d(x, w, b, step, pad, one, 1);
    }

    /** With running statistics, which training updates. */
    UnaryOperator<Tensor> batchNormLayer(long channels, boolean training) {
        var weight = new TensorOptional(given(torch.ones(channels)));
        var bias = new TensorOptional(given(torch.zeros(channels)));
        var mean = new TensorOptional(torch.zeros(channels));
        var variance = new TensorOptional(torch.ones(channels));
        return x -> torch.batch_norm(x, weight, bias, mean, variance, training, 0.1, 1e-5, false);
    }

    UnaryOperator<Tensor> layerNormLayer(long width) {
        var weight = new TensorOptional(given(torch.ones(width)));
        var bias = new TensorOptional(given(torch.zeros(width)));
        long[] last = {width};
        return x -> torch.layer_norm(x, last, weight, bias, 1e-5, false);
    }

    /** Uniform in +-1/sqrt(fan in). */
    Tensor parameter(long fanIn, long... shape) {
        double bound = 1 / Math.sqrt(fanIn);
        return given(torch.rand(shape).mul(new Scalar(2 * bound)).sub(new Scalar(bound)));
    }

    /** A parameter with these first numbers. */
    Tensor given(Tensor start) {
        var w = start.requires_grad_(true);
        weights.add(w);
        return w;
    }

    TensorVector parameters() {
        return new TensorVector(weights.toArray(Tensor[]::new));
    }

    Tensor forward(Tensor input) {
        var x = input;
        for (var layer : layers) {
            var y = layer.apply(x);
            if (x != input && x != y) {
                x.close();
            }
            x = y;
        }
        return x;
    }
}
