package soma.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import soma.Autodiff;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.data.Batch;
import soma.data.Batches;
import soma.io.Safetensors;
import soma.nn.Layer;
import soma.nn.Loss;
import soma.optim.Gradients;
import soma.optim.Iteration;
import soma.optim.Optimizer;
import soma.optim.Plateau;
import soma.optim.Updater;

/**
 * The training loop: for each batch the loss, its gradient and the optimizer's step, all one compiled function;
 * validation after each epoch; and what one wants around that. Every random number derives from the seed and the step,
 * so that a run that was interrupted and resumed ends with the same bits as one that was not.
 * {@snippet :
 * var trainer = new Trainer(model, Loss::crossEntropy, new Adam(1e-3)).metric(Metric.accuracy());
 * IO.println(trainer.fit(train.batches(128), test.batches(1000), 3));
 * }
 */
public final class Trainer {
    /** What the seed is folded with for each purpose. */
    private static final int WEIGHTS = 0;

    private static final int ORDER = 1;
    private static final int STEPS = 2;

    private final Layer model;
    private final Loss loss;
    private final Optimizer<?> optimizer;
    private final List<Metric> metrics = new ArrayList<>();
    private final List<Consumer<TrainEvent>> listeners = new ArrayList<>();
    private long seed = 1;
    private boolean shuffle = true;
    private int patience = Integer.MAX_VALUE;
    private boolean keepBest;
    private @Nullable Metric watched;
    private UnaryOperator<List<Tensor>> clip = UnaryOperator.identity();
    private @Nullable Path folder;
    private int saveEvery = Integer.MAX_VALUE;
    private volatile boolean stopAsked;

    private @Nullable Updater<?> updater;
    private Soma.@Nullable Compiled step;
    private Soma.@Nullable Compiled evaluation;
    private final Soma.Compiled prediction;
    private final List<Epoch> epochs = new ArrayList<>();
    private int steps;
    private int batchesDone;
    private double lossSum;
    private long seen;
    private double secondsBefore;
    private int bestEpoch;
    private double bestValue = Double.NaN;
    private Map<String, Tensor> bestWeights = Map.of();
    private boolean resumed;

    public Trainer(Layer model, Loss loss, Optimizer<?> optimizer) {
        this.model = model;
        this.loss = loss;
        this.optimizer = optimizer;
        this.prediction = Soma.compile(args -> List.of(model.forward(args.get(0))));
    }

    // ---- what one may choose; each method changes this trainer and returns it

    /** The source of all randomness: first weights, order of the examples, dropout. 1 if not given. */
    public Trainer seed(long value) {
        seed = value;
        return this;
    }

    /** Also computes {@code metric} at each validation. */
    public Trainer metric(Metric metric) {
        metrics.add(metric);
        return this;
    }

    /**
     * Best is what is best by this metric, which is computed at each validation; otherwise the lowest validation loss.
     */
    public Trainer watch(Metric metric) {
        watched = metric;
        return metrics.stream().anyMatch(m -> m.name().equals(metric.name())) ? this : metric(metric);
    }

    /** Ends after this many epochs without a better one. */
    public Trainer patience(int count) {
        patience = count;
        return this;
    }

    /** Gives the model the weights of the best epoch when all is done. */
    public Trainer keepBest() {
        keepBest = true;
        return this;
    }

    /** Takes the batches in their own order, not a new one in each epoch. */
    public Trainer inOrder() {
        shuffle = false;
        return this;
    }

    /** Shrinks gradients to this norm, all together. */
    public Trainer clipNorm(double most) {
        clip = gradients -> Gradients.clipByNorm(gradients, most);
        return this;
    }

    /** Cuts each element of the gradients to this size. */
    public Trainer clipValue(double most) {
        clip = gradients -> Gradients.clipByValue(gradients, most);
        return this;
    }

    /** Tells {@code listener} what happens, on the thread that trains. */
    public Trainer listener(Consumer<TrainEvent> listener) {
        listeners.add(listener);
        return this;
    }

    /** Keeps checkpoints in this folder after each epoch: the last, to resume from, and the best one's weights. */
    public Trainer checkpoints(Path directory) {
        folder = directory;
        return this;
    }

    /** Also keeps a checkpoint after every {@code n} steps. */
    public Trainer checkpointEvery(int n) {
        saveEvery = n;
        return this;
    }

