package soma.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import soma.Param;
import soma.Soma;
import soma.SomaException;
import soma.Tensor;

/**
 * An optimizer at work on some parameters. What it remembers of them lies in cells, so that a whole update runs in
 * place, in the plan that computes the gradients.
 * {@snippet :
 * var adam = new Updater<>(new Adam(1e-3), model.trained());
 * for (int k = 1; k <= 100; k++) {
 *     var t = Iteration.of(k);
 *     Soma.training(Rng.seed(k), () -> {
 *         var loss = Loss.mse(model.forward(x), y);
 *         adam.apply(t, Autodiff.grad(loss, adam.values()));
 *         return loss;
 *     });
 * }
 * }
 */
public final class Updater<S> {
    private final Optimizer<S> optimizer;
    private final List<Param> params;
    private final List<S> forms = new ArrayList<>();
    private final List<Map<String, Param>> cells = new ArrayList<>();
    private final Map<String, Param> state = new LinkedHashMap<>();

    /** Starts on these parameters; their states are numbered. */
    public Updater(Optimizer<S> optimizer, List<Param> params) {
        this(optimizer, numbered(params));
    }

    /** Starts on these parameters, whose names name their states. */
    public Updater(Optimizer<S> optimizer, Map<String, Param> params) {
        this.optimizer = optimizer;
        this.params = List.copyOf(params.values());
        params.forEach((name, p) -> {
            // The start may depend on the parameter's value, which is read here once.
            var form = optimizer.init(Tensor.wrap(p.array(), p.dtype(), p.shape()));
            var own = new LinkedHashMap<String, Param>();
            Soma.eval(List.copyOf(StateTree.tensors(form).values()));
            StateTree.tensors(form).forEach((part, start) -> {
                var key = part.isEmpty() ? name : name + "." + part;
                var cell = Param.state(start).named(key);
                own.put(part, cell);
                state.put(key, cell);
            });
            forms.add(form);
            cells.add(own);
        });
    }

    private static Map<String, Param> numbered(List<Param> params) {
        var out = new LinkedHashMap<String, Param>();
        for (int i = 0; i < params.size(); i++) {
            out.put("" + i, params.get(i));
        }
        return out;
    }

    /** The optimizer. */
    public Optimizer<S> optimizer() {
        return optimizer;
    }

    /** The parameters' values as expressions: what a gradient is taken with respect to. */
    public List<Tensor> values() {
        return params.stream().map(Param::value).toList();
    }

    /** Sets each parameter to its value after step {@code t}; the gradients are in the order of the parameters. */
    public void apply(Iteration t, List<Tensor> gradients) {
        if (gradients.size() != params.size()) {
            throw new SomaException("update: " + gradients.size() + " gradients for " + params.size() + " parameters");
        }
        for (int i = 0; i < params.size(); i++) {
            var p = params.get(i);
            var own = cells.get(i);
            var before = StateTree.replace(
                    forms.get(i), (part, start) -> cell(own, part).value());
            var update = optimizer.step(t.in(p.dtype()), p.value(), gradients.get(i), before);
            p.set(update.weight());
            StateTree.tensors(update.state()).forEach((part, value) -> {
                var cell = cell(own, part);
                if (value != cell.value()) {
                    cell.set(value);
                }
            });
        }
    }

    private static Param cell(Map<String, Param> own, String part) {
        var cell = own.get(part);
        if (cell == null) {
            throw new SomaException(
                    "an optimizer's step remembers '" + part + "', which its init did not; it has " + own.keySet());
        }
        return cell;
    }

    /** The cells of all that is remembered, by parameter name and part; for checkpoints. */
    public Map<String, Param> state() {
        return Collections.unmodifiableMap(state);
    }
}
