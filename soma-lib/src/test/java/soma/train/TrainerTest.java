package soma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.train.Quadrants.mlp;
import static soma.train.Quadrants.noisy;
import static soma.train.Quadrants.sameBits;
import static soma.train.Quadrants.xor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import soma.DType;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.data.TensorDataset;
import soma.io.Safetensors;
import soma.nn.Loss;
import soma.optim.Adam;
import soma.optim.Plateau;
import soma.optim.Schedule;
import soma.optim.Sgd;

class TrainerTest {
    @TempDir
    Path folder;

    @Test
    void learnsXor() {
        var trainer = new Trainer(mlp(), Loss::crossEntropy, new Adam(1e-2))
                .metric(Metric.accuracy())
                .metric(Metric.topK(2));
        var report = trainer.fit(xor(1000, 1).batches(50), xor(500, 2).batches(200), 12);
        var last = report.validation().orElseThrow();
        assertThat(last.metrics().get("accuracy")).isGreaterThan(0.95);
        assertThat(last.metrics().get("top2")).isEqualTo(1);
        assertThat(report.steps()).isEqualTo(240);
        assertThat(report.epochs()).hasSize(12);
        assertThat(report.epochs().getFirst().loss())
                .isGreaterThan(report.last().loss());
        assertThat(report.ended()).isEqualTo(Report.End.DONE);
        assertThat(report.toString()).contains("epoch 12: loss 0.").contains("accuracy 0.9");
        var test = xor(7, 3);
        assertThat(trainer.predict(test.x()).shape()).isEqualTo(Shape.of(7, 2));
        assertThat(trainer.evaluate(xor(500, 2).batches(500)).loss()).isCloseTo(last.loss(), within(1e-5));
    }

    @Test
    void sameSeedSameBitsOtherSeedOthers() {
        var a = noisy();
        var b = noisy();
        var c = noisy();
        new Trainer(a, Loss::crossEntropy, new Adam(1e-2))
                .seed(3)
                .fit(xor(300, 1).batches(32), 2);
        Soma.withThreads(
                1,
                () -> new Trainer(b, Loss::crossEntropy, new Adam(1e-2))
                        .seed(3)
                        .fit(xor(300, 1).batches(32), 2));
        new Trainer(c, Loss::crossEntropy, new Adam(1e-2))
                .seed(4)
                .fit(xor(300, 1).batches(32), 2);
        sameBits(a, b);
        assertThat(c.stateDict().get("0.weight").toFloatArray())
                .isNotEqualTo(a.stateDict().get("0.weight").toFloatArray());
    }

    @Test
    void resumedEqualsUninterrupted() throws IOException {
        var train = xor(300, 1).batches(32);
        var test = xor(100, 2).batches(100);
        var whole = noisy();
        var straight = new Trainer(whole, Loss::crossEntropy, new Adam(Schedule.cosine(1e-2, 40)))
                .seed(5)
                .clipNorm(1)
                .fit(train, test, 4);
        for (int stopAt : new int[] {1, 10, 13, 25}) {
            var directory = folder.resolve("at" + stopAt);
            var first = new Trainer(noisy(), Loss::crossEntropy, new Adam(Schedule.cosine(1e-2, 40)))
                    .seed(5)
                    .clipNorm(1)
                    .checkpoints(directory);
            first.listener(e -> {
                if (e instanceof TrainEvent.StepDone s && s.total() == stopAt) {
                    first.stop();
                }
            });
            assertThat(first.fit(train, test, 4).ended()).isEqualTo(Report.End.STOPPED);
            var model = noisy();
            var report = new Trainer(model, Loss::crossEntropy, new Adam(Schedule.cosine(1e-2, 40)))
                    .clipNorm(1)
                    .resume(directory)
                    .fit(train, test, 4);
            sameBits(whole, model);
            assertThat(report.epochs()).hasSize(4);
            for (int i = 0; i < 4; i++) {
                assertThat(report.epochs().get(i).loss())
                        .isEqualTo(straight.epochs().get(i).loss());
                assertThat(report.epochs().get(i).validation())
                        .isEqualTo(straight.epochs().get(i).validation());
            }
            assertThat(report.best()).isEqualTo(straight.best());
            try (var files = Files.list(directory)) {
                assertThat(files.map(f -> f.getFileName().toString()))
                        .containsExactlyInAnyOrder(
                                "best.safetensors",
                                "checkpoint.json",
                                "last-40.safetensors",
                                "last-40.optimizer.safetensors");
            }
        }
    }

    @Test
    void fittingTwiceGoesOn() {
        var train = xor(200, 1).batches(32);
        var a = mlp();
        var b = mlp();
        new Trainer(a, Loss::crossEntropy, new Adam(1e-2)).fit(train, 4);
        var twice = new Trainer(b, Loss::crossEntropy, new Adam(1e-2));
        twice.fit(train, 1);
        assertThat(twice.fit(train, 3).epochs()).hasSize(4);
        sameBits(a, b);
    }

