package soma.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import soma.Param;
import soma.Tensor;

/**
 * An average of a model's weights over training, kept beside it in cells of its own: PyTorch's AveragedModel. Running
 * statistics are not averaged: with the average in place the model still has its latest.
 * {@snippet :
 * var adam = new Updater<>(new Adam(1e-3), model.trained());
 * var average = new WeightAverage(Averaging.exponential(0.999), model.params());
 * for (int k = 1; k <= 100; k++) {
 *     var t = Iteration.of(k);
 *     Soma.training(Rng.seed(k), () -> {
 *         var loss = Loss.mse(model.forward(x), y);
 *         adam.apply(t, Autodiff.grad(loss, adam.values()));
 *         average.update(t);
 *         return loss;
 *     });
 * }
 * var weights = average.using(model::stateDict);
 * }
 */
public final class WeightAverage {
    private final Averaging rule;
    private final Map<Param, Param> cells = new LinkedHashMap<>();
    private final Map<String, Param> state = new LinkedHashMap<>();

    /** Begins with the present numbers of the trained ones of these parameters. */
    public WeightAverage(Averaging rule, Map<String, Param> params) {
        this.rule = rule;
        params.forEach((name, p) -> {
            if (p.isTrained() && !cells.containsKey(p)) {
                var cell = Param.state(numbers(p)).named(name + ".average");
                cells.put(p, cell);
                state.put(name, cell);
            }
        });
    }

    private static Tensor numbers(Param p) {
        return Tensor.wrap(p.array(), p.dtype(), p.shape());
    }

    /** Takes the parameters' values of step {@code t} into the average, in the plan of that step. */
    public void update(Iteration t) {
        cells.forEach((p, cell) -> {
            var own = t.in(p.dtype());
            var keep = own.at(rule::keep);
            var take = own.at(k -> 1 - rule.keep(k));
            cell.set(cell.value().mul(keep).add(p.value().mul(take)));
        });
    }

    /** Runs {@code body} with the average in the parameters, which have their own numbers again afterwards. */
    public <T> T using(Supplier<T> body) {
        var own = cells.keySet().stream().map(p -> Param.state(numbers(p))).toList();
        cells.forEach((p, cell) -> p.load(numbers(cell)));
        try {
            return body.get();
        } finally {
            restore(own);
        }
    }

    private void restore(List<Param> copies) {
        int i = 0;
        for (var p : cells.keySet()) {
            p.load(numbers(copies.get(i++)));
        }
    }

    /** The cells of the average by parameter name; for checkpoints. */
    public Map<String, Param> state() {
        return Collections.unmodifiableMap(state);
    }
}
