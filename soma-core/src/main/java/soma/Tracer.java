package soma;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A function compiled once for each combination of argument shapes and dtypes. */
final class Tracer implements Soma.Compiled {
    private final Executor executor;
    private final Function<List<Tensor>, List<Tensor>> f;
    private final ConcurrentHashMap<List<Object>, Traced> traced = new ConcurrentHashMap<>();

    /** The key that the draws of one call in a training scope derive theirs from. */
    private static final ScopedValue<Long> CALL_KEY = ScopedValue.newInstance();

    private record Traced(
            Executor.Program program, List<Shape> shapes, List<DType> dtypes, List<Param> params, boolean draws) {}

    Tracer(Executor executor, Function<List<Tensor>, List<Tensor>> f) {
        this.executor = executor;
        this.f = f;
    }

    @Override
    public List<Tensor> apply(List<Tensor> arguments) {
        if (Soma.isTracing()) {
            return f.apply(arguments);
        }
        Soma.eval(arguments);
        var key = new ArrayList<Object>(2 * arguments.size() + 1);
        key.add(Soma.isTraining());
        var arrays = new Object[arguments.size()];
        for (int i = 0; i < arrays.length; i++) {
            var a = arguments.get(i);
            key.add(a.shape());
            key.add(a.dtype());
            arrays[i] = a.array();
        }
        var t = traced.get(key);
        if (t == null) {
            t = trace(arguments);
            traced.put(key, t);
        }
        var results = t.draws() ? drawing(t.program(), arrays) : t.program().run(arrays);
        for (var p : t.params()) {
            p.changed();
        }
        var out = new ArrayList<Tensor>(results.length);
        for (int i = 0; i < results.length; i++) {
            out.add(Tensor.wrap(results[i], t.dtypes().get(i), t.shapes().get(i)));
        }
        return out;
    }

    @Override
    public String explain() {
        return traced.values().stream().map(t -> t.program().explain()).collect(Collectors.joining("\n"));
    }

    private static Object[] drawing(Executor.Program program, Object[] arrays) {
        return ScopedValue.where(CALL_KEY, Soma.rng().key()).call(() -> program.run(arrays));
    }

    private Traced trace(List<Tensor> arguments) {
        var inputs = new ArrayList<Tensor>();
        for (int i = 0; i < arguments.size(); i++) {
            inputs.add(Soma.input(i, arguments.get(i)));
        }
        var scope = new Scope(Soma.isTraining(), true, Soma.isTraining() ? Rng.of(CALL_KEY::get) : null);
        var roots = ScopedValue.where(Scope.CURRENT, scope).call(() -> List.copyOf(f.apply(inputs)));
        var params = List.copyOf(scope.params());
        var assignments = new ArrayList<Executor.Assignment>();
        for (var p : params) {
            assignments.add(new Executor.Assignment(p.array(), scope.valueOf(p)));
        }
        return new Traced(
                executor.compile(inputs, roots, assignments),
                roots.stream().map(Tensor::shape).toList(),
                roots.stream().map(Tensor::dtype).toList(),
                params,
                scope.hasDrawn());
    }
}
