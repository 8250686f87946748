package soma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.train.Quadrants.mlp;
import static soma.train.Quadrants.noisy;
import static soma.train.Quadrants.sameBits;
import static soma.train.Quadrants.xor;

import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import soma.DType;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.data.Batch;
import soma.data.TensorDataset;
import soma.io.Safetensors;
import soma.nn.Layer;
import soma.nn.LayerNorm;
import soma.nn.Linear;
import soma.nn.Loss;
import soma.nn.Sequential;
import soma.optim.Adam;
import soma.optim.AdamW;
import soma.optim.Averaging;
import soma.optim.Groups;
import soma.optim.Plateau;
import soma.optim.Sgd;

class TrainerOptionsTest {
    @TempDir
    Path folder;

    @Test
    void accumulatedBatchesEqualALargeOne() {
        var large = mlp();
        var small = mlp();
        var train = xor(300, 1);
        var one = new Trainer(large, Loss::crossEntropy, new Adam(1e-2))
                .inOrder()
                .clipNorm(0.5)
                .fit(train.batches(96), 3);
        var seen = new ArrayList<Integer>();
        var many = new Trainer(small, Loss::crossEntropy, new Adam(1e-2))
                .inOrder()
                .clipNorm(0.5)
                .accumulate(3)
                .listener(e -> {
                    if (e instanceof TrainEvent.StepDone s && s.epoch() == 1) {
                        seen.add(s.examples());
                    }
                })
                .fit(train.batches(32), 3);
        assertThat(many.steps()).isEqualTo(one.steps());
        assertThat(seen).containsExactly(96, 96, 96, 12);
        large.stateDict()
                .forEach((name, t) -> assertThat(small.stateDict().get(name).toFloatArray())
                        .as(name)
                        .containsExactly(t.toFloatArray(), within(1e-4f)));
        assertThat(many.last().loss()).isCloseTo(one.last().loss(), within(1e-5));
        assertThatThrownBy(() -> new Trainer(mlp(), Loss::crossEntropy, new Sgd(1)).accumulate(0))
                .hasMessage("accumulate: 0 batches a step, expected at least 1");
    }

    private static Trainer everything(Layer model) {
        var adam = new AdamW(1e-2).weightDecay(0.1);
        return new Trainer(
                        model,
                        Loss::crossEntropy,
                        new Groups(adam)
                                .with(Groups.vectors(), adam.weightDecay(0))
                                .with(Groups.named("0\\..*"), new Sgd(new Plateau(0.05)).momentum(0.9)))
                .metric(Metric.accuracy())
                .accumulate(2)
                .average(Averaging.exponential(0.9))
                .clipValue(0.5)
                .seed(7);
    }

    @Test
    void resumedWithEverythingEqualsUninterrupted() {
        var train = xor(300, 1).batches(16).changed((b, rng) -> {
            var noise = rng.normal(DType.FLOAT32, b.x().shape());
            return new Batch(b.x().add(noise.mul(0.05)), b.y());
        });
        var test = xor(100, 2).batches(100);
        var whole = noisy();
        var straight = everything(whole).fit(train, test, 4);
        for (int stopAt : new int[] {1, 9, 10, 23}) {
            var directory = folder.resolve("at" + stopAt);
            var first = everything(noisy()).checkpoints(directory);
            first.listener(e -> {
                if (e instanceof TrainEvent.StepDone s && s.total() == stopAt) {
                    first.stop();
                }
            });
            first.fit(train, test, 4);
            var model = noisy();
            var report = everything(model).resume(directory).fit(train, test, 4);
            sameBits(whole, model);
            assertThat(report.epochs().stream().map(Epoch::validation))
                    .isEqualTo(straight.epochs().stream().map(Epoch::validation).toList());
        }
        var alone = noisy();
        Soma.withThreads(1, () -> everything(alone).fit(train, test, 4));
        sameBits(whole, alone);
    }