    @Test
    void bestIsKeptAndPatienceEnds() {
        var model = mlp();
        var rates = new Schedule() {
            @Override
            public double at(int step) {
                return step < 100 ? 0.5 : 0;
            }
        };
        var trainer = new Trainer(model, Loss::crossEntropy, new Sgd(rates).momentum(0.5))
                .watch(Metric.accuracy())
                .patience(3)
                .keepBest()
                .checkpoints(folder);
        var test = xor(200, 2).batches(200);
        var report = trainer.fit(xor(320, 1).batches(32), test, 50);
        assertThat(report.ended()).isEqualTo(Report.End.NO_PROGRESS);
        assertThat(report.epochs()).hasSize(report.best() + 3);
        var best = report.epochs().get(report.best() - 1).validation().orElseThrow();
        assertThat(trainer.evaluate(test)).isEqualTo(best);
        var saved = Safetensors.read(folder.resolve("best.safetensors"));
        assertThat(saved.metadata()).containsEntry("epoch", "" + report.best());
        saved.tensors()
                .forEach((name, t) -> assertThat(t.toFloatArray())
                        .isEqualTo(model.stateDict().get(name).toFloatArray()));
        report.epochs()
                .forEach(e -> assertThat(e.validation().orElseThrow().metrics().get("accuracy"))
                        .isLessThanOrEqualTo(best.metrics().get("accuracy")));
    }

    @Test
    void plateauIsTold() {
        var plateau = new Plateau(0.1, new Plateau.Options(false, 0.5, 0, 1e9, false, 0, 0));
        var report = new Trainer(mlp(), Loss::crossEntropy, new Sgd(plateau))
                .fit(xor(64, 1).batches(32), xor(64, 2).batches(64), 3);
        assertThat(report.epochs().stream().map(Epoch::lr)).containsExactly(0.1, 0.1, 0.05);
        assertThat(plateau.at(0)).isEqualTo(0.025);
    }

    @Test
    void eventsInOrder() {
        var seen = new ArrayList<String>();
        new Trainer(mlp(), Loss::crossEntropy, new Sgd(0.1))
                .inOrder()
                .listener(e -> seen.add(
                        switch (e) {
                            case TrainEvent.Started s -> "start " + s.epochs() + " x " + s.stepsPerEpoch();
                            case TrainEvent.StepDone s -> s.epoch() + "." + s.step() + " " + s.examples();
                            case TrainEvent.EpochDone d -> "epoch " + d.epoch().number() + " " + d.best();
                            case TrainEvent.Finished f -> "end " + f.report().steps();
                        }))
                .fit(xor(50, 1).batches(32), 2);
        assertThat(seen)
                .containsExactly(
                        "start 2 x 2",
                        "1.1 32",
                        "1.2 18",
                        "epoch 1 false",
                        "2.1 32",
                        "2.2 18",
                        "epoch 2 false",
                        "end 4");
    }

    @Test
    void progressLineIsPlainWithoutATerminal() {
        var bytes = new ByteArrayOutputStream();
        new Trainer(mlp(), Loss::crossEntropy, new Sgd(0.1))
                .listener(new ProgressLine(new PrintStream(bytes, true), false))
                .fit(xor(50, 1).batches(32), xor(50, 2).batches(50), 1);
        assertThat(bytes.toString())
                .matches("epoch 1/1: loss \\d\\.\\d{4}; validation loss \\d\\.\\d{4}; \\d+\\.\\d s; best so far\\R");
    }

    @Test
    void problemsAreSaid() {
        var bad = TensorDataset.of(
                Tensor.full(DType.FLOAT32, Shape.of(4, 2), Double.NaN), Tensor.of(new long[] {0, 1, 0, 1}));
        assertThatThrownBy(() -> new Trainer(mlp(), Loss::crossEntropy, new Sgd(0.1)).fit(bad.batches(4), 1))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith("the loss became NaN at step 1 (epoch 1, batch 1). Try a lower learning rate");
        assertThatThrownBy(() -> new Trainer(Tensor::tanh, Loss::mse, new Sgd(0.1))
                        .fit(xor(4, 1).batches(4), 1))
                .hasMessageStartingWith("fit: the model has no parameters to train.");
        assertThatThrownBy(() -> new Trainer(mlp(), Loss::crossEntropy, new Sgd(0.1))
                        .fit(xor(3, 1).batches(4).withoutRest(), 1))
                .hasMessageStartingWith("fit: no batches to train on; 3 examples, batches of 4 without the rest");
        var other = new Trainer(mlp(), Loss::crossEntropy, new Sgd(0.1)).checkpoints(folder);
        other.fit(xor(4, 1).batches(4), 1);
        assertThatThrownBy(() -> new Trainer(mlp(), Loss::crossEntropy, new Adam(0.1))
                        .resume(folder)
                        .fit(xor(4, 1).batches(4), 2))
                .hasMessageContaining("of another optimizer or average");
    }

    @Test
    void memoryOfManyStepsIsFlat() {
        var trainer = new Trainer(mlp(), Loss::crossEntropy, new Adam(1e-3));
        var train = xor(320, 1).batches(32);
        trainer.fit(train, 2);
        long before = used();
        trainer.fit(train, 30);
        assertThat(used() - before).isLessThan(4 << 20);
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
