package soma.zoo;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import soma.Param;
import soma.Rng;
import soma.ShapeException;
import soma.Soma;
import soma.SomaException;
import soma.Tensor;
import soma.nn.Dropout;
import soma.nn.Embedding;
import soma.nn.Init;
import soma.nn.KvCache;
import soma.nn.Layer;
import soma.nn.MultiheadAttention;
import soma.nn.TransformerEncoder;
import soma.nn.TransformerEncoderLayer;

/**
 * A decoder-only language model in the manner of GPT-2. Radford et al. 2019, Language Models are Unsupervised Multitask
 * Learners: learned positions, layer norms first, gelu in its tanh form, and the table of symbols used at both ends.
 * <p>ids: integers (N, T) -> logits (N, T, vocabulary), of which position t sees the ids 0 to t only. Parameters are
 * named and laid out as nanoGPT's, and {@link #load} also takes Hugging Face's GPT-2 files, whose matrices lie transposed.
 * {@snippet :
 * var gpt = Gpt.of(65, 256, 384, 6, 6);                    // vocabulary, context, width, layers, heads
 * gpt.forward(ids);                                        // (N, T, 65)
 * gpt.generate(new int[] {1, 2}, 100, Sampling.greedy(), Rng.seed(1));
 * }
 */
public record Gpt(Embedding wte, Embedding wpe, double dropout, TransformerEncoder encoder) implements Layer {

    /** How this model's layers are called in nanoGPT, in GPT-2's own words. */
    private static final Map<String, String> NAMES = names();

    /** A new model; {@code width} is a multiple of {@code heads}, and the inner layers are four times as wide. */
    public static Gpt of(int vocabulary, int context, int width, int layers, int heads) {
        var law = Init.normal(0, 0.02);
        var encoder = new TransformerEncoder(layers, () -> layer(width, heads, layers)).withNorm();
        return new Gpt(new Embedding(vocabulary, width).init(law), new Embedding(context, width).init(law), 0, encoder);
    }

    /** GPT-2 small: 124,439,808 parameters. */
    public static Gpt gpt2() {
        return of(50_257, 1024, 768, 12, 12);
    }

    /** With GPT-2's laws: deviation 0.02, less where a residual connection ends, so that the sum does not grow. */
    private static TransformerEncoderLayer layer(int width, int heads, int layers) {
        var law = Init.normal(0, 0.02);
        var last = Init.normal(0, 0.02 / Math.sqrt(2.0 * layers));
        var plain =
                new TransformerEncoderLayer(width, heads, 4 * width).normFirst().causal();
        var attention = plain.selfAttn();
        return new TransformerEncoderLayer(
                new MultiheadAttention(
                        heads,
                        0,
                        Param.lazy(attention.inProjWeight().shape(), law::draw),
                        attention.inProjBias(),
                        attention.outProj().init(last)),
                plain.linear1().init(law),
                plain.linear2().init(last),
                plain.norm1(),
                plain.norm2(),
                0,
                Tensor::geluTanh,
                true,
                true);
    }

    /** Dropout in training, of the embeddings and in every layer. */
    public Gpt dropout(double p) {
        var layers = encoder.layers().stream().map(l -> l.dropout(p)).toList();
        return new Gpt(wte, wpe, p, new TransformerEncoder(layers, encoder.norm()));
    }

    /** How many symbols there are. */
    public int vocabulary() {
        return wte.weight().shape().dim(0);
    }

    /** How many positions it can see. */
    public int context() {
        return wpe.weight().shape().dim(0);
    }

    @Override
    public Tensor forward(Tensor ids) {
        return logits(encoder.forward(embed(ids, 0))); // (N, T, V)
    }

    /** New ids (N, L) after those in the cache: the logits (N, L, V), and the cache that holds them as well. */
    public KvCache.Step step(Tensor ids, KvCache past) {
        var step = encoder.step(embed(ids, past.length()), past);
        return new KvCache.Step(logits(step.output()), step.cache());
    }

    /** {@link #step} with the logits of the last position only (N, 1, V). */
    private KvCache.Step next(Tensor ids, KvCache past) {
        var step = encoder.step(embed(ids, past.length()), past);
        int n = ids.size(1);
        return new KvCache.Step(logits(n == 1 ? step.output() : step.output().narrow(1, n - 1, 1)), step.cache());
    }

