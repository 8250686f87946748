package soma.labs;

import java.util.List;
import soma.datasets.Mnist;
import soma.nn.Init;
import soma.nn.Linear;
import soma.nn.Loss;
import soma.nn.Sequential;
import soma.optim.Adam;
import soma.optim.Schedule;
import soma.plot.ImageGrid;
import soma.plot.TrainingFigures;
import soma.train.Metric;
import soma.train.Trainer;

/** Softmax regression on digits: one linear layer, whose rows are templates of the classes. */
final class SoftmaxRegression implements Lab {
    private static final int BATCH = 128;

    @Override
    public String id() {
        return "softmax-regression";
    }

    @Override
    public String group() {
        return "foundations";
    }

    @Override
    public String about() {
        return "softmax regression on digits; each class's template";
    }

    @Override
    public void run(LabRun run) {
        var mnist = Mnist.load();
        int epochs = run.quick() ? 2 : 10;
        var batches = (run.quick() ? mnist.train().take(20_000) : mnist.train()).batches(BATCH);
        var layer = new Linear(784, 10).init(Init.zeros()); // convex: no symmetry to break
        var model = Sequential.of(x -> x.flatten(1), layer);
        var trainer = new Trainer(model, Loss::crossEntropy, new Adam(Schedule.cosine(3e-3, epochs * batches.count())))
                .seed(run.seed())
                .metric(Metric.accuracy())
                .listener(run.progress());
        var report = trainer.fit(batches, mnist.test().batches(1000), epochs);
        run.weights(model);
        run.figure(
                "templates",
                new ImageGrid(
                                "what softmax regression looks for: red for, blue against",
                                layer.weight().value().reshape(10, 28, 28),
                                5,
                                5)
                        .asSigned()
                        .captioned(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")));
        run.figure("loss", TrainingFigures.loss("softmax regression on MNIST, validation on the test digits", report));
        run.atLeast("test_accuracy", report.validation().orElseThrow().metric("accuracy"), run.quick() ? 0.89 : 0.92);
    }
}
