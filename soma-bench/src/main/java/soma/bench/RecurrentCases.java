package soma.bench;

import java.util.List;
import soma.Tensor;
import soma.bench.Case.Work;
import soma.nn.Embedding;
import soma.nn.Gru;
import soma.nn.Layer;
import soma.nn.Linear;
import soma.nn.Loss;
import soma.nn.Lstm;
import soma.optim.Adam;
import soma.optim.Sgd;

/** Recurrent layers over whole sequences (T, N, C). */
final class RecurrentCases {
    private static final String GROUP = "recurrent";

    private RecurrentCases() {}

    static void add(Steps s, List<Case> cases) {
        double perGate = 2.0 * 64 * 32 * (128 + 512) * 512;
        // A weight is read at each step: whatever is not in a cache then comes from memory.
        pair(s, cases, "lstm", 4 * perGate, () -> new Lstm(128, 512));
        pair(s, cases, "gru", 3 * perGate, () -> new Gru(128, 512));
        double twoLayers = 2.0 * 100 * 32 * (4 * 256 * (64 + 256 + 256 + 256) + 256 * 65);
        cases.add(new Case(
                "charlstm-train-b32",
                GROUP,
                Work.of(3 * twoLayers, 0),
                () -> s.train(
                        new CharLstm(),
                        Loss::crossEntropy,
                        new Adam(1e-3),
                        s.classes(65, 100, 32),
                        s.classes(64, 3200))));
        cases.add(new Case(
                "charlstm-infer-b32",
                GROUP,
                Work.of(twoLayers, 0),
                () -> s.infer(new CharLstm(), s.classes(65, 100, 32))));
    }

    private interface MakesLayer {
        Layer make();
    }

    private static void pair(Steps s, List<Case> cases, String name, double operations, MakesLayer layer) {
        double firstGradient = operations * 128 / (128 + 512);
        cases.add(new Case(
                name + "-train-b32",
                GROUP,
                Work.of(3 * operations - firstGradient, 0),
                () -> s.train(layer.make(), Loss::mse, new Sgd(0.01), s.normal(64, 32, 128), s.normal(64, 32, 512))));
        cases.add(new Case(
                name + "-infer-b32",
                GROUP,
                Work.of(operations, 0),
                () -> s.infer(layer.make(), s.normal(64, 32, 128))));
    }

    /** A model of characters: (T, N) -> logits (T N, 65). */
    record CharLstm(Embedding embedding, Lstm lstm, Linear out) implements Layer {
        CharLstm() {
            this(new Embedding(65, 64), new Lstm(64, 256).layers(2), new Linear(256, 65));
        }

        @Override
        public Tensor forward(Tensor ids) {
            return out.forward(lstm.forward(embedding.forward(ids)).flatten(0, 1));
        }
    }
}
