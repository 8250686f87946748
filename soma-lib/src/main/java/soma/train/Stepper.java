package soma.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import soma.Autodiff;
import soma.DType;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.data.Batch;
import soma.nn.Layer;
import soma.nn.Loss;
import soma.optim.Averaging;
import soma.optim.Gradients;
import soma.optim.Groups;
import soma.optim.Iteration;
import soma.optim.Updater;
import soma.optim.WeightAverage;

/**
 * The optimizer's steps: gradient of a batch, or the mean gradient of several, update, average of the weights; each a
 * compiled function. Random draws of a step depend on the source, the step's number and the part's place only.
 */
final class Stepper {
    private final Layer model;
    private final Loss loss;
    private final UnaryOperator<List<Tensor>> clip;
    private final Rng rng;
    private final boolean suspicious;
    private final Updater<?> updater;
    private final @Nullable WeightAverage average;
    private final Soma.Compiled whole;
    private final Soma.Compiled part;
    private final Soma.Compiled finish;
    private int steps;
    private int partNumber;
    private double share;

    /**
     * A stepper for an initialized model.
     *
     * @param suspicious whether to look for the op that first gives a number that is not finite
     */
    Stepper(
            Layer model,
            Loss loss,
            Groups groups,
            UnaryOperator<List<Tensor>> clip,
            Optional<Averaging> averaging,
            Rng rng,
            boolean suspicious) {
        this.model = model;
        this.loss = loss;
        this.clip = clip;
        this.rng = rng;
        this.suspicious = suspicious;
        updater = Updater.of(groups, trained(model));
        average = averaging.map(rule -> new WeightAverage(rule, model.params())).orElse(null);
        whole = Soma.compile(args -> Soma.training(keys(), () -> {
            var value = loss.of(model.forward(args.get(0)), args.get(1));
            var gradients = Autodiff.grad(value, updater.values());
            move(gradients);
            return results(value, gradients);
        }));
        part = Soma.compile(args -> Soma.training(keys(), () -> {
            var value = loss.of(model.forward(args.get(0)), args.get(1));
            var gradients = Autodiff.grad(value, updater.values());
            updater.accumulate(gradients, Tensor.feed(DType.FLOAT64, Shape.SCALAR, () -> new double[] {share}));
            return results(value, gradients);
        }));
        finish = Soma.compile(_ -> Soma.training(keys(), () -> {
            move(updater.drain());
            return List.of();
        }));
    }

    private static Map<String, Param> trained(Layer model) {
        var trained = new LinkedHashMap<String, Param>();
        model.params().forEach((name, p) -> {
            if (p.isTrained() && !trained.containsValue(p)) {
                trained.put(name, p);
            }
        });
        if (trained.isEmpty()) {
            throw new TrainingException(
                    "fit: the model has no parameters to train. A layer with parameters is a record whose"
                            + " components are parameters or layers; a lambda's cannot be found");
        }
        return trained;
    }

    private void move(List<Tensor> gradients) {
        var t = Iteration.of(() -> steps);
        updater.apply(t, clip.apply(gradients));
        if (average != null) {
            average.update(t);
        }
    }

    private List<Tensor> results(Tensor value, List<Tensor> gradients) {
        return suspicious ? List.of(value, Gradients.norm(gradients)) : List.of(value);
    }

    /** A source that gives each step and part its own keys, also within a compiled function. */
    private Rng keys() {
        return Rng.of(() -> {
            var own = rng.fold(steps);
            return (partNumber == 0 ? own : own.fold(partNumber)).key();
        });
    }

    /** Steps done. */
    int steps() {
        return steps;
    }

    /** One step with the mean gradient over all examples of these batches; the mean loss, as it was before. */
    double step(List<Batch> batches) {
        steps++;
        if (batches.size() == 1) {
            return value(whole, batches.getFirst());
        }
        double examples = batches.stream().mapToInt(Batch::size).sum();
        double mean = 0;
        for (int i = 0; i < batches.size(); i++) {
            var batch = batches.get(i);
            partNumber = i + 1;
            share = batch.size() / examples;
            mean += share * value(part, batch);
        }
        partNumber = 0;
        finish.apply();
        return mean;
    }

    private double value(Soma.Compiled step, Batch batch) {
        var before = suspicious ? model.stateDict() : Map.<String, Tensor>of();
        var results = step.apply(batch.x(), batch.y());
        double value = results.get(0).item();
        if (suspicious
                && !(Double.isFinite(value) && Double.isFinite(results.get(1).item()))) {
            model.load(before);
            throw new TrainingException("step " + steps + ": " + firstAnomaly(batch));
        }
        return value;
    }

    /** Builds the step's expressions again, as they were before the update, and looks at each. */
    private String firstAnomaly(Batch batch) {
        return Soma.training(keys(), () -> {
            var value = loss.of(model.forward(batch.x()), batch.y());
            return Anomaly.describe(model, batch, value, Autodiff.grad(value, updater.values()));
        });
    }

    /** The average of the weights, if one was asked for. */
    Optional<WeightAverage> average() {
        return Optional.ofNullable(average);
    }

    // ---- checkpoints

    private Map<String, Param> cells() {
        var out = new LinkedHashMap<>(updater.state());
        if (average != null) {
            average.state().forEach((name, cell) -> out.put("average." + name, cell));
        }
        return out;
    }

    /** What optimizer and average remember. */
    Map<String, Tensor> memory() {
        var out = new LinkedHashMap<String, Tensor>();
        cells().forEach((name, cell) -> out.put(name, Layer.numbers(cell)));
        return out;
    }

    /** Goes on after step {@code done} with what was remembered then. */
    void restore(int done, Map<String, Tensor> kept) {
        var cells = cells();
        if (!kept.keySet().equals(cells.keySet())) {
            var missing = new ArrayList<>(cells.keySet());
            missing.removeAll(kept.keySet());
            var unknown = new ArrayList<>(kept.keySet());
            unknown.removeAll(cells.keySet());
            throw new TrainingException("resume: the checkpoint is of another optimizer or average: it lacks " + missing
                    + " and has " + unknown + " besides. Give the trainer what the first run had");
        }
        cells.forEach((name, cell) -> cell.load(Objects.requireNonNull(kept.get(name))));
        steps = done;
    }
}
