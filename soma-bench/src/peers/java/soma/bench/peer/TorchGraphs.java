package soma.bench.peer;

import static org.bytedeco.pytorch.global.torch.randn;

import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** What an operation itself costs, where the numbers cost next to nothing. */
final class TorchGraphs {
    private static final int CHAIN = 1000;

    private TorchGraphs() {}

    static void add(Map<String, Supplier<Runnable>> cases) {
        cases.put("xor-train-b4", () -> {
            var net = new TorchNet().linear(2, 2).then(torch::tanh).linear(2, 1);
            return TorchSteps.train(
                    net::forward, torch::mse_loss, randn(4, 2), randn(4, 1), TorchNets.sgd(net, 0.1, 0, 0));
        });
        cases.put("scalar-chain-1000", () -> {
            var start = torch.scalar_tensor(new Scalar(0.5));
            var factor = new Scalar(0.99);
            var more = new Scalar(0.01);
            return TorchSteps.withoutGradients(() -> {
                var x = start;
                for (int i = 0; i < CHAIN / 2; i++) {
                    var scaled = x.mul(factor);
                    if (x != start) {
                        x.close();
                    }
                    x = scaled.add(more);
                    scaled.close();
                }
            });
        });
    }
}
