package soma.conformance;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import soma.Autodiff;
import soma.Soma;
import soma.Tensor;

/** An operator's outputs, and its gradients along the cotangents. */
final class OperatorCases {
    /**
     * Operators whose gradients PyTorch computes with a constant rounded to single precision even in double precision,
     * so that the stored numbers are only as good as that: celu with 1/alpha (elu_backward's argument), hardsigmoid
     * with 1/6.
     */
    private static final Map<String, Numbers.Tolerance> ROUNDED =
            Map.of("celu", new Numbers.Tolerance(1e-7, 1e-9), "hardsigmoid", new Numbers.Tolerance(1e-7, 1e-9));

    private OperatorCases() {}

    static List<String> check(Operators operators, JsonObject c) {
        if (c.has("ref")) {
            return check(operators, c, c.get("ref").getAsString(), Map.of());
        }
        var form = Forms.of(c.get("op").getAsString());
        return check(operators, c, form.script(), form.arguments(c));
    }

    /** Checks the case with {@code script} for its definition, which sees the inputs and {@code more}. */
    static List<String> check(Operators operators, JsonObject c, String script, Map<String, ?> more) {
        var inputs = inputs(c);
        var variables = new LinkedHashMap<String, Object>(more);
        variables.putAll(inputs);
        var result = new Evaluator(operators, variables).run(script);
        var wanted = Numbers.byName(c, "outputs");
        var names = List.copyOf(wanted.keySet());
        var given = result instanceof List<?> list ? list : List.of(result);
        if (given.size() < names.size()) {
            return List.of(given.size() + " outputs, expected " + names);
        }
        var outputs = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < names.size(); i++) {
            outputs.put(
                    names.get(i), given.get(i) instanceof Tensor t ? t : Tensor.scalar(Arguments.number(given.get(i))));
        }
        return compare(c, inputs, outputs);
    }

    static Map<String, Tensor> inputs(JsonObject c) {
        var inputs = new LinkedHashMap<String, Tensor>();
        Numbers.byName(c, "inputs").forEach((name, t) -> inputs.put(name, Numbers.tensor(t)));
        return inputs;
    }

    /** Compares outputs, and the gradients of their sum weighted by the cotangents. */
    static List<String> compare(JsonObject c, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        var tolerance = Numbers.Tolerance.of(c);
        var wantedGradients = Numbers.byName(c, "grads");
        var xs = wantedGradients.keySet().stream().map(inputs::get).toList();
        var gradients = gradients(c, outputs, xs);
        var all = new ArrayList<Tensor>(outputs.values());
        all.addAll(gradients);
        Soma.eval(all);
        var problems = new ArrayList<String>();
        Numbers.byName(c, "outputs")
                .forEach((name, want) ->
                        problems.addAll(Numbers.difference("output " + name, outputs.get(name), want, tolerance)));
        var gradientTolerance = ROUNDED.getOrDefault(c.get("op").getAsString(), tolerance);
        int i = 0;
        for (var e : wantedGradients.entrySet()) {
            problems.addAll(Numbers.difference(
                    "gradient of " + e.getKey(), gradients.get(i++), e.getValue(), gradientTolerance));
        }
        return problems;
    }

    private static List<Tensor> gradients(JsonObject c, Map<String, Tensor> outputs, List<Tensor> xs) {
        var sums = new ArrayList<Tensor>();
        if (xs.isEmpty()) {
            return sums;
        }
        Numbers.byName(c, "cotangents").forEach((name, cotangent) -> {
            var parts = Autodiff.vjp(outputs.get(name), xs, Numbers.tensor(cotangent));
            for (int i = 0; i < parts.size(); i++) {
                if (sums.size() <= i) {
                    sums.add(parts.get(i));
                } else {
                    sums.set(i, sums.get(i).add(parts.get(i)));
                }
            }
        });
        return sums;
    }
}
