package soma.bench.peer;

import static org.bytedeco.pytorch.global.torch.randn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Networks of dense and convolution layers. */
final class TorchNets {
    private static final long[] TWO = {2, 2};
    private static final long[] ONE = {1, 1};
    private static final long[] ZERO = {0, 0};

    private TorchNets() {}

    static void add(Map<String, Supplier<Runnable>> cases) {
        cases.put("mlp-train-b128", () -> {
            var net = mlp();
            return TorchSteps.train(
                    net::forward, torch::cross_entropy, randn(128, 784), TorchSteps.classes(10, 128), adam(net));
        });
        cases.put("mlp-infer-b128", () -> TorchSteps.infer(mlp()::forward, randn(128, 784)));
        cases.put("tiny-train-b32", () -> {
            var net = new TorchNet()
                    .linear(2, 8)
                    .then(torch::tanh)
                    .linear(8, 8)
                    .then(torch::tanh)
                    .linear(8, 1);
            return TorchSteps.train(net::forward, torch::mse_loss, randn(32, 2), randn(32, 1), adam(net));
        });
        cases.put("lenet-train-b64", () -> {
            var net = lenet();
            return TorchSteps.train(
                    net::forward,
                    torch::cross_entropy,
                    randn(64, 1, 28, 28),
                    TorchSteps.classes(10, 64),
                    sgd(net, 0.01, 0.9, 0));
        });
        cases.put("lenet-infer-b64", () -> TorchSteps.infer(lenet()::forward, randn(64, 1, 28, 28)));
        cases.put("autoencoder-train-b128", () -> {
            var net = new TorchNet()
                    .linear(784, 1000)
                    .then(torch::relu)
                    .linear(1000, 784)
                    .then(torch::sigmoid);
            var x = randn(128, 784);
            return TorchSteps.train(net::forward, torch::mse_loss, x, x, adam(net));
        });
        cases.put("resnet18-cifar-train-b32", () -> {
            var net = resNet18(true);
            return TorchSteps.train(
                    net::forward,
                    torch::cross_entropy,
                    randn(32, 3, 32, 32),
                    TorchSteps.classes(10, 32),
                    sgd(net, 0.1, 0.9, 5e-4));
        });
        cases.put("resnet18-cifar-infer-b32", () -> TorchSteps.infer(resNet18(false)::forward, randn(32, 3, 32, 32)));
        cases.put("vgg-block-train-b8", () -> {
            var net = vggBlock();
            return TorchSteps.train(
                    net::forward, torch::mse_loss, randn(8, 64, 56, 56), randn(8, 128, 28, 28), sgd(net, 0.01, 0, 0));
        });
        cases.put("vgg-block-infer-b8", () -> TorchSteps.infer(vggBlock()::forward, randn(8, 64, 56, 56)));
        cases.put("unet-level-train-b4", () -> {
            var net = unetLevel();
            return TorchSteps.train(
                    net::forward, torch::mse_loss, randn(4, 32, 64, 64), randn(4, 32, 64, 64), sgd(net, 0.01, 0, 0));
        });
        cases.put("unet-level-infer-b4", () -> TorchSteps.infer(unetLevel()::forward, randn(4, 32, 64, 64)));
    }

    private static Adam adam(TorchNet net) {
        return new Adam(net.parameters(), new AdamOptions(1e-3));
    }

    static SGD sgd(TorchNet net, double rate, double momentum, double decay) {
        var options = new SGDOptions(rate);
        options.momentum().put(momentum);
        options.weight_decay().put(decay);
        return new SGD(net.parameters(), options);
    }

    private static TorchNet mlp() {
        return new TorchNet()
                .linear(784, 256)
                .then(torch::relu)
                .linear(256, 128)
                .then(torch::relu)
                .linear(128, 10);
    }

    private static TorchNet lenet() {
        return new TorchNet()
                .conv(1, 6, 5, 2)
                .then(torch::tanh)
                .then(x -> torch.avg_pool2d(x, TWO))
                .conv(6, 16, 5, 0)
                .then(torch::tanh)
                .then(x -> torch.avg_pool2d(x, TWO))
                .then(x -> x.flatten(1, -1))
                .linear(400, 120)
                .then(torch::tanh)
                .linear(120, 84)
                .then(torch::tanh)
                .linear(84, 10);
    }

    private static TorchNet vggBlock() {
        return new TorchNet()
                .conv(64, 128, 3, 1)
                .then(TorchSteps::reluInPlace)
                .conv(128, 128, 3, 1)
                .then(TorchSteps::reluInPlace)
                .then(x -> torch.max_pool2d(x, TWO));
    }

    private static TorchNet unetLevel() {
        var net = new TorchNet();
        var down = List.<UnaryOperator<Tensor>>of(
                x -> torch.max_pool2d(x, TWO),
                net.convLayer(32, 64, 3, 1, 1, true),
                TorchSteps::reluInPlace,
                net.convLayer(64, 64, 3, 1, 1, true),
                TorchSteps::reluInPlace);
        var weight = net.parameter(64 * 4, 64, 32, 2, 2);
        var bias = new TensorOptional(net.parameter(64 * 4, 32));
        var out = List.of(
                net.convLayer(64, 32, 3, 1, 1, true),
                TorchSteps::reluInPlace,
                net.convLayer(32, 32, 3, 1, 1, true),
                (UnaryOperator<Tensor>) TorchSteps::reluInPlace);
        return net.then(x -> {
            var deep = x;
            for (var layer : down) {
                deep = layer.apply(deep);
            }
            var up = torch.conv_transpose2d(deep, weight, bias, TWO, ZERO, ZERO, 1, ONE);
            var y = torch.cat(new TensorVector(x, up), 1);
            for (var layer : out) {
                y = layer.apply(y);
            }
            return y;
        });
    }

    /** With the stem for CIFAR: one 3x3 convolution, no pooling. Activations in place, as in torchvision. */
    private static TorchNet resNet18(boolean training) {
        var net = new TorchNet();
        net.then(net.convLayer(3, 64, 3, 1, 1, false))
                .then(net.batchNormLayer(64, training))
                .then(TorchSteps::reluInPlace);
        long in = 64;
        for (long out : new long[] {64, 128, 256, 512}) {
            net.then(basicBlock(net, in, out, out == 64 ? 1 : 2, training));
            net.then(basicBlock(net, out, out, 1, training));
            in = out;
        }
        return net.then(x -> torch.adaptive_avg_pool2d(x, ONE))
                .then(x -> x.flatten(1, -1))
                .linear(512, 10);
    }

    private static UnaryOperator<Tensor> basicBlock(TorchNet net, long in, long out, long stride, boolean training) {
        var path = List.<UnaryOperator<Tensor>>of(
                net.convLayer(in, out, 3, stride, 1, false),
                net.batchNormLayer(out, training),
                TorchSteps::reluInPlace,
                net.convLayer(out, out, 3, 1, 1, false),
                net.batchNormLayer(out, training));
        var shortcut = new ArrayList<UnaryOperator<Tensor>>();
        if (stride != 1 || in != out) {
            shortcut.add(net.convLayer(in, out, 1, stride, 0, false));
            shortcut.add(net.batchNormLayer(out, training));
        }
        return x -> TorchSteps.scoped(() -> {
            var y = through(path, x);
            y.add_(through(shortcut, x));
            return TorchSteps.reluInPlace(y);
        });
    }

    /** Lets go of what lies between. */
    private static Tensor through(List<UnaryOperator<Tensor>> layers, Tensor input) {
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
