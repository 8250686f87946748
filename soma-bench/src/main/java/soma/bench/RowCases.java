package soma.bench;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import soma.Autodiff;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.bench.Case.Work;
import soma.nn.BatchNorm2d;
import soma.nn.Embedding;
import soma.nn.GroupNorm;
import soma.nn.LayerNorm;
import soma.nn.Loss;
import soma.optim.Adam;
import soma.optim.Iteration;
import soma.optim.Updater;

/**
 * What reads and writes more than it computes. Results go into arrays that are there already, except where the name
 * says fresh.
 */
final class RowCases {
    private static final String GROUP = "rows";
    private static final double MEGA = 4 * 1_048_576.0;

    private final Steps s;
    private final List<Case> cases;

    private RowCases(Steps s, List<Case> cases) {
        this.s = s;
        this.cases = cases;
    }

    static void add(Steps s, List<Case> cases) {
        new RowCases(s, cases).add();
    }

    private void add() {
        forward("gelu-chain-1m", 2 * MEGA, RowCases::geluChain, 1_048_576);
        forward("softmax-fwd", MEGA, x -> x.softmax(-1), 512, 1024);
        one("softmax-fresh", MEGA, () -> Steps.fresh(x -> x.softmax(-1), s.normal(512, 1024)));
        one("softmax-train", 2 * MEGA, () -> s.forwardAndBackward(x -> x.softmax(-1), s.normal(512, 1024)));
        one("layernorm-fwd", MEGA, () -> s.inferInto(new LayerNorm(1024), s.normal(512, 1024)));
        one("layernorm-train", 2 * MEGA, () -> s.forwardAndBackward(new LayerNorm(1024), s.normal(512, 1024)));
        one("batchnorm-train", 8 * MEGA, () -> s.forwardAndBackward(new BatchNorm2d(64), s.normal(32, 64, 32, 32)));
        one("groupnorm-fwd", 4 * MEGA, () -> s.inferInto(new GroupNorm(8, 64), s.normal(32, 64, 32, 32)));
        one("groupnorm-train", 8 * MEGA, () -> s.forwardAndBackward(new GroupNorm(8, 64), s.normal(32, 64, 32, 32)));
        forward("sum-axis0", 4 * MEGA, x -> x.sum(0), 4096, 1024);
        forward("sum-axis1", 4 * MEGA, x -> x.sum(1), 4096, 1024);
        forward("max-axis1", 4 * MEGA, x -> x.amax(1), 4096, 1024);
        forward("cumsum-axis1", 8 * MEGA, x -> x.cumsum(1), 4096, 1024);
        forward("transpose-2048", 8 * MEGA, x -> x.t().mul(1), 2048, 2048);
        one("embedding-gather", 4 * MEGA, () -> {
            var ids = s.classes(30_522, 32, 128);
            return s.inferInto(new Embedding(30_522, 512), ids);
        });
        // The table's gradient: zeros, to which 4096 rows are added.
        one("embedding-grad", 4.0 * 30_522 * 512 + 2 * 2 * MEGA, this::embeddingGradient);
        one("cross-entropy-30k", 2 * 4.0 * 256 * 30_000, this::crossEntropy);
        one("adam-10m", 7 * 4 * 10e6, this::adam);
        sorted("sort-1024x1024", x -> x.sort(-1).values());
        sorted("topk-1024x1024", x -> x.topk(10, -1).values());
    }

    private void one(String id, double bytes, Supplier<Runnable> model) {
        cases.add(new Case(id, GROUP, Work.bytes(bytes), model));
    }

    private void forward(String id, double bytes, UnaryOperator<Tensor> f, int... shape) {
        one(id, bytes, () -> Steps.into(f, s.normal(shape)));
    }

    private void sorted(String id, UnaryOperator<Tensor> f) {
        forward(id, MEGA, f, 1024, 1024);
    }

    /** gelu_tanh(x a + b) x + exp(-x). */
    private static Tensor geluChain(Tensor x) {
        return x.mul(1.1).add(0.1).geluTanh().mul(x).add(x.neg().exp());
    }

    private Runnable embeddingGradient() {
        var table = Param.of(Tensor.randn(s.rng(), 30_522, 512));
        var ids = s.classes(30_522, 32, 128);
        var dy = s.normal(32, 128, 512);
        return Steps.intoAll(
                in -> Autodiff.vjp(table.value().take(0, in.get(0)), List.of(table.value()), in.get(1)), ids, dy);
    }

    /** The loss, and its gradient by the logits. */
    private Runnable crossEntropy() {
        var logits = s.normal(256, 30_000);
        var labels = s.classes(30_000, 256);
        return Steps.intoAll(
                in -> {
                    var loss = Loss.crossEntropy(in.get(0), in.get(1));
                    return List.of(loss, Autodiff.grad(loss, in.get(0)));
                },
                logits,
                labels);
    }

    /** One step over ten million parameters in 20 tensors, with gradients given. */
    private Runnable adam() {
        var params = IntStream.range(0, 20)
                .mapToObj(i -> Param.of(Tensor.randn(s.rng().fold(i), 500, 1000)))
                .toList();
        var gradients = params.stream()
                .map(p -> Steps.evaluated(Tensor.randn(Rng.seed(7), 500, 1000)))
                .toList();
        var updater = new Updater<>(new Adam(1e-3), params);
        var count = new int[1];
        var iteration = Iteration.of(() -> count[0]);
        var step = Soma.compile(in -> Soma.training(s.rng(), () -> {
            updater.apply(iteration, in);
            return List.of();
        }));
        return new Case.Step(step, () -> {
            count[0]++;
            step.apply(gradients);
        });
    }
}
