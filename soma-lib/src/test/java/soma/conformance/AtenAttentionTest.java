package soma.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.DType;
import soma.Rng;
import soma.Shape;
import soma.Tensor;

/** The attention operators, called in all their ways, against their formulas in plain products and softmax. */
class AtenAttentionTest {
    private final Operators operators = new Operators();

    private static Tensor draw(long seed, int... shape) {
        return Rng.seed(seed).normal(DType.FLOAT64, Shape.of(shape));
    }

    private void same(String call, String formula, Map<String, Tensor> variables) {
        var got = (Tensor) new Evaluator(operators, variables).run(call);
        var want = (Tensor) new Evaluator(operators, variables).run(formula);
        assertThat(got.shape()).as(call).isEqualTo(want.shape());
        assertThat(got.toDoubleArray()).as(call).containsExactly(want.toDoubleArray(), within(1e-12));
        var xs = variables.values().stream()
                .filter(t -> t.dtype() == DType.FLOAT64)
                .toList();
        var weight = draw(99, got.shape().toArray());
        var slopes = new ArrayList<List<Tensor>>();
        for (var script : List.of(call, formula)) {
            var y = (Tensor) new Evaluator(operators, variables).run(script);
            slopes.add(Autodiff.vjp(y, xs, weight));
        }
        for (int i = 0; i < xs.size(); i++) {
            assertThat(slopes.get(0).get(i).toDoubleArray())
                    .as("%s, gradient %d", call, i)
                    .containsExactly(slopes.get(1).get(i).toDoubleArray(), within(1e-11));
        }
    }

    @Test
    void scaledDotProduct() {
        var inputs = new LinkedHashMap<String, Tensor>();
        inputs.put("q", draw(1, 2, 3, 4));
        inputs.put("k", draw(2, 2, 3, 4));
        inputs.put("v", draw(3, 2, 3, 5));
        var formula = "s = torch.matmul(q, k.transpose(-2, -1)) * %s\n%s\ntorch.matmul(torch.softmax(s, -1), v)";
        same("torch.scaled_dot_product_attention(q, k, v)", formula.formatted("0.5", "s = s"), inputs);
        same(
                "torch.scaled_dot_product_attention(q, k, v, None, 0.0, True, scale=0.3)",
                formula.formatted(
                        "0.3", "s = s.masked_fill(torch.triu(torch.ones([3, 3], dtype=11), 1), float('-inf'))"),
                inputs);
        inputs.put("mask", draw(4, 3, 3));
        same(
                "torch.scaled_dot_product_attention(q, k, v, mask, 0.0, False)",
                formula.formatted("0.5", "s = s + mask"),
                inputs);
        inputs.put("mask", Tensor.of(new boolean[] {true, false, true, true, true, false, false, false, true}, 3, 3));
        same(
                "torch.scaled_dot_product_attention(q, k, v, mask)",
                formula.formatted("0.5", "s = s.masked_fill(torch.logical_not(mask), float('-inf'))"),
                inputs);
    }

    @Test
    void multiHead() {
        var inputs = new LinkedHashMap<String, Tensor>();
        inputs.put("x", draw(5, 2, 3, 6));
        inputs.put("w_in", draw(6, 18, 6));
        inputs.put("b_in", draw(7, 18));
        inputs.put("w_out", draw(8, 6, 6));
        inputs.put("b_out", draw(9, 6));
        var formula = """
            q, k, v = torch.chunk(torch.linear(x, w_in, %s), 3, -1)
            q = q.view([2, 3, 2, 3]).transpose(1, 2)
            k = k.view([2, 3, 2, 3]).transpose(1, 2)
            v = v.view([2, 3, 2, 3]).transpose(1, 2)
            a = torch.softmax(torch.matmul(q, k.transpose(-2, -1)) / (3.0 ** 0.5), -1)
            y = torch.matmul(a, v).transpose(1, 2).contiguous().view([2, 3, 6])
            torch.linear(y, w_out, %s)\
            """;
        same("torch.multi_head_attention(x, 2, w_in, b_in, w_out, b_out)", formula.formatted("b_in", "b_out"), inputs);
        same(
                "torch.multi_head_attention(x.transpose(0, 1), 2, w_in, b_in, w_out, b_out, False).transpose(0, 1)",
                formula.formatted("b_in", "b_out"),
                inputs);
        inputs.remove("b_in");
        inputs.remove("b_out");
        same("torch.multi_head_attention(x, 2, w_in, None, w_out, None)", formula.formatted("None", "None"), inputs);
        assertThat(((Tensor) new Evaluator(operators, inputs)
                                .run("torch.multi_head_attention(x[0], 2, w_in, None, w_out, None)"))
                        .shape())
                .isEqualTo(Shape.of(3, 6));
    }
}
