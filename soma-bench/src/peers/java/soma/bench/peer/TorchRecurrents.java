package soma.bench.peer;

import static org.bytedeco.pytorch.global.torch.randn;

import java.util.ArrayList;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Recurrent layers over whole sequences (T, N, C). */
final class TorchRecurrents {
    private TorchRecurrents() {}

    static void add(Map<String, Supplier<Runnable>> cases) {
        cases.put("lstm-train-b32", () -> train(true));
        cases.put(
                "lstm-infer-b32", () -> TorchSteps.infer(lstm(new TorchNet(), 128, 512, 1, false), randn(64, 32, 128)));
        cases.put("gru-train-b32", () -> train(false));
        cases.put("gru-infer-b32", () -> TorchSteps.infer(gru(new TorchNet(), false), randn(64, 32, 128)));
        cases.put("charlstm-train-b32", () -> {
            var net = charLstm(true);
            return TorchSteps.train(
                    net::forward,
                    torch::cross_entropy,
                    TorchSteps.classes(65, 100, 32),
                    TorchSteps.classes(64, 3200),
                    new Adam(net.parameters(), new AdamOptions(1e-3)));
        });
        cases.put(
                "charlstm-infer-b32",
                () -> TorchSteps.infer(charLstm(false)::forward, TorchSteps.classes(65, 100, 32)));
    }

    private static Runnable train(boolean lstm) {
        var net = new TorchNet();
        var layer = lstm ? lstm(net, 128, 512, 1, true) : gru(net, true);
        return TorchSteps.train(
                layer, torch::mse_loss, randn(64, 32, 128), randn(64, 32, 512), TorchNets.sgd(net, 0.01, 0, 0));
    }

    private static TorchNet charLstm(boolean training) {
        var net = new TorchNet();
        var table = net.given(randn(65, 64));
        return net.then(ids -> torch.embedding(table, ids))
                .then(lstm(net, 64, 256, 2, training))
                .then(y -> y.flatten(0, 1))
                .linear(256, 65);
    }

    private static UnaryOperator<Tensor> lstm(TorchNet net, long in, long hidden, int layers, boolean training) {
        var weights = weights(net, 4, in, hidden, layers);
        return x -> {
            var h = torch.zeros(layers, x.size(1), hidden);
            var c = torch.zeros(layers, x.size(1), hidden);
            return torch.lstm(x, new TensorVector(h, c), weights, true, layers, 0, training, false, false)
                    .get0();
        };
    }

    private static UnaryOperator<Tensor> gru(TorchNet net, boolean training) {
        var weights = weights(net, 3, 128, 512, 1);
        return x -> torch.gru(x, torch.zeros(1, x.size(1), 512), weights, true, 1, 0, training, false, false)
                .get0();
    }

    /** For each layer: of the input, of the state, and both biases. */
    private static TensorVector weights(TorchNet net, long gates, long in, long hidden, int layers) {
        var all = new ArrayList<Tensor>();
        for (int i = 0; i < layers; i++) {
            all.add(net.parameter(hidden, gates * hidden, i == 0 ? in : hidden));
            all.add(net.parameter(hidden, gates * hidden, hidden));
            all.add(net.parameter(hidden, gates * hidden));
            all.add(net.parameter(hidden, gates * hidden));
        }
        return new TensorVector(all.toArray(Tensor[]::new));
    }
}