    @Test
    void averagedWeightsAreTriedKeptAndSaved() {
        var model = mlp();
        var train = xor(320, 1).batches(32);
        var test = xor(200, 2).batches(200);
        var trainer = new Trainer(model, Loss::crossEntropy, new Adam(2e-2))
                .average(Averaging.exponential(0.95))
                .checkpoints(folder);
        var within = new ArrayList<Evaluation>();
        trainer.listener(e -> {
            if (e instanceof TrainEvent.EpochDone) {
                within.add(trainer.evaluate(test));
            }
        });
        var report = trainer.fit(train, test, 3);
        assertThat(within)
                .isEqualTo(report.epochs().stream()
                        .map(e -> e.validation().orElseThrow())
                        .toList());
        // Afterwards the model has the averaged weights; the checkpoint has those that training goes on from.
        assertThat(trainer.evaluate(test)).isEqualTo(report.validation().orElseThrow());
        var best = Safetensors.read(folder.resolve("best.safetensors")).tensors();
        assertThat(report.best()).isEqualTo(3);
        assertThat(best.get("0.weight").toFloatArray())
                .isEqualTo(model.stateDict().get("0.weight").toFloatArray());
        var own = Safetensors.read(folder.resolve("last-30.safetensors")).tensors();
        assertThat(own.get("0.weight").toFloatArray())
                .isNotEqualTo(best.get("0.weight").toFloatArray());
        // A second fit goes on from them, as if there had been one fit only; they are those without any average.
        trainer.fit(train, test, 2);
        var straight = mlp();
        new Trainer(straight, Loss::crossEntropy, new Adam(2e-2))
                .average(Averaging.exponential(0.95))
                .fit(train, test, 5);
        sameBits(straight, model);
        var plain = mlp();
        new Trainer(plain, Loss::crossEntropy, new Adam(2e-2)).fit(train, test, 3);
        assertThat(own.get("0.weight").toFloatArray())
                .isEqualTo(plain.stateDict().get("0.weight").toFloatArray());
    }

    @Test
    void aCheckpointWithoutTheAverageIsRefused() {
        new Trainer(mlp(), Loss::crossEntropy, new Sgd(0.1))
                .checkpoints(folder)
                .fit(xor(8, 1).batches(4), 1);
        assertThatThrownBy(() -> new Trainer(mlp(), Loss::crossEntropy, new Sgd(0.1))
                        .average(Averaging.equal())
                        .resume(folder)
                        .fit(xor(8, 1).batches(4), 2))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith("resume: the checkpoint is of another optimizer or average: it lacks"
                        + " [average.0.weight, average.0.bias");
    }

    // ---- anomalies

    private static String anomaly(Layer model, TensorDataset data) {
        var trainer = new Trainer(model, Loss::mse, new Sgd(0.1)).inOrder().detectAnomalies();
        try {
            trainer.fit(data.batches(4), 3);
            return "none";
        } catch (TrainingException e) {
            return e.getMessage();
        }
    }

    private static TensorDataset numbers(double... x) {
        return TensorDataset.of(Tensor.of(x).to(DType.FLOAT32).reshape(x.length, 1), Tensor.zeros(x.length, 1));
    }

    @Test
    void theOpAndLayerOfTheFirstNanAreNamed() {
        var model = Sequential.of(new Linear(1, 3), new LayerNorm(3), Tensor::log, new Linear(3, 1));
        assertThat(anomaly(model, numbers(1, 2, 3, 4)))
                .startsWith("step 1: the first NaN arose in Log -> (4, 3), layer 1, given (4, 3) from -");
    }

    @Test
    void aNanInTheGradientOnly() {
        // At 0 the root is 0 and its slope infinite; times the slope of the square, 0, that is not a number.
        var model = Sequential.of(x -> x.square().sqrt(), new Linear(1, 1));
        var learned = Sequential.of(new Linear(1, 1), x -> x.sub(x).sqrt(), new Linear(1, 1));
        assertThat(anomaly(model, numbers(0, 1))).isEqualTo("none");
        assertThat(anomaly(learned, numbers(0, 1)))
                .startsWith("step 1: the first NaN arose in ")
                .contains("gradient at layer");
    }

    @Test
    void overflowIsToldApartFromItsConsequence() {
        var model = Sequential.of(new Linear(1, 1), x -> x.add(200).exp().softmax(0), new Linear(1, 1));
        assertThat(anomaly(model, numbers(1, 2)))
                .startsWith("step 1: the first NaN arose in Softmax -> (1, 2), layer 0")
                .contains("; the infinity it was given arose in Exp -> (2, 1), layer 0, given (2, 1) from ");
    }

    @Test
    void badDataAndBadWeightsAreNamed() {
        assertThat(anomaly(new Linear(1, 1), numbers(1, Double.NaN, Double.NaN)))
                .isEqualTo("step 1: the batch's inputs hold NaN (2 elements)");
        var model = new Linear(1, 1);
        model.init(Rng.seed(1));
        model.weight().load(Tensor.of(new float[] {Float.NaN}, 1, 1));
        assertThat(anomaly(model, numbers(1))).startsWith("step 1: parameter weight held NaN before the step");
    }

    @Test
    void withoutAnomaliesNothingChanges() {
        var a = noisy();
        var b = noisy();
        new Trainer(a, Loss::crossEntropy, new Adam(1e-2)).fit(xor(100, 1).batches(32), 2);
        new Trainer(b, Loss::crossEntropy, new Adam(1e-2))
                .detectAnomalies()
                .fit(xor(100, 1).batches(32), 2);
        sameBits(a, b);
    }
}
