package soma.conformance;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import soma.Autodiff;
import soma.Tensor;

/**
 * Gradients of gradients. Where a case gives no defining expression, its name tells the functions (logsumexp_gelu) and
 * the output y which of the few ways to join them with the inputs x, w and v is meant.
 */
final class SecondOrderCases {
    private SecondOrderCases() {}

    static List<String> check(Operators operators, JsonObject c) {
        var scripts = c.has("ref") ? List.of(c.get("ref").getAsString()) : candidates(operators, c);
        for (var script : scripts) {
            var inputs = OperatorCases.inputs(c);
            var y = value(operators, script, inputs);
            if (y != null && (c.has("ref") || matches(operators, script, c))) {
                var x = inputs.get("x");
                var outputs = new LinkedHashMap<String, Tensor>();
                outputs.put("y", y);
                outputs.put("dx", Autodiff.vjp(y, List.of(x), y.onesLike()).get(0));
                return OperatorCases.compare(c, inputs, outputs);
            }
        }
        throw new MissingOperator("definition in a second-order case");
    }

    private static Tensor value(Operators operators, String script, Map<String, Tensor> inputs) {
        try {
            var y = new Evaluator(operators, inputs).run(script);
            return y instanceof List<?> list ? (Tensor) list.get(0) : (Tensor) y;
        } catch (RuntimeException notMeant) {
            return null;
        }
    }

    /** Whether y comes out; on inputs of its own, since looking at y lets go of its expression. */
    private static boolean matches(Operators operators, String script, JsonObject c) {
        var want = Numbers.byName(c, "outputs").get("y");
        var y = value(operators, script, OperatorCases.inputs(c));
        return y != null
                && y.shape().equals(Numbers.shape(want))
                && Numbers.difference("y", y, want, Numbers.Tolerance.of(c)).isEmpty();
    }

    private static List<String> candidates(Operators operators, JsonObject c) {
        var inputs = Numbers.byName(c, "inputs").keySet();
        var id = c.get("id").getAsString();
        var words = id.substring(id.indexOf('/') + 1).split("_");
        var inner = new ArrayList<>(List.of("x"));
        if (inputs.contains("w")) {
            inner.addAll(List.of(
                    "torch.matmul(x, w)",
                    "torch.matmul(x, w.t())",
                    "torch.matmul(w, x)",
                    "x * w",
                    "torch.conv1d(x, w)",
                    "torch.conv2d(x, w)",
                    "torch.conv2d(x, w, None, 1, 1)",
                    "torch.linear(x, w)"));
        }
        var out = new LinkedHashSet<String>();
        for (var start : inner) {
            for (var chain : chains(operators, start, words)) {
                var whole = new ArrayList<>(List.of(chain));
                if (inputs.contains("v")) {
                    whole.addAll(List.of(
                            "torch.matmul(" + chain + ", v)",
                            "torch.matmul(" + chain + ", v.t())",
                            "(" + chain + ") * v"));
                }
                for (var y : whole) {
                    out.addAll(List.of(
                            y,
                            "torch.sum(" + y + ")",
                            "torch.sum(" + y + ", [-1])",
                            "torch.mean(" + y + ")",
                            "torch.sum((" + y + ") ** 2)"));
                }
            }
        }
        return List.copyOf(out);
    }

    /** The functions that the name tells, the last one innermost; where it tells none, common ones. */
    private static List<String> chains(Operators operators, String start, String[] words) {
        var chain = start;
        boolean any = false;
        for (int i = words.length - 1; i >= 0; i--) {
            var call = call(operators, words[i], chain);
            any |= !call.isEmpty();
            chain = call.isEmpty() ? chain : call;
        }
        if (any) {
            return List.of(chain);
        }
        return List.of("tanh", "sigmoid", "softplus", "gelu", "silu", "sin", "exp", "square").stream()
                .map(f -> "torch." + f + "(" + start + ")")
                .toList();
    }

    private static String call(Operators operators, String word, String x) {
        return switch (word) {
            case "logsumexp" -> "torch.logsumexp(" + x + ", [-1])";
            case "softmax" -> "torch.softmax(" + x + ", -1)";
            case "logsoftmax" -> "torch.log_softmax(" + x + ", -1)";
            case "layernorm" -> "torch.layer_norm(" + x + ", (" + x + ").size(-1))";
            case "cube", "cubed", "cubic" -> "torch.pow(" + x + ", 3)";
            case "sum", "mean", "matmul", "linear", "conv2d", "conv1d", "mul" -> "";
            default -> operators.knows(word) ? "torch." + word + "(" + x + ")" : "";
        };
    }
}
