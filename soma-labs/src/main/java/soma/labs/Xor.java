package soma.labs;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import soma.Autodiff;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.nn.Layer;
import soma.nn.Linear;
import soma.nn.Loss;
import soma.nn.Sequential;
import soma.optim.Adam;
import soma.optim.Iteration;
import soma.optim.Updater;
import soma.plot.Curves;
import soma.plot.Figure;
import soma.plot.Panels;
import soma.plot.Regions;

/**
 * XOR, which one neuron cannot learn (Minsky and Papert 1969), by a network with a hidden layer: two half-planes, carved by hidden
 * units and joined by the output.
 */
final class Xor implements Lab {
    private static final Tensor POINTS = Tensor.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
    private static final Tensor LABELS = Tensor.of(new float[] {0, 1, 1, 0}, 4, 1);
    private static final int STEPS = 500;

    @Override
    public String id() {
        return "xor";
    }

    @Override
    public String group() {
        return "foundations";
    }

    @Override
    public String about() {
        return "XOR by a multi-layer perceptron; what each hidden unit carves";
    }

    private static Sequential network(int hidden) {
        return Sequential.of(
                Xor::centred, new Linear(2, hidden), Tensor::tanh, new Linear(hidden, 1)); // (N, 2) -> (N, 1)
    }

    /** From 0 and 1 to -1 and 1: around zero the hidden units begin with their boundaries between the points. */
    private static Tensor centred(Tensor x) {
        return x.mul(2).sub(1);
    }

    @Override
    public void run(LabRun run) {
        var drawn = network(2);
        var losses = new double[STEPS];
        boolean two = false;
        for (int attempt = 0; attempt < 20 && !two; attempt++) {
            drawn = network(2);
            two = train(drawn, run.rng("two hidden units").fold(attempt), losses);
        }
        run.figure(
                "loss",
                new Curves("XOR, 2-2-1 tanh: loss", "step", "cross-entropy")
                        .line("loss", losses)
                        .logarithmic());
        run.figure("regions", regions(drawn));
        run.weights(drawn);

        int seeds = run.quick() ? 20 : 100;
        int solved = 0;
        for (int i = 0; i < seeds; i++) {
            solved += train(network(4), run.rng("four hidden units").fold(i), losses) ? 1 : 0;
        }
        run.metric("two_hidden_units_solve_it", two ? 1 : 0);
        run.atLeast("solved_share", (double) solved / seeds, 0.95);
    }

    /** Trains on the four points; whether all four come out right. */
    private static boolean train(Layer model, Rng rng, double[] losses) {
        model.init(rng);
        var optimizer = new Updater<>(new Adam(0.1), model.trained());
        var count = new AtomicInteger();
        var step = Soma.compile(batch -> Soma.training(rng, () -> {
            var loss = Loss.bceWithLogits(model.forward(batch.get(0)), batch.get(1));
            optimizer.apply(Iteration.of(count::get), Autodiff.grad(loss, optimizer.values()));
            return List.of(loss);
        }));
        for (int k = 0; k < losses.length; k++) {
            count.set(k + 1);
            losses[k] = step.apply(POINTS, LABELS).get(0).item();
        }
        return model.forward(POINTS).gt(0).eq(LABELS.gt(0.5)).all().item() == 1;
    }

    private static Panels regions(Sequential model) {
        var hidden = (Linear) model.layers().get(1);
        return new Panels(
                List.<Figure>of(
                        region(
                                "hidden unit 1",
                                x -> hidden.forward(centred(x)).tanh().select(1, 0),
                                0),
                        region(
                                "hidden unit 2",
                                x -> hidden.forward(centred(x)).tanh().select(1, 1),
                                0),
                        region("output", x -> model.forward(x).sigmoid(), 0.5)),
                3);
    }

    private static Regions region(String title, java.util.function.UnaryOperator<Tensor> f, double middle) {
        return new Regions(title, f, -0.6, 1.6, middle, 1 - middle, POINTS, LABELS);
    }
}
