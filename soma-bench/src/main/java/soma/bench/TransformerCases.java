package soma.bench;

import java.util.List;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.bench.Case.Work;
import soma.nn.KvCache;
import soma.nn.Loss;
import soma.optim.AdamW;
import soma.zoo.Bert;
import soma.zoo.Gpt;
import soma.zoo.Sampling;

/** Language models: training, inference, generation. */
final class TransformerCases {
    private static final String GROUP = "transformers";
    private static final int VOCABULARY = 65;

    /** A GPT's sizes and what it is trained on. */
    record GptSize(int layers, int width, int heads, int length, int batch) {
        Gpt model() {
            return Gpt.of(VOCABULARY, length, width, layers, heads);
        }
    }

    static final GptSize SMALL = new GptSize(4, 128, 4, 128, 8);
    static final GptSize MIDDLE = new GptSize(6, 384, 6, 256, 4);

    private static final int PROMPT = 16;
    private static final int GENERATED = 112;

    private TransformerCases() {}

    static void add(Steps s, List<Case> cases) {
        gpt(s, cases, "gpt-small", SMALL);
        gpt(s, cases, "gpt-d384", MIDDLE);
        double perToken = 2.0 * (6 * 12 * 384 * 384 + 384 * VOCABULARY);
        cases.add(new Case(
                "gpt-generate-d384",
                GROUP,
                Work.of((PROMPT + GENERATED) * perToken, GENERATED * 2 * perToken)
                        .items(GENERATED),
                () -> {
                    var gpt = Gpt.of(VOCABULARY, 256, 384, 6, 6);
                    gpt.init(s.rng());
                    var prompt = new int[PROMPT];
                    return new Case.Step(
                            () -> tokenPlan(gpt),
                            () -> gpt.generate(prompt, GENERATED, Sampling.greedy(), Rng.seed(1)));
                }));
        for (int n : new int[] {1, 32}) {
            double operations = 6 * blocks(384, 1536, 128, n);
            double bytes = 4.0 * 6 * (4 * 384 * 384 + 2 * 384 * 1536);
            var encoder = new Case("encoder-" + n + "x128", GROUP, Work.of(operations, bytes), () -> {
                var bert = Bert.of(30_522, 512, 384, 6, 12, 1536);
                return s.infer(bert, s.classes(30_522, n, 128));
            });
            cases.add(encoder);
            cases.add(encoder.named(encoder.id() + "-ort").beside(Case.ONNX_RUNTIME));
        }
    }

    /** The kernels of one of the later tokens. */
    private static String tokenPlan(Gpt gpt) {
        return Soma.inference(() -> {
            var seen = Tensor.of(new int[PROMPT + GENERATED - 2], 1, PROMPT + GENERATED - 2);
            var cache = gpt.step(seen, KvCache.empty()).evaluated().cache();
            return gpt.step(Tensor.of(new int[1], 1, 1), cache).explain();
        });
    }

    /** Multiplications and additions of one layer: projections, attention, the inner layers. */
    private static double blocks(int width, int inner, int length, int batch) {
        return 2.0 * batch * length * (4.0 * width * width + 2.0 * width * inner + 2.0 * length * width);
    }

    private static void gpt(Steps s, List<Case> cases, String name, GptSize g) {
        int tokens = g.batch * g.length;
        // Half of the products with T x T are behind the causal mask.
        double masked = 2.0 * tokens * g.length * g.width;
        double operations = g.layers * (blocks(g.width, 4 * g.width, g.length, g.batch) - masked)
                + 2.0 * tokens * g.width * VOCABULARY;
        double weights = 4.0 * g.layers * 12 * g.width * g.width;
        cases.add(new Case(
                name + "-train", GROUP, Work.of(3 * operations, 7 * weights).items(tokens), () -> training(s, g)));
        cases.add(new Case(
                name + "-infer",
                GROUP,
                Work.of(operations, weights).items(tokens),
                () -> s.infer(g.model(), s.classes(VOCABULARY, g.batch, g.length))));
    }

    static Runnable training(Steps s, GptSize g) {
        Loss loss = (logits, target) -> Loss.crossEntropy(logits.flatten(0, 1), target);
        return s.train(
                g.model(),
                loss,
                new AdamW(3e-4),
                s.classes(VOCABULARY, g.batch, g.length),
                s.classes(64, g.batch * g.length));
    }
}