    /**
     * Goes on from the checkpoint in this folder, if there is one, and keeps further ones there. The number of epochs
     * given to
     * {@link #fit} then counts those done before.
     */
    public Trainer resume(Path directory) {
        folder = directory;
        resumed = true;
        return this;
    }

    /** Asks {@link #fit} to end after the step it is at, with a checkpoint; from any thread. */
    public void stop() {
        stopAsked = true;
    }

    // ---- training

    /** Trains for {@code count} epochs, without validation. */
    public Report fit(Batches train, int count) {
        return fit(train, Optional.empty(), count);
    }

    /** Trains for {@code count} epochs; after each the model is tried on {@code validation}. */
    public Report fit(Batches train, Batches validation, int count) {
        return fit(train, Optional.of(validation), count);
    }

    private Report fit(Batches train, Optional<Batches> validation, int count) {
        if (train.count() == 0) {
            throw new TrainingException(
                    "fit: no batches to train on; " + train.data().size() + " examples, batches of " + train.batchSize()
                            + (train.dropRest() ? " without the rest" : ""));
        }
        prepare(train);
        stopAsked = false;
        int last = resumed ? count : epochs.size() + count;
        resumed = false;
        tell(new TrainEvent.Started(last, train.count(), epochs.size() + 1));
        var ended = Report.End.DONE;
        while (epochs.size() < last && ended == Report.End.DONE) {
            ended = epoch(train, validation);
        }
        if (keepBest && !bestWeights.isEmpty() && ended != Report.End.STOPPED) {
            model.load(bestWeights);
        }
        var report = new Report(epochs, bestEpoch, ended, steps);
        tell(new TrainEvent.Finished(report));
        return report;
    }

    /** First numbers for the model, and the optimizer's state, unless they are there from an earlier fit. */
    private void prepare(Batches train) {
        if (updater != null) {
            return;
        }
        var saved = resumed && folder != null ? Checkpoint.load(folder) : Optional.<Checkpoint.State>empty();
        model.init(
                Rng.seed(saved.map(Checkpoint.State::seed).orElse(seed)).fold(WEIGHTS),
                train.from(0).iterator().next().x());
        var u = updaterOf(optimizer);
        updater = u;
        step = Soma.compile(args -> Soma.training(stepRng(), () -> {
            var value = loss.of(model.forward(args.get(0)), args.get(1));
            u.apply(Iteration.of(() -> steps), clip.apply(Autodiff.grad(value, u.values())));
            return List.of(value);
        }));
        saved.ifPresent(s -> restore(s, u));
    }

    private <S> Updater<S> updaterOf(Optimizer<S> rule) {
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
        return new Updater<>(rule, trained);
    }

    /** A source that gives each step its own keys, also within a compiled function. */
    private Rng stepRng() {
        return Rng.of(() -> Rng.seed(seed).fold(STEPS).fold(steps).key());
    }

    private Report.End epoch(Batches train, Optional<Batches> validation) {
        long start = System.nanoTime();
        int number = epochs.size() + 1;
        var batches = shuffle
                ? train.shuffled(Rng.seed(seed).fold(ORDER).fold(number), batchesDone)
                : train.from(batchesDone);
        for (var batch : batches) {
            step(batch, number);
            if (stopAsked || steps % saveEvery == 0) {
                double seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
                save(seconds);
                if (stopAsked) {
                    secondsBefore = seconds;
                    return Report.End.STOPPED;
                }
            }
        }
        var tried = validation.map(this::evaluate);
        double seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
        var epoch = new Epoch(number, lossSum / seen, tried, optimizer.lr().at(steps - 1), seconds);
        epochs.add(epoch);
        batchesDone = 0;
        lossSum = 0;
        seen = 0;
        secondsBefore = 0;
        boolean best = tried.isPresent() && note(number, tried.get());
        save(0);
        tell(new TrainEvent.EpochDone(epoch, best));
        return tried.isPresent() && number - bestEpoch >= patience ? Report.End.NO_PROGRESS : Report.End.DONE;
    }

    private void step(Batch batch, int epoch) {
        steps++;
        double value =
                Objects.requireNonNull(step).apply(batch.x(), batch.y()).get(0).item();
        if (!Double.isFinite(value)) {
            throw new TrainingException("the loss became " + value + " at step " + steps + " (epoch " + epoch
                    + ", batch " + (batchesDone + 1)
                    + "). Try a lower learning rate or clipNorm(1), and look for NaN in the data");
        }
        batchesDone++;
        lossSum += value * batch.size();
        seen += batch.size();
        tell(new TrainEvent.StepDone(epoch, batchesDone, steps, value, lossSum / seen, batch.size()));
    }

