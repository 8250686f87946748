package soma.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.data.Batch;
import soma.data.Batches;
import soma.io.Safetensors;
import soma.nn.Layer;
import soma.nn.Loss;
import soma.optim.Averaging;
import soma.optim.Gradients;
import soma.optim.Groups;
import soma.optim.Optimizer;
import soma.optim.Plateau;

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
    private final Groups groups;
    private final List<Consumer<TrainEvent>> listeners = new ArrayList<>();
    private long seed = 1;
    private boolean shuffle = true;
    private int patience = Integer.MAX_VALUE;
    private boolean keepBest;
    private @Nullable Metric watched;
    private UnaryOperator<List<Tensor>> clip = UnaryOperator.identity();
    private int accumulated = 1;
    private Optional<Averaging> averaging = Optional.empty();
    private boolean suspicious;
    private @Nullable Path folder;
    private int saveEvery = Integer.MAX_VALUE;
    private volatile boolean stopAsked;

    private @Nullable Stepper stepper;
    private final Evaluator evaluator;
    private final Soma.Compiled prediction;
    private final List<Epoch> epochs = new ArrayList<>();
    private int batchesDone;
    private double lossSum;
    private long seen;
    private double secondsBefore;
    private int bestEpoch;
    private double bestValue = Double.NaN;
    private Map<String, Tensor> bestWeights = Map.of();
    private boolean resumed;
    private boolean training;
    /** The model's own weights while, after a fit, it has others: averaged ones. */
    private Map<String, Tensor> ownWeights = Map.of();

    public Trainer(Layer model, Loss loss, Optimizer<?> optimizer) {
        this(model, loss, new Groups(optimizer));
    }

    /** With parameter groups, each with an optimizer of its own. */
    public Trainer(Layer model, Loss loss, Groups groups) {
        this.model = model;
        this.loss = loss;
        this.groups = groups;
        this.evaluator = new Evaluator(model, loss);
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
        evaluator.add(metric);
        return this;
    }

    /**
     * Best is what is best by this metric, which is computed at each validation; otherwise the lowest validation loss.
     */
    public Trainer watch(Metric metric) {
        watched = metric;
        return evaluator.has(metric) ? this : metric(metric);
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

    /**
     * Takes a step only after each {@code count} batches, with their mean gradient: what one batch of all their
     * examples would give, for a loss that is a mean over examples, with the memory of a small one. What is left at the
     * end of an epoch makes a smaller step.
     */
    public Trainer accumulate(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("accumulate: " + count + " batches a step, expected at least 1");
        }
        accumulated = count;
        return this;
    }

    /**
     * Averages the weights over steps. Validation, the best weights and predictions are the average's; after {@link
     * #fit} the model has the averaged weights, and a further fit goes on from its own.
     */
    public Trainer average(Averaging rule) {
        averaging = Optional.of(rule);
        return this;
    }

    /**
     * When a loss or gradient is not finite, says in which op and layer the first such number arose. Every step keeps a
     * copy of the weights for it, so this is for finding mistakes.
     */
    public Trainer detectAnomalies() {
        suspicious = true;
        return this;
    }

    /** Tells {@code listener} what happens, on the thread that trains. */
    public Trainer listener(Consumer<TrainEvent> listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Keeps checkpoints in this folder after each epoch: the last, to resume from, and the best one's weights. Ctrl-C
     * then ends training after the step it is at, with a checkpoint.
     */
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
        stopAsked = false;
        var steps = prepare(train);
        int last = resumed ? count : epochs.size() + count;
        resumed = false;
        var ended = Report.End.DONE;
        training = true;
        try (var _ = folder == null ? null : new Interrupt(this::stop)) {
            tell(new TrainEvent.Started(
                    last, Math.ceilDiv(train.count(), accumulated), epochs.size() + 1, steps.steps()));
            while (epochs.size() < last && ended == Report.End.DONE) {
                ended = epoch(steps, train, validation);
            }
        } finally {
            training = false;
        }
        leave(steps, ended);
        var report = new Report(epochs, bestEpoch, ended, steps.steps());
        tell(new TrainEvent.Finished(report));
        return report;
    }

    /** The weights the model has after a fit: the best ones, the averaged ones or its own. */
    private void leave(Stepper steps, Report.End ended) {
        boolean best = keepBest && !bestWeights.isEmpty() && ended != Report.End.STOPPED;
        if (steps.average().isPresent()) {
            var averaged = inAverage(steps, model::stateDict);
            ownWeights = model.stateDict();
            model.load(best ? bestWeights : averaged);
        } else if (best) {
            model.load(bestWeights);
        }
    }

    private <T> T inAverage(Stepper steps, Supplier<T> body) {
        return steps.average().map(a -> a.using(body)).orElseGet(body);
    }

    /** First numbers for the model, and the optimizer's state, unless they are there from an earlier fit. */
    private Stepper prepare(Batches train) {
        var before = stepper;
        if (before != null) {
            if (!ownWeights.isEmpty()) {
                model.load(ownWeights);
                ownWeights = Map.of();
            }
            return before;
        }
        var saved = resumed && folder != null ? Checkpoint.load(folder) : Optional.<Checkpoint.State>empty();
        seed = saved.map(Checkpoint.State::seed).orElse(seed);
        model.init(Rng.seed(seed).fold(WEIGHTS), train.from(0).iterator().next().x());
        var made =
                new Stepper(model, loss, groups, clip, averaging, Rng.seed(seed).fold(STEPS), suspicious);
        saved.ifPresent(s -> restore(s, made));
        stepper = made;
        return made;
    }

    private Report.End epoch(Stepper steps, Batches train, Optional<Batches> validation) {
        long start = System.nanoTime();
        int number = epochs.size() + 1;
        var batches = (shuffle
                        ? train.shuffled(Rng.seed(seed).fold(ORDER).fold(number), batchesDone)
                        : train.from(batchesDone))
                .iterator();
        while (batches.hasNext()) {
            var together = new ArrayList<Batch>(accumulated);
            while (together.size() < accumulated && batches.hasNext()) {
                together.add(batches.next());
            }
            step(steps, together, number);
            if (stopAsked || steps.steps() % saveEvery == 0) {
                double seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
                save(steps, seconds);
                if (stopAsked) {
                    secondsBefore = seconds;
                    return Report.End.STOPPED;
                }
            }
        }
        var tried = validation.map(this::evaluate);
        double seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
        double lr = groups.rest().lr().at(steps.steps() - 1);
        var epoch = new Epoch(number, lossSum / seen, tried, lr, seconds);
        epochs.add(epoch);
        batchesDone = 0;
        lossSum = 0;
        seen = 0;
        secondsBefore = 0;
        boolean best = tried.isPresent() && note(steps, number, tried.get());
        save(steps, 0);
        tell(new TrainEvent.EpochDone(epoch, best));
        return tried.isPresent() && number - bestEpoch >= patience ? Report.End.NO_PROGRESS : Report.End.DONE;
    }

    private void step(Stepper steps, List<Batch> batches, int epoch) {
        double value = steps.step(batches);
        if (!Double.isFinite(value)) {
            throw new TrainingException("the loss became " + value + " at step " + steps.steps() + " (epoch " + epoch
                    + ", batch " + (batchesDone + batches.size())
                    + "). Try a lower learning rate or clipNorm(1), and look for NaN in the data;"
                    + " detectAnomalies() tells where it arose");
        }
        int examples = batches.stream().mapToInt(Batch::size).sum();
        batchesDone += batches.size();
        lossSum += value * examples;
        seen += examples;
        tell(new TrainEvent.StepDone(
                epoch, Math.ceilDiv(batchesDone, accumulated), steps.steps(), value, lossSum / seen, examples));
    }

    /** Takes note of a validation; whether it is the best so far. */
    private boolean note(Stepper steps, int number, Evaluation tried) {
        double value = watched == null
                ? tried.loss()
                : Objects.requireNonNull(tried.metrics().get(watched.name()));
        boolean higher = watched != null && watched.higherIsBetter();
        groups.plateaus().forEach(p -> p.report(value));
        boolean better = bestEpoch == 0 || (higher ? value > bestValue : value < bestValue);
        if (better) {
            bestEpoch = number;
            bestValue = value;
            if (keepBest || folder != null) {
                var weights = inAverage(steps, model::stateDict);
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

    private void save(Stepper steps, double seconds) {
        if (folder == null) {
            return;
        }
        var state = new Checkpoint.State(
                Checkpoint.weightsName(steps.steps()),
                Checkpoint.optimizerName(steps.steps()),
                seed,
                steps.steps(),
                epochs.size(),
                batchesDone,
                lossSum,
                seen,
                seconds,
                bestEpoch,
                bestValue,
                groups.plateaus().stream().map(Plateau::memory).toList(),
                List.copyOf(epochs));
        Checkpoint.save(folder, state, model.stateDict(), steps.memory());
    }

    private void restore(Checkpoint.State s, Stepper steps) {
        var directory = Objects.requireNonNull(folder);
        model.load(Safetensors.read(directory.resolve(s.weights())).tensors());
        steps.restore(
                s.steps(), Safetensors.read(directory.resolve(s.optimizer())).tensors());
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
        var plateaus = groups.plateaus();
        if (plateaus.size() != s.plateaus().size()) {
            throw new TrainingException("resume: the checkpoint in " + directory + " remembers "
                    + s.plateaus().size() + " Plateau schedules, the optimizers have " + plateaus.size());
        }
        for (int i = 0; i < plateaus.size(); i++) {
            plateaus.get(i).restore(s.plateaus().get(i));
        }
    }

    // ---- using the model

    /** The model's outputs for {@code x}, in inference mode. */
    public Tensor predict(Tensor x) {
        return withAverage(() -> prediction.apply(x).get(0));
    }

    /** While training the average is beside the model, afterwards in it. */
    private <T> T withAverage(Supplier<T> body) {
        var steps = stepper;
        return steps != null && training ? inAverage(steps, body) : body.get();
    }

    /** Mean loss and metrics over these batches, in inference mode. */
    public Evaluation evaluate(Batches batches) {
        return withAverage(() -> evaluator.of(batches));
    }
}
