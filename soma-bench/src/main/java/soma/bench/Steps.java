package soma.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import soma.Autodiff;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.nn.Layer;
import soma.nn.Loss;
import soma.optim.Iteration;
import soma.optim.Optimizer;
import soma.optim.Updater;

/** The kinds of steps that cases are made of, and their data. */
record Steps(Rng rng) {

    Tensor normal(int... shape) {
        return evaluated(Tensor.randn(rng.fold(Shape.of(shape).hashCode()), shape));
    }

    /** Integers 0 to {@code classes} - 1. */
    Tensor classes(int classes, int... shape) {
        return evaluated(rng.fold(classes).integers(0, classes, Shape.of(shape)));
    }

    static Tensor evaluated(Tensor t) {
        Soma.eval(t);
        return t;
    }

    /**
     * Computes f into arrays that are there already, as PyTorch's functions with {@code out} do, and as it is within
     * every plan: only what a user asks for comes in new arrays.
     */
    static Runnable intoAll(Function<List<Tensor>, List<Tensor>> f, Tensor... inputs) {
        var compiled = Soma.compile(in -> {
            for (var result : f.apply(in)) {
                Param.state(Tensor.zeros(result.dtype(), result.shape())).set(result);
            }
            return List.of();
        });
        return new Case.Step(compiled, () -> compiled.apply(inputs));
    }

    /** {@link #intoAll(Function, Tensor...)} for a function of one tensor. */
    static Runnable into(UnaryOperator<Tensor> f, Tensor x) {
        return intoAll(in -> List.of(f.apply(in.getFirst())), x);
    }

    /** f's result in a new array each time. */
    static Runnable fresh(UnaryOperator<Tensor> f, Tensor x) {
        var compiled = Soma.compile(in -> List.of(f.apply(in.getFirst())));
        return new Case.Step(compiled, () -> compiled.apply(x));
    }

    /** A layer's result. */
    Runnable infer(Layer net, Tensor x) {
        net.init(rng, x);
        return fresh(net::forward, x);
    }

    /** A layer's result into an array that is there already. */
    Runnable inferInto(Layer net, Tensor x) {
        net.init(rng, x);
        return into(net::forward, x);
    }

    /** A layer's result, and what a given gradient of it makes of the input and of the parameters, as in training. */
    Runnable forwardAndBackward(Layer layer, Tensor x) {
        layer.init(rng, x);
        var dy = gradientOf(layer, x);
        return intoAll(
                in -> Soma.training(rng, () -> {
                    var y = layer.forward(in.get(0));
                    var results = new ArrayList<>(List.of(y));
                    results.addAll(Autodiff.vjp(y, inputs(layer, in.get(0)), in.get(1)));
                    return results;
                }),
                x,
                dy);
    }

    /** The gradients alone: of the input and of the parameters. */
    Runnable backward(Layer layer, Tensor x) {
        layer.init(rng, x);
        var dy = gradientOf(layer, x);
        return intoAll(in -> Autodiff.vjp(layer.forward(in.get(0)), inputs(layer, in.get(0)), in.get(1)), x, dy);
    }

    private Tensor gradientOf(Layer layer, Tensor x) {
        return evaluated(Tensor.randn(rng.fold(3), layer.forward(x).shape().toArray()));
    }

    private static List<Tensor> inputs(Layer layer, Tensor x) {
        var inputs = new ArrayList<>(List.of(x));
        layer.trained().forEach(p -> inputs.add(p.value()));
        return inputs;
    }

    /** The step that the trainer takes: forward, backward and update in one compiled function. */
    <S> Runnable train(Layer net, Loss loss, Optimizer<S> optimizer, Tensor x, Tensor target) {
        net.init(rng, x);
        var updater = new Updater<>(optimizer, net.trained());
        var count = new int[1];
        var iteration = Iteration.of(() -> count[0]);
        var step = Soma.compile(in -> Soma.training(rng, () -> {
            var l = loss.of(net.forward(in.get(0)), in.get(1));
            updater.apply(iteration, Autodiff.grad(l, updater.values()));
            return List.of(l);
        }));
        return new Case.Step(step, () -> {
            count[0]++;
            step.apply(x, target);
        });
    }
}
