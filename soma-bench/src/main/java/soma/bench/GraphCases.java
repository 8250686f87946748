package soma.bench;

import java.util.List;
import java.util.ServiceLoader;
import soma.Autodiff;
import soma.DType;
import soma.Executor;
import soma.Param;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.bench.Case.Work;
import soma.nn.Layer;
import soma.nn.Linear;
import soma.nn.Loss;
import soma.nn.Sequential;
import soma.optim.Sgd;
import soma.zoo.Gpt;
import soma.zoo.ResNet;

/** What a graph itself costs, where the numbers cost next to nothing. */
final class GraphCases {
    private static final String GROUP = "graph";
    private static final int CHAIN = 1000;

    private GraphCases() {}

    static void add(Steps s, List<Case> cases) {
        cases.add(new Case(
                "xor-train-b4",
                GROUP,
                Work.unknown(),
                () -> s.train(xor(), Loss::mse, new Sgd(0.1), s.normal(4, 2), s.normal(4, 1))));
        cases.add(new Case("scalar-chain-1000", GROUP, Work.unknown(), GraphCases::chain));
        cases.add(new Case("plan-gpt-d384", GROUP, Work.unknown(), () -> plan(s, Gpt.of(65, 257, 384, 6, 6), true))
                .beside(Case.NOBODY));
        cases.add(new Case("plan-resnet50", GROUP, Work.unknown(), () -> plan(s, ResNet.resNet50(1000), false))
                .beside(Case.NOBODY));
    }

    private static Layer xor() {
        return Sequential.of(new Linear(2, 2), Tensor::tanh, new Linear(2, 1));
    }

    /** A thousand operations on one number, each building on the one before, as written: nothing is compiled ahead. */
    private static Runnable chain() {
        var start = Steps.evaluated(Tensor.scalar(0.5));
        return () -> {
            var x = start;
            for (int i = 0; i < CHAIN / 2; i++) {
                x = x.mul(0.99).add(0.01);
            }
            Soma.eval(x);
        };
    }

    /**
     * Builds the graph of a loss and its gradient and plans it, without running it. Plans are kept by structure, so each step takes
     * another size.
     */
    private static Runnable plan(Steps s, Layer model, boolean text) {
        model.init(s.rng());
        var executor = ServiceLoader.load(Executor.class).findFirst().orElseThrow();
        var count = new int[1];
        var params = model.trained();
        return () -> {
            int n = 1 + count[0]++ % 256;
            var logits = text
                    ? model.forward(Tensor.zeros(DType.INT64, Shape.of(1, n)))
                    : model.forward(Tensor.zeros(n, 3, 64, 64));
            var loss = logits.square().mean();
            var gradients =
                    Autodiff.grad(loss, params.stream().map(Param::value).toList());
            executor.compile(List.of(), gradients, List.of());
        };
    }
}
