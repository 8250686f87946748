package soma.labs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import soma.Shape;
import soma.Tensor;
import soma.datasets.Mnist;
import soma.nn.AvgPool2d;
import soma.nn.Conv2d;
import soma.nn.Dropout;
import soma.nn.Init;
import soma.nn.Linear;
import soma.nn.Loss;
import soma.nn.MaxPool2d;
import soma.nn.Sequential;
import soma.optim.Adam;
import soma.optim.Schedule;
import soma.plot.ConfusionMatrix;
import soma.plot.ImageGrid;
import soma.plot.ReportPage;
import soma.plot.TrainingFigures;
import soma.train.Metric;
import soma.train.Trainer;

/**
 * LeNet on MNIST, as the lecture codes it (sigmoid, average pooling) and modernised (ReLU, max pooling). LeCun, Bottou, Bengio and
 * Haffner 1998.
 */
final class LeNet implements Lab {
    private static final int BATCH = 64;
    private static final List<String> DIGITS =
            IntStream.range(0, 10).mapToObj(Integer::toString).toList();

    @Override
    public String id() {
        return "lenet";
    }

    @Override
    public String group() {
        return "vision";
    }

    @Override
    public String about() {
        return "LeNet learns MNIST, classic and modernised";
    }

    private static Sequential classic() {
        return Sequential.of( // (N, 1, 28, 28)
                new Conv2d(1, 6, 5).pad(2).init(Init.xavierUniform()),
                Tensor::sigmoid,
                new AvgPool2d(2), // (N, 6, 14, 14)
                new Conv2d(6, 16, 5).init(Init.xavierUniform()),
                Tensor::sigmoid,
                new AvgPool2d(2), // (N, 16, 5, 5)
                x -> x.flatten(1),
                new Linear(400, 120).init(Init.xavierUniform()),
                Tensor::sigmoid,
                new Linear(120, 84).init(Init.xavierUniform()),
                Tensor::sigmoid,
                new Linear(84, 10).init(Init.xavierUniform())); // (N, 10)
    }

    private static Sequential modern() {
        return Sequential.of( // (N, 1, 28, 28)
                new Conv2d(1, 16, 5).pad(2),
                Tensor::relu,
                new MaxPool2d(2), // (N, 16, 14, 14)
                new Conv2d(16, 32, 5),
                Tensor::relu,
                new MaxPool2d(2), // (N, 32, 5, 5)
                x -> x.flatten(1),
                new Dropout(0.3),
                new Linear(800, 120),
                Tensor::relu,
                new Dropout(0.3),
                new Linear(120, 84),
                Tensor::relu,
                new Linear(84, 10)); // (N, 10)
    }

    @Override
    public void run(LabRun run) {
        var mnist = Mnist.load();
        double classic = train(run, "classic", classic(), 4e-3, run.quick() ? 1 : 12, mnist);
        double modern = train(run, "modern", modern(), 2e-3, run.quick() ? 1 : 7, mnist);
        run.atLeast("classic_test_accuracy", classic, run.quick() ? 0.8 : 0.985);
        run.atLeast("modern_test_accuracy", modern, run.quick() ? 0.95 : 0.991);
    }

    private static double train(LabRun run, String name, Sequential model, double lr, int epochs, Mnist mnist) {
        run.say("LeNet, " + name + System.lineSeparator() + model.summary(Shape.of(BATCH, 1, 28, 28)));
        var digits = run.quick() ? mnist.train().take(20_000) : mnist.train();
        var batches = digits.batches(BATCH);
        var trainer = new Trainer(model, Loss::crossEntropy, new Adam(Schedule.oneCycle(lr, epochs * batches.count())))
                .seed(run.seed())
                .metric(Metric.accuracy())
                .listener(run.progress());
        var report = trainer.fit(batches, mnist.test().batches(1000), epochs);
        run.weights(model);
        draw(run, name, model, trainer, mnist);
        run.figure(
                name + "-curves", TrainingFigures.loss("LeNet, " + name + ", validation on the test digits", report));
        run.figure(name + "-accuracy", TrainingFigures.metrics("LeNet, " + name + ", on the test digits", report));
        run.report(
                name + "-report",
                new ReportPage("LeNet, " + name + ", on MNIST", report)
                        .text(model.summary(Shape.of(BATCH, 1, 28, 28))));
        return report.validation().orElseThrow().metric("accuracy");
    }

    private static void draw(LabRun run, String name, Sequential model, Trainer trainer, Mnist mnist) {
        var first = (Conv2d) model.layers().get(0);
        run.figure(
                name + "-filters",
                new ImageGrid("what the first layer looks for", first.weight().value(), 8, 14).asSigned());
        var digit = mnist.test().x().narrow(0, 0, 1);
        var maps = model.layers().get(1).forward(first.forward(digit)).squeeze(0); // (C, 28, 28)
        run.figure(name + "-feature-maps", new ImageGrid("a seven as the first layer sees it", maps, 8, 4));

        var counts = new int[10][10];
        var wrong = new ArrayList<Tensor>();
        var captions = new ArrayList<String>();
        for (var batch : mnist.test().batches(1000)) {
            var guess = trainer.predict(batch.x()).argmax(1).toLongArray();
            var truth = batch.y().toLongArray();
            for (int i = 0; i < guess.length; i++) {
                counts[(int) truth[i]][(int) guess[i]]++;
                if (truth[i] != guess[i] && wrong.size() < 40) {
                    wrong.add(batch.x().select(0, i));
                    captions.add(truth[i] + " as " + guess[i]);
                }
            }
        }
        run.figure(name + "-confusion", new ConfusionMatrix("LeNet, " + name + ", 10,000 test digits", counts, DIGITS));
        run.figure(
                name + "-mistakes",
                new ImageGrid("mistakes", Tensor.stack(0, wrong.toArray(Tensor[]::new)), 10, 2).captioned(captions));
    }
}