    /** Takes note of a validation; whether it is the best so far. */
    private boolean note(int number, Evaluation tried) {
        double value = watched == null
                ? tried.loss()
                : Objects.requireNonNull(tried.metrics().get(watched.name()));
        boolean higher = watched != null && watched.higherIsBetter();
        if (optimizer.lr() instanceof Plateau plateau) {
            plateau.report(value);
        }
        boolean better = bestEpoch == 0 || (higher ? value > bestValue : value < bestValue);
        if (better) {
            bestEpoch = number;
            bestValue = value;
            if (keepBest || folder != null) {
                var weights = model.stateDict();
                if (keepBest) {
                    bestWeights = weights;
                }
                if (folder != null) {
                    Checkpoint.saveBest(
                            folder, weights, Map.of("format", "pt", "epoch", "" + number, "validation", "" + tried));
                }
            }
        }
        return better;
    }

    private void tell(TrainEvent event) {
        for (var listener : listeners) {
            listener.accept(event);
        }
    }

    // ---- checkpoints

    private void save(double seconds) {
        if (folder == null) {
            return;
        }
        var state = new Checkpoint.State(
                Checkpoint.weightsName(steps),
                Checkpoint.optimizerName(steps),
                seed,
                steps,
                epochs.size(),
                batchesDone,
                lossSum,
                seen,
                seconds,
                bestEpoch,
                bestValue,
                optimizer.lr() instanceof Plateau p ? Optional.of(p.memory()) : Optional.empty(),
                List.copyOf(epochs));
        Checkpoint.save(folder, state, model.stateDict(), cells());
    }

    private Map<String, Tensor> cells() {
        var out = new LinkedHashMap<String, Tensor>();
        Objects.requireNonNull(updater).state().forEach((name, cell) -> out.put(name, Layer.numbers(cell)));
        return out;
    }

    private void restore(Checkpoint.State s, Updater<?> u) {
        var directory = Objects.requireNonNull(folder);
        model.load(Safetensors.read(directory.resolve(s.weights())).tensors());
        var kept = Safetensors.read(directory.resolve(s.optimizer())).tensors();
        if (!kept.keySet().equals(u.state().keySet())) {
            throw new TrainingException(
                    "resume: the checkpoint in " + directory + " is of another optimizer: it remembers " + kept.keySet()
                            + ", this one " + u.state().keySet());
        }
        u.state().forEach((name, cell) -> cell.load(Objects.requireNonNull(kept.get(name))));
        seed = s.seed();
        steps = s.steps();
        batchesDone = s.batch();
        lossSum = s.lossSum();
        seen = s.seen();
        secondsBefore = s.seconds();
        bestEpoch = s.bestEpoch();
        bestValue = s.bestValue();
        epochs.addAll(s.epochs());
        var best = directory.resolve("best.safetensors");
        if (keepBest && bestEpoch > 0) {
            bestWeights = Safetensors.read(best).tensors();
        }
        if (optimizer.lr() instanceof Plateau plateau && s.plateau().isPresent()) {
            plateau.restore(s.plateau().get());
        }
    }

    // ---- using the model

    /** The model's outputs for {@code x}, in inference mode. */
    public Tensor predict(Tensor x) {
        return prediction.apply(x).get(0);
    }

    /** Mean loss and metrics over these batches, in inference mode. */
    public Evaluation evaluate(Batches batches) {
        var measured = evaluation;
        if (measured == null) {
            measured = Soma.compile(args -> Soma.inference(() -> {
                var p = model.forward(args.get(0));
                var y = args.get(1);
                var out = new ArrayList<Tensor>(List.of(loss.of(p, y)));
                metrics.forEach(m -> out.add(m.mean().apply(p, y)));
                return out;
            }));
            evaluation = measured;
        }
        var sums = new double[1 + metrics.size()];
        long count = 0;
        for (var batch : batches) {
            var values = measured.apply(batch.x(), batch.y());
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values.get(i).item() * batch.size();
            }
            count += batch.size();
        }
        var named = new LinkedHashMap<String, Double>();
        for (int i = 0; i < metrics.size(); i++) {
            named.put(metrics.get(i).name(), sums[i + 1] / count);
        }
        return new Evaluation(sums[0] / count, named);
    }
}
