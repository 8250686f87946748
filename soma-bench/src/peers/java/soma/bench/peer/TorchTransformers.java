package soma.bench.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Language models: nanoGPT and an encoder like BERT, with PyTorch's fused attention. */
final class TorchTransformers {
    private static final int VOCABULARY = 65;
    private static final int PROMPT = 16;
    private static final int GENERATED = 112;

    private TorchTransformers() {}

    static void add(Map<String, Supplier<Runnable>> cases) {
        cases.put("gpt-small-train", () -> training(4, 128, 4, 128, 8));
        cases.put("gpt-small-infer", () -> inference(4, 128, 4, 128, 8));
        cases.put("gpt-d384-train", () -> training(6, 384, 6, 256, 4));
        cases.put("gpt-d384-infer", () -> inference(6, 384, 6, 256, 4));
        cases.put("gpt-generate-d384", () -> {
            var gpt = new Gpt(6, 384, 6, 256);
            var prompt = torch.zeros(1, PROMPT).to(torch.ScalarType.Long);
            return TorchSteps.withoutGradients(() -> gpt.generate(prompt, GENERATED));
        });
        cases.put("encoder-1x128", () -> encoder(1));
        cases.put("encoder-32x128", () -> encoder(32));
    }

    private static Runnable training(int layers, long width, long heads, long length, long batch) {
        var gpt = new Gpt(layers, width, heads, length);
        return TorchSteps.train(
                gpt::forward,
                (logits, target) -> torch.cross_entropy(logits.flatten(0, 1), target),
                TorchSteps.classes(VOCABULARY, batch, length),
                TorchSteps.classes(64, batch * length),
                new AdamW(gpt.net.parameters(), new AdamWOptions(3e-4)));
    }

    private static Runnable inference(int layers, long width, long heads, long length, long batch) {
        return TorchSteps.infer(
                new Gpt(layers, width, heads, length)::forward, TorchSteps.classes(VOCABULARY, batch, length));
    }

    /** A layer of either kind: attention, then a small network. */
    private static final class Block {
        private final long heads;
        private final boolean causal;
        private final UnaryOperator<Tensor> norm1;
        private final UnaryOperator<Tensor> qkv;
        private final UnaryOperator<Tensor> project;
        private final UnaryOperator<Tensor> norm2;
        private final UnaryOperator<Tensor> widen;
        private final UnaryOperator<Tensor> narrow;

        Block(TorchNet net, long width, long heads, long inner, boolean causal) {
            this.heads = heads;
            this.causal = causal;
            norm1 = net.layerNormLayer(width);
            qkv = net.linearLayer(width, 3 * width);
            project = net.linearLayer(width, width);
            norm2 = net.layerNormLayer(width);
            widen = net.linearLayer(width, inner);
            narrow = net.linearLayer(inner, width);
        }

        /** GPT-2's order: norms first. */
        Tensor normFirst(Tensor x, Cache cache) {
            return TorchSteps.scoped(() -> {
                var a = TorchSteps.scoped(() -> x.add(attend(norm1.apply(x), cache)));
                return a.add(feedForward(norm2.apply(a), h -> torch.gelu(h, "tanh")));
            });
        }

        /** BERT's order: norms last. */
        Tensor normLast(Tensor x) {
            return TorchSteps.scoped(() -> {
                var a = TorchSteps.scoped(() -> norm1.apply(x.add(attend(x, null))));
                return norm2.apply(a.add(feedForward(a, torch::gelu)));
            });
        }

        private Tensor feedForward(Tensor x, UnaryOperator<Tensor> activation) {
            var inner = TorchSteps.scoped(() -> activation.apply(widen.apply(x)));
            return narrow.apply(inner);
        }

        private Tensor attend(Tensor x, Cache cache) {
            long n = x.size(0);
            long t = x.size(1);
            var parts = qkv.apply(x).chunk(3, -1);
            var q = split(parts.get(0), n, t);
            var k = split(parts.get(1), n, t);
            var v = split(parts.get(2), n, t);
            if (cache != null) {
                cache.append(k, v);
                k = cache.keys();
                v = cache.values();
            }
            // One new position sees all others, so that only a prompt needs the causal mask.
            var y = torch.scaled_dot_product_attention(
                    q, k, v, new TensorOptional(), 0, causal && t > 1, new DoubleOptional(), false);
            return project.apply(y.transpose(1, 2).reshape(n, t, -1));
        }