    private Tensor embed(Tensor ids, int from) {
        if (ids.rank() != 2 || from + ids.size(1) > context()) {
            throw new ShapeException("Gpt: ids " + ids.shape() + (from > 0 ? " after " + from + " in the cache" : "")
                    + ", expected (N, T) with at most " + context() + " positions");
        }
        int n = ids.size(1);
        // Where generation stands is a number that a plan reads: otherwise each position would have a plan of its own.
        var positions = from == 0
                ? wpe.weight().value().narrow(0, 0, n)
                : wpe.forward(Tensor.arange(n).add(Tensor.of(new long[] {from}))); // (T, D)
        return new Dropout(dropout).forward(wte.forward(ids).add(positions)); // (N, T, D)
    }

    private Tensor logits(Tensor h) {
        return h.matmul(wte.weight().value().t());
    }

    // ---- generation

    /**
     * {@code count} symbols that follow {@code prompt}, one at a time, with the keys and values of all before kept. Once
     * the context is full, its later half is read anew and generation goes on from there.
     */
    public int[] generate(int[] prompt, int count, Sampling sampling, Rng rng) {
        if (prompt.length == 0) {
            throw new SomaException("generate: the prompt is empty; give at least one symbol, such as a line's end");
        }
        return Soma.inference(() -> {
            var ids = Arrays.copyOf(prompt, prompt.length + count);
            var cache = KvCache.empty();
            int read = Math.max(0, prompt.length - context());
            for (int n = prompt.length; n < ids.length; n++) {
                if (cache.length() == context()) {
                    cache = KvCache.empty();
                    read = n - Math.max(1, context() / 2);
                }
                var step = next(batch(ids, read, n), cache).evaluated();
                cache = step.cache();
                read = n;
                ids[n] = sampling.choose(step.output().toFloatArray(), rng.fold(n));
            }
            return Arrays.copyOfRange(ids, prompt.length, ids.length);
        });
    }

    private static Tensor batch(int[] ids, int from, int to) {
        return Tensor.of(Arrays.copyOfRange(ids, from, to), 1, to - from);
    }

    // ---- names

    private static Map<String, String> names() {
        var names = new LinkedHashMap<String, String>();
        names.put("self_attn.in_proj_", "attn.c_attn.");
        names.put("self_attn.out_proj", "attn.c_proj");
        names.put("linear1", "mlp.c_fc");
        names.put("linear2", "mlp.c_proj");
        names.put("norm1", "ln_1");
        names.put("norm2", "ln_2");
        names.put("encoder.norm", "ln_f");
        names.put("encoder.layers", "h");
        return names;
    }

    @Override
    public Map<String, Param> params() {
        var out = new LinkedHashMap<String, Param>();
        Layer.super.params().forEach((name, p) -> {
            for (var entry : NAMES.entrySet()) {
                name = name.replace(entry.getKey(), entry.getValue());
            }
            out.put("transformer." + name, p);
        });
        return out;
    }

    /** Takes nanoGPT's names, and those of Hugging Face's GPT-2 with or without the prefix {@code transformer}. */
    @Override
    public void load(Map<String, Tensor> state) {
        var own = new LinkedHashMap<String, Tensor>();
        state.forEach((name, value) -> {
            // The output's weight is the table of symbols again; masks are computed, not stored.
            if (name.equals("lm_head.weight") || name.endsWith(".attn.bias") || name.endsWith(".attn.masked_bias")) {
                return;
            }
            own.put(name.startsWith("transformer.") ? name : "transformer." + name, value);
        });
        var first = own.get("transformer.h.0.attn.c_attn.weight");
        if (first != null && first.rank() == 2 && first.size(1) == 3 * first.size(0)) {
            own.replaceAll((name, value) -> name.contains(".c_") && name.endsWith(".weight")
                    ? Tensor.evaluated(value.t()).getFirst()
                    : value);
        }
        Layer.super.load(own);
    }

    @Override
    public String toString() {
        return "Gpt(vocabulary " + vocabulary() + ", context " + context() + ", " + encoder + ")";
    }
}
