package soma.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
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
 * Where a batch is too large for memory, gradients of its parts are gathered and applied together:
 * {@snippet :
 * var adam = new Updater<>(new Adam(1e-3), model.trained());
 * var parts = train.batches(32);
 * for (var part : parts) {
 *     Soma.training(Rng.seed(1), () -> {
 *         var loss = Loss.mse(model.forward(part.x()), part.y());
 *         adam.accumulate(Autodiff.grad(loss, adam.values()), (double) part.size() / parts.examples());
 *         return loss;
 *     });
 * }
 * Soma.training(Rng.seed(1), () -> {
 *     adam.apply(Iteration.of(1), Gradients.clipByNorm(adam.drain(), 1));
 *     return "";
 * });
 * }
 */
public final class Updater<S> {
    private final Optimizer<S> optimizer;
    private final List<Param> params;
    private final List<Member<?>> members = new ArrayList<>();
    private final Map<String, Param> state = new LinkedHashMap<>();
    private List<Param> sums = List.of();

    /** Starts on these parameters; their states are numbered. */
    public Updater(Optimizer<S> optimizer, List<Param> params) {
        this(optimizer, numbered(params));
    }

    /** Starts on these parameters, whose names name their states. */
    public Updater(Optimizer<S> optimizer, Map<String, Param> params) {
        this(optimizer, params, (_, _) -> optimizer);
    }

    private Updater(Optimizer<S> optimizer, Map<String, Param> params, BiFunction<String, Param, Optimizer<?>> choice) {
        this.optimizer = optimizer;
        this.params = List.copyOf(params.values());
        params.forEach((name, p) -> members.add(Member.of(name, p, choice.apply(name, p), state)));
    }

    /** Starts on these parameters, each moved by the optimizer of its group. */
    public static Updater<?> of(Groups groups, Map<String, Param> params) {
        groups.check(params);
        return new Updater<>(groups.rest(), params, groups::of);
    }

    private static Map<String, Param> numbered(List<Param> params) {
        var out = new LinkedHashMap<String, Param>();
        for (int i = 0; i < params.size(); i++) {
            out.put("" + i, params.get(i));
        }
        return out;
    }

    /** One parameter, what moves it, and the cells of what is remembered of it, which {@code form} shows the shape of. */
    private record Member<T>(Param param, Optimizer<T> optimizer, T form, Map<String, Param> cells) {

        static <T> Member<T> of(String name, Param p, Optimizer<T> optimizer, Map<String, Param> state) {
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
            // The first numbers are in the cells: the form would keep them a second time.
            var empty = StateTree.replace(form, (_, start) -> Tensor.zeros(start.dtype(), start.shape()));
            return new Member<>(p, optimizer, empty, own);
        }

        void apply(Iteration t, Tensor gradient) {
            var before = StateTree.replace(form, (part, start) -> cell(part).value());
            var update = optimizer.step(t.in(param.dtype()), param.value(), gradient, before);
            param.set(update.weight());
            StateTree.tensors(update.state()).forEach((part, value) -> {
                var cell = cell(part);
                if (value != cell.value()) {
                    cell.set(value);
                }
            });
        }

        private Param cell(String part) {
            var cell = cells.get(part);
            if (cell == null) {
                throw new SomaException("an optimizer's step remembers '" + part + "', which its init did not; it has "
                        + cells.keySet());
            }
            return cell;
        }
    }

    /** The optimizer; that of the parameters in no group, where there are groups. */
    public Optimizer<S> optimizer() {
        return optimizer;
    }

    /** The parameters' values as expressions: what a gradient is taken with respect to. */
    public List<Tensor> values() {
        return params.stream().map(Param::value).toList();
    }

    /** Sets each parameter to its value after step {@code t}; the gradients are in the order of the parameters. */
    public void apply(Iteration t, List<Tensor> gradients) {
        expect("update", gradients);
        for (int i = 0; i < members.size(); i++) {
            members.get(i).apply(t, gradients.get(i));
        }
    }

    private void expect(String asker, List<Tensor> gradients) {
        if (gradients.size() != params.size()) {
            throw new SomaException(
                    asker + ": " + gradients.size() + " gradients for " + params.size() + " parameters");
        }
    }

    // ---- gradients of several batches

    /**
     * Adds {@code share} times these gradients to those gathered. With a loss that is a mean over examples, and a
     * part's examples divided by those of all parts as its share, the sum is the gradient of one large batch.
     */
    public void accumulate(List<Tensor> gradients, double share) {
        gather(gradients.stream().map(g -> share == 1 ? g : g.mul(share)).toList());
    }

    /** {@link #accumulate(List, double)} with a share that may differ from run to run of a compiled step. */
    public void accumulate(List<Tensor> gradients, Tensor share) {
        gather(gradients.stream().map(g -> g.mul(share.to(g.dtype()))).toList());
    }

    private void gather(List<Tensor> gradients) {
        expect("accumulate", gradients);
        if (sums.isEmpty()) {
            sums = params.stream()
                    .map(p -> Param.state(Tensor.zeros(p.dtype(), p.shape())).named(p.name() + ".gradient"))
                    .toList();
        }
        for (int i = 0; i < sums.size(); i++) {
            sums.get(i).set(sums.get(i).value().add(gradients.get(i)));
        }
    }

    /** The gradients gathered, for {@link #apply}; gathering begins anew. */
    public List<Tensor> drain() {
        if (sums.isEmpty()) {
            throw new SomaException("drain: no gradients were gathered; call accumulate(gradients, share) first");
        }
        var gathered = sums.stream().map(Param::value).toList();
        sums.forEach(cell -> cell.set(Tensor.zeros(cell.dtype(), cell.shape())));
        return gathered;
    }

    /** The cells of all that is remembered, by parameter name and part; for checkpoints. */
    public Map<String, Param> state() {
        return Collections.unmodifiableMap(state);
    }
}
