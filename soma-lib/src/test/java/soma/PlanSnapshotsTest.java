package soma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import soma.nn.AvgPool2d;
import soma.nn.Conv2d;
import soma.nn.Layer;
import soma.nn.Linear;
import soma.nn.Loss;
import soma.nn.MaxPool2d;
import soma.nn.Sequential;
import soma.nn.TransformerEncoderLayer;
import soma.optim.Iteration;
import soma.optim.Optimizer;
import soma.optim.Sgd;
import soma.optim.Updater;

/**
 * The plans of whole training steps as text: which kernels run, on which shapes, with what fused into them. A change of
 * the planner shows here, and is either explained or undone. {@code mvn -Dfast -pl soma-lib -am test
 * -Dtest=PlanSnapshotsTest -Dsurefire.failIfNoSpecifiedTests=false -Dsoma.test.flags=-Dsoma.snapshots=write} writes the
 * files anew.
 */
class PlanSnapshotsTest {
    private static final Path FOLDER = Path.of("src/test/resources/plans");

    private static <S> String step(Layer model, Loss loss, Optimizer<S> rule, Tensor x, Tensor y) {
        model.init(Rng.seed(1), x);
        var updater = new Updater<>(rule, model.trained());
        var step = Soma.compile(args -> Soma.training(Rng.of(() -> Rng.seed(1).key()), () -> {
            var value = loss.of(model.forward(args.get(0)), args.get(1));
            updater.apply(Iteration.of(1), Autodiff.grad(value, updater.values()));
            return List.of(value);
        }));
        step.apply(x, y);
        return stable(step.explain());
    }

    /** Each step without its number, bytes, operations and time, which change more often than the plan. */
    private static String stable(String plan) {
        return plan.lines()
                .filter(line -> line.matches(" *\\d+  .*"))
                .map(line -> line.replaceFirst("^ *\\d+  ", "").replaceFirst(" +\\d+ [kM]?B\\b.*$", ""))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static void check(String name, String plan) throws IOException {
        var file = FOLDER.resolve(name + ".txt");
        if (System.getProperty("soma.snapshots", "").equals("write")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, plan);
        }
        assertThat(plan).as(name).isEqualTo(Files.readString(file).replace("\r\n", "\n"));
    }

    private static Tensor classes(int n, int count) {
        return Rng.seed(2).integers(0, count, Shape.of(n));
    }

    @Test
    void classicLeNet() throws IOException {
        var model = Sequential.of(
                new Conv2d(1, 6, 5).pad(2),
                Tensor::sigmoid,
                new AvgPool2d(2),
                new Conv2d(6, 16, 5),
                Tensor::sigmoid,
                new AvgPool2d(2),
                x -> x.flatten(1),
                new Linear(400, 120),
                Tensor::sigmoid,
                new Linear(120, 84),
                Tensor::sigmoid,
                new Linear(84, 10));
        check(
                "lenet-classic",
                step(
                        model,
                        Loss::crossEntropy,
                        new Sgd(0.1).momentum(0.9),
                        Tensor.zeros(64, 1, 28, 28),
                        classes(64, 10)));
    }

    @Test
    void modernLeNet() throws IOException {
        var model = Sequential.of(
                new Conv2d(1, 16, 5).pad(2),
                Tensor::relu,
                new MaxPool2d(2),
                new Conv2d(16, 32, 5),
                Tensor::relu,
                new MaxPool2d(2),
                x -> x.flatten(1),
                new Linear(800, 120),
                Tensor::relu,
                new Linear(120, 84),
                Tensor::relu,
                new Linear(84, 10));
        check(
                "lenet-modern",
                step(
                        model,
                        Loss::crossEntropy,
                        new Sgd(0.1).momentum(0.9),
                        Tensor.zeros(64, 1, 28, 28),
                        classes(64, 10)));
    }

    @Test
    void transformerBlock() throws IOException {
        var block = new TransformerEncoderLayer(64, 4, 256)
                .dropout(0)
                .normFirst()
                .causal()
                .activation(Tensor::gelu);
        check(
                "transformer-block",
                step(block, Loss::mse, new Sgd(0.1), Tensor.zeros(8, 32, 64), Tensor.zeros(8, 32, 64)));
    }
}