        private Tensor split(Tensor x, long n, long t) {
            return x.view(n, t, heads, -1).transpose(1, 2);
        }
    }

    /** Keys and values of one layer, in memory for the longest text: a step writes only what is new. */
    private static final class Cache {
        private final Tensor keys;
        private final Tensor values;
        private long length;

        Cache(long heads, long length, long width) {
            keys = torch.zeros(1, heads, length, width);
            values = torch.zeros(1, heads, length, width);
        }

        void append(Tensor k, Tensor v) {
            long t = k.size(2);
            keys.narrow(2, length, t).copy_(k);
            values.narrow(2, length, t).copy_(v);
            length += t;
        }

        Tensor keys() {
            return keys.narrow(2, 0, length);
        }

        Tensor values() {
            return values.narrow(2, 0, length);
        }
    }

    private static final class Gpt {
        private final TorchNet net = new TorchNet();
        private final List<Block> blocks = new ArrayList<>();
        private final Tensor symbols;
        private final Tensor positions;
        private final UnaryOperator<Tensor> norm;
        private final long heads;
        private final long width;

        Gpt(int layers, long width, long heads, long context) {
            this.heads = heads;
            this.width = width;
            symbols = net.given(
                    torch.randn(VOCABULARY, width).mul(new Scalar(0.02)).detach());
            positions =
                    net.given(torch.randn(context, width).mul(new Scalar(0.02)).detach());
            for (int i = 0; i < layers; i++) {
                blocks.add(new Block(net, width, heads, 4 * width, true));
            }
            norm = net.layerNormLayer(width);
        }

        Tensor forward(Tensor ids) {
            return torch.linear(norm.apply(hidden(ids, 0, null)), symbols);
        }

        private Tensor hidden(Tensor ids, long from, List<Cache> caches) {
            var x = torch.embedding(symbols, ids).add(positions.narrow(0, from, ids.size(1)));
            for (int i = 0; i < blocks.size(); i++) {
                var y = blocks.get(i).normFirst(x, caches == null ? null : caches.get(i));
                x.close();
                x = y;
            }
            return x;
        }

        /** Greedy; the logits of the last position only. */
        void generate(Tensor prompt, int count) {
            var caches = new ArrayList<Cache>();
            for (int i = 0; i < blocks.size(); i++) {
                caches.add(new Cache(heads, PROMPT + GENERATED, width / heads));
            }
            var ids = prompt;
            long from = 0;
            for (int i = 0; i < count; i++) {
                var h = hidden(ids, from, caches);
                from += ids.size(1);
                var last = norm.apply(h.narrow(1, h.size(1) - 1, 1));
                ids = torch.argmax(torch.linear(last, symbols), new LongOptional(-1), false);
            }
        }
    }

    /** Six layers of MiniLM's size, with the tables in front. */
    private static Runnable encoder(long n) {
        var net = new TorchNet();
        var words = net.given(torch.randn(30_522, 384));
        var positions = net.given(torch.randn(512, 384));
        var kinds = net.given(torch.randn(2, 384));
        var norm = net.layerNormLayer(384);
        var blocks = new ArrayList<Block>();
        for (int i = 0; i < 6; i++) {
            blocks.add(new Block(net, 384, 12, 1536, false));
        }
        var zeros = torch.zeros(n, 128).to(torch.ScalarType.Long);
        UnaryOperator<Tensor> model = ids -> {
            var x = norm.apply(torch.embedding(words, ids)
                    .add(torch.embedding(kinds, zeros))
                    .add(positions.narrow(0, 0, ids.size(1))));
            for (var block : blocks) {
                var y = block.normLast(x);
                x.close();
                x = y;
            }
            return x;
        };
        return TorchSteps.infer(model, TorchSteps.classes(30_522, n, 128));
    }
}
