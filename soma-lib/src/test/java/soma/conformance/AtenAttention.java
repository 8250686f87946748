package soma.conformance;

import java.util.Optional;
import soma.Param;
import soma.Tensor;
import soma.nn.Attention;
import soma.nn.Linear;
import soma.nn.Mask;
import soma.nn.MultiheadAttention;

/** Attention. */
final class AtenAttention {
    private AtenAttention() {}

    static void addTo(Operators table) {
        table.add(
                "scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False,"
                        + " scale=None)",
                a -> {
                    if (a.d("dropout_p") > 0) {
                        throw new MissingOperator("torch.scaled_dot_product_attention with draws of its own");
                    }
                    var q = a.t("query");
                    var mask = a.has("attn_mask") ? Mask.of(a.t("attn_mask")) : Mask.none();
                    return Attention.scaledDotProductAttention(
                            q,
                            a.t("key"),
                            a.t("value"),
                            a.b("is_causal") ? mask.and(Mask.causal()) : mask,
                            a.has("scale") ? a.d("scale") : 1 / Math.sqrt(q.size(-1)));
                });
        table.add(
                "multi_head_attention(x, num_heads, w_in, b_in, w_out, b_out, batch_first=True)",
                AtenAttention::multiHead);
    }

    /** Self-attention, in tensors for its gradients; the layer, whose weights are parameters, must give the same. */
    private static Tensor multiHead(Arguments a) {
        boolean turned = a.t("x").rank() == 3 && !a.b("batch_first");
        var x = turned ? a.t("x").transpose(0, 1) : a.t("x"); // (N, T, D)
        var layer = new MultiheadAttention(
                a.i("num_heads"),
                0,
                param(a, "w_in"),
                a.has("b_in") ? Optional.of(param(a, "b_in")) : Optional.empty(),
                new Linear(
                        x.size(-1),
                        param(a, "w_out"),
                        a.has("b_out") ? Optional.of(param(a, "b_out")) : Optional.empty()));
        // What was looked at has no gradient any more: the formula is looked at in a copy.
        var problems = Numbers.difference(
                "layer",
                layer.forward(x).toDoubleArray(),
                formula(a, x).toDoubleArray(),
                new Numbers.Tolerance(1e-12, 1e-12));
        if (!problems.isEmpty()) {
            throw new IllegalStateException("MultiheadAttention and its formula differ: " + problems);
        }
        var y = formula(a, x);
        return turned ? y.transpose(0, 1) : y;
    }

    private static Tensor formula(Arguments a, Tensor x) {
        int heads = a.i("num_heads");
        var parts = biased(x.matmul(a.t("w_in").t()), a, "b_in").chunk(3, -1).stream()
                .map(p -> p.unflatten(-1, heads, x.size(-1) / heads).transpose(-3, -2)) // (N, H, T, D/H)
                .toList();
        var y = Attention.scaledDotProductAttention(parts.get(0), parts.get(1), parts.get(2));
        return biased(y.transpose(-3, -2).flatten(-2).matmul(a.t("w_out").t()), a, "b_out"); // (N, T, D)
    }

    private static Tensor biased(Tensor y, Arguments a, String bias) {
        return a.has(bias) ? y.add(a.t(bias)) : y;
    }

    private static Param param(Arguments a, String name) {
        return Param.of(a.t(name).add(0));
    }
}
