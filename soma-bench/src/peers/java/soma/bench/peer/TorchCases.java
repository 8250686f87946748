package soma.bench.peer;

import static org.bytedeco.pytorch.global.torch.randn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The cases of the bench as a PyTorch user would write them. A step lets go of each temporary as soon as Python's
 * reference counting would, so that PyTorch's allocator sees the same pattern.
 */
final class TorchCases {

    private TorchCases() {}

    /** One fresh instance of a case; {@code run} is the unit that is timed. */
    static Runnable create(String id) {
        return switch (id) {
            case "gemm-256" -> gemm(256);
            case "gemm-512" -> gemm(512);
            case "gemm-1024" -> gemm(1024);
            case "gemm-2048" -> gemm(2048);
            case "mlp-train-b128" -> {
                var net = mlp();
                yield train(net, randn(128, 784), classes(128), new Adam(net.parameters(), new AdamOptions(1e-3)));
            }
            case "mlp-infer-b128" -> infer(mlp(), randn(128, 784));
            case "tiny-train-b32" -> {
                var net = new Net()
                        .linear(2, 8)
                        .then(torch::tanh)
                        .linear(8, 8)
                        .then(torch::tanh)
                        .linear(8, 1);
                var adam = new Adam(net.parameters(), new AdamOptions(1e-3));
                var x = randn(32, 2);
                var target = randn(32, 1);
                yield () -> {
                    adam.zero_grad();
                    torch.mse_loss(net.forward(x), target).backward();
                    adam.step();
                };
            }
            case "lenet-train-b64" -> {
                var net = lenet();
                var options = new SGDOptions(0.01);
                options.momentum().put(0.9);
                yield train(net, randn(64, 1, 28, 28), classes(64), new SGD(net.parameters(), options));
            }
            case "lenet-infer-b64" -> infer(lenet(), randn(64, 1, 28, 28));
            case "gelu-chain-1m" -> geluChain();
            case "softmax-fwd" -> {
                var x = randn(512, 1024);
                yield withoutGradients(() -> torch.softmax(x, -1));
            }
            case "softmax-train" -> {
                var x = randn(512, 1024).requires_grad_();
                var inputs = new TensorVector(x);
                var dy = new TensorVector(randn(512, 1024));
                yield () -> backward(torch.softmax(x, -1), inputs, dy);
            }
            case "layernorm-fwd" -> {
                var x = randn(512, 1024);
                var gain = new TensorOptional(torch.ones(1024));
                var bias = new TensorOptional(torch.zeros(1024));
                yield withoutGradients(() -> torch.layer_norm(x, new long[] {1024}, gain, bias, 1e-5, false));
            }
            case "layernorm-train" -> {
                var x = randn(512, 1024).requires_grad_();
                var gain = torch.ones(1024).requires_grad_();
                var bias = torch.zeros(1024).requires_grad_();
                var optionalGain = new TensorOptional(gain);
                var optionalBias = new TensorOptional(bias);
                var inputs = new TensorVector(x, gain, bias);
                var dy = new TensorVector(randn(512, 1024));
                yield () -> backward(
                        torch.layer_norm(x, new long[] {1024}, optionalGain, optionalBias, 1e-5, false), inputs, dy);
            }
            default -> throw new IllegalArgumentException("unknown case '" + id + "'");
        };
    }

    private static Net mlp() {
        return new Net()
                .linear(784, 256)
                .then(torch::relu)
                .linear(256, 128)
                .then(torch::relu)
                .linear(128, 10);
    }

    private static Net lenet() {
        return new Net()
                .conv(1, 6, 5, 2)
                .then(torch::tanh)
                .then(x -> torch.avg_pool2d(x, 2, 2))
                .conv(6, 16, 5, 0)
                .then(torch::tanh)
                .then(x -> torch.avg_pool2d(x, 2, 2))
                .then(x -> x.flatten(1, -1))
                .linear(400, 120)
                .then(torch::tanh)
                .linear(120, 84)
                .then(torch::tanh)
                .linear(84, 10);
    }

    private static Tensor classes(long n) {
        return torch.randint(10, new long[] {n}).to(torch.ScalarType.Long);
    }

    private static Runnable gemm(long n) {
        var a = randn(n, n);
        var b = randn(n, n);
        var c = torch.zeros(n, n);
        return withoutGradients(() -> torch.mm_out(c, a, b));
    }

    private static Runnable train(Net net, Tensor x, Tensor labels, Optimizer optimizer) {
        return () -> {
            optimizer.zero_grad();
            torch.cross_entropy(net.forward(x), labels).backward();
            switch (optimizer) {
                case Adam adam -> adam.step();
                case SGD sgd -> sgd.step();
                default -> throw new IllegalStateException();
            }
        };
    }

    private static Runnable infer(Net net, Tensor x) {
        return withoutGradients(() -> net.forward(x));
    }

    private static Runnable withoutGradients(Runnable step) {
        return () -> {
            try (var guard = new NoGradGuard()) {
                step.run();
            }
        };
    }

    private static void backward(Tensor y, TensorVector inputs, TensorVector dy) {
        torch.grad(new TensorVector(y), inputs, dy, new BoolOptional(), false, false);
    }

    /** gelu_tanh(x a + b) x + exp(-x). */
    private static Runnable geluChain() {
        var x = randn(1_048_576);
        var a = new Scalar(1.1);
        var b = new Scalar(0.1);
        return withoutGradients(() -> {
            var scaled = x.mul(a);
            var shifted = scaled.add(b);
            scaled.close();
            var gelu = torch.gelu(shifted, "tanh");
            shifted.close();
            var product = gelu.mul(x);
            gelu.close();
            var negative = x.neg();
            var exp = negative.exp();
            negative.close();
            product.add(exp);
        });
    }

    /** torch.nn.Sequential, with its default weight scale. */
    private static final class Net {
        private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();
        private final List<Tensor> weights = new ArrayList<>();

        Net then(UnaryOperator<Tensor> layer) {
            layers.add(layer);
            return this;
        }

        Net linear(long in, long out) {
            var w = parameter(in, out, in);
            var b = new TensorOptional(parameter(in, out));
            return then(x -> torch.linear(x, w, b));
        }

        Net conv(long in, long out, long kernel, long padding) {
            var w = parameter(in * kernel * kernel, out, in, kernel, kernel);
            var b = new TensorOptional(parameter(in * kernel * kernel, out));
            long[] one = {1, 1};
            long[] pad = {padding, padding};
            return then(x -> torch.conv2d(x, w, b, one, pad, one, 1));
        }

        private Tensor parameter(long fanIn, long... shape) {
            double bound = 1 / Math.sqrt(fanIn);
            var w = torch.rand(shape)
                    .mul(new Scalar(2 * bound))
                    .sub(new Scalar(bound))
                    .requires_grad_(true);
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
                if (x != input) {
                    x.close();
                }
                x = y;
            }
            return x;
        }
    }
}
