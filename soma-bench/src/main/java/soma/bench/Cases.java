package soma.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import soma.Autodiff;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.nn.AvgPool2d;
import soma.nn.Conv2d;
import soma.nn.Layer;
import soma.nn.LayerNorm;
import soma.nn.Linear;
import soma.nn.Loss;
import soma.nn.Sequential;
import soma.optim.Adam;
import soma.optim.Iteration;
import soma.optim.Optimizer;
import soma.optim.Sgd;
import soma.optim.Updater;

/** The cases of the bench as a user of Soma would write them; the peers' sides have the same names, shapes and laws. */
final class Cases {
    /** A step that can tell what its kernels took. */
    record Step(Soma.Compiled compiled, Runnable body) implements Runnable {
        @Override
        public void run() {
            body.run();
        }
    }

    private final Rng rng;
    private final Map<String, Supplier<Runnable>> all = new LinkedHashMap<>();

    private Cases(long seed) {
        rng = Rng.seed(seed);
        for (int n : new int[] {256, 512, 1024, 2048}) {
            all.put("gemm-" + n, () -> gemm(n));
        }
        all.put(
                "mlp-train-b128",
                () -> train(mlp(), Loss::crossEntropy, new Adam(1e-3), normal(128, 784), classes(128)));
        all.put("mlp-infer-b128", () -> infer(mlp(), normal(128, 784)));
        all.put("tiny-train-b32", () -> train(tiny(), Loss::mse, new Adam(1e-3), normal(32, 2), normal(32, 1)));
        all.put(
                "lenet-train-b64",
                () -> train(
                        lenet(), Loss::crossEntropy, new Sgd(0.01).momentum(0.9), normal(64, 1, 28, 28), classes(64)));
        all.put("lenet-infer-b64", () -> infer(lenet(), normal(64, 1, 28, 28)));
        all.put("gelu-chain-1m", () -> forward(Cases::geluChain, normal(1_048_576)));
        all.put("softmax-fwd", () -> forward(x -> x.softmax(-1), normal(512, 1024)));
        all.put("softmax-train", () -> backward(x -> x.softmax(-1), List.of()));
        all.put("layernorm-fwd", () -> infer(new LayerNorm(1024), normal(512, 1024)));
        all.put("layernorm-train", () -> {
            var norm = new LayerNorm(1024);
            return backward(norm::forward, List.of(norm.weight(), norm.bias()));
        });
    }

    /** Every case by name; each look gives a fresh instance, whose {@code run} is the unit that is timed. */
    static Map<String, Supplier<Runnable>> of(long seed) {
        return new Cases(seed).all;
    }

    private static Layer mlp() {
        return Sequential.of(
                new Linear(784, 256), Tensor::relu, new Linear(256, 128), Tensor::relu, new Linear(128, 10));
    }

    private static Layer tiny() {
        return Sequential.of(new Linear(2, 8), Tensor::tanh, new Linear(8, 8), Tensor::tanh, new Linear(8, 1));
    }

    private static Layer lenet() {
        return Sequential.of(
                new Conv2d(1, 6, 5).pad(2),
                Tensor::tanh,
                new AvgPool2d(2),
                new Conv2d(6, 16, 5),
                Tensor::tanh,
                new AvgPool2d(2),
                x -> x.flatten(1),
                new Linear(400, 120),
                Tensor::tanh,
                new Linear(120, 84),
                Tensor::tanh,
                new Linear(84, 10));
    }

    /** gelu_tanh(x a + b) x + exp(-x). */
    private static Tensor geluChain(Tensor x) {
        return x.mul(1.1).add(0.1).geluTanh().mul(x).add(x.neg().exp());
    }

    private Tensor normal(int... shape) {
        return evaluated(Tensor.randn(rng.fold(Shape.of(shape).hashCode()), shape));
    }

    private Tensor classes(int n) {
        return evaluated(rng.fold(n).integers(0, 10, Shape.of(n)));
    }

    private static Tensor evaluated(Tensor t) {
        Soma.eval(t);
        return t;
    }

    /** Into an array that is there already, as PyTorch's mm_out. */
    private Runnable gemm(int n) {
        var c = Param.state(Tensor.zeros(n, n));
        var a = evaluated(Tensor.randn(rng.fold(1), n, n));
        var b = evaluated(Tensor.randn(rng.fold(2), n, n));
        var product = Soma.compile(in -> {
            c.set(in.get(0).matmul(in.get(1)));
            return List.of();
        });
        return new Step(product, () -> product.apply(a, b));
    }

    /** The step that the trainer takes: forward, backward and update in one compiled function. */
    private <S> Runnable train(Layer net, Loss loss, Optimizer<S> optimizer, Tensor x, Tensor target) {
        net.init(rng, x);
        var updater = new Updater<>(optimizer, net.trained());
        var count = new int[1];
        var iteration = Iteration.of(() -> count[0]);
        var step = Soma.compile(in -> Soma.training(rng, () -> {
            var l = loss.of(net.forward(in.get(0)), in.get(1));
            updater.apply(iteration, Autodiff.grad(l, updater.values()));
            return List.of(l);
        }));
        return new Step(step, () -> {
            count[0]++;
            step.apply(x, target);
        });
    }

    private Runnable infer(Layer net, Tensor x) {
        net.init(rng, x);
        return forward(net::forward, x);
    }

    private static Runnable forward(UnaryOperator<Tensor> f, Tensor x) {
        var compiled = Soma.compile(in -> List.of(f.apply(in.get(0))));
        return new Step(compiled, () -> compiled.apply(x));
    }

    /** y = f(x) for rows of 1024, and what a given dy makes of x and of the parameters. */
    private Runnable backward(UnaryOperator<Tensor> f, List<Param> params) {
        var x = normal(512, 1024);
        var dy = evaluated(Tensor.randn(rng.fold(3), 512, 1024));
        var compiled = Soma.compile(in -> {
            var xs = new ArrayList<>(List.of(in.get(0)));
            params.forEach(p -> xs.add(p.value()));
            return Autodiff.vjp(f.apply(in.get(0)), xs, in.get(1));
        });
        return new Step(compiled, () -> compiled.apply(x, dy));
    }
}
