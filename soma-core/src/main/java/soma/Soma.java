package soma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import soma.op.Leaf;
import soma.op.Walk;

/** The engine's front door: evaluating, explaining and compiling expressions, and the training scope. */
public final class Soma {
    private static final Executor EXECUTOR = ServiceLoader.load(Executor.class, Soma.class.getClassLoader())
            .findFirst()
            .orElseThrow(() ->
                    new SomaException("no soma.Executor was found; soma-core provides one, is its jar complete?"));

    /** How many threads to use; unbound means all cores or the system property {@code soma.threads}. */
    private static final ScopedValue<Integer> THREADS = ScopedValue.newInstance();

    private static final int DEFAULT_THREADS =
            Math.max(1, Integer.getInteger("soma.threads", Runtime.getRuntime().availableProcessors()));

    private Soma() {}

    /** Computes these tensors in one plan; within {@link #training} all updates of the scope too. */
    public static void eval(Tensor... tensors) {
        eval(Arrays.asList(tensors));
    }

    /** Computes these tensors in one plan; within {@link #training} all updates of the scope too. */
    public static void eval(List<Tensor> tensors) {
        var open = new ArrayList<Tensor>(tensors.size());
        for (var t : tensors) {
            if (!t.isEvaluated()) {
                open.add(t);
            }
        }
        if (isTracing()) {
            refuseToLook(open);
        }
        var params = new ArrayList<Param>();
        var values = new ArrayList<Tensor>();
        for (var s = Scope.current(); s != null && !s.tracing; s = s.parent) {
            for (var p : s.params()) {
                if (!params.contains(p)) {
                    params.add(p);
                    values.add(s.valueOf(p));
                }
            }
        }
        if (!open.isEmpty() || !params.isEmpty()) {
            commit(open, params, values);
            for (var s = Scope.current(); s != null && !s.tracing; s = s.parent) {
                s.clear();
            }
        }
    }

    /** In a function being compiled only constants can be looked at: all else changes from call to call. */
    private static void refuseToLook(List<Tensor> tensors) {
        var walk = Walk.from(tensors);
        for (int i = 0; i < walk.size(); i++) {
            switch (walk.op(i)) {
                case Leaf.Input in -> in.bind();
                case Leaf.ParamRead p -> refuse("parameter " + p.param().name());
                case Leaf.Feed _ -> refuse("a random draw or a value that is fed");
                default -> {}
            }
        }
    }

    private static void refuse(String what) {
        throw new SomaException(
                "an expression of " + what + " was looked at while a function was being compiled. A compiled"
                        + " function may only build expressions: move item(), toFloatArray() or printing out of it");
    }

    static void commit(List<Tensor> roots, List<Param> params, List<Tensor> values) {
        var assignments = new ArrayList<Executor.Assignment>(params.size());
        for (int i = 0; i < params.size(); i++) {
            assignments.add(new Executor.Assignment(params.get(i).array(), values.get(i)));
        }
        var arrays = EXECUTOR.run(roots, assignments);
        for (int i = 0; i < arrays.length; i++) {
            roots.get(i).resolve(arrays[i]);
        }
        params.forEach(Param::changed);
    }

    /**
     * The plan that would compute these tensors, for people: its kernels, shapes, bytes and operations, and, if it has
     * run, the shortest time each kernel took, from one run in 16.
     */
    public static String explain(Tensor... tensors) {
        return EXECUTOR.explain(Arrays.asList(tensors), List.of());
    }

    // ---- training

    /**
     * Runs {@code body} in training mode: dropout drops, batch norm uses and updates batch statistics, and random draws take keys
     * derived from {@code rng} in program order. Updates of parameters are committed when the body ends, in one plan with the
     * tensors it returns (a tensor, or a list or array of tensors).
     */
    public static <T> T training(Rng rng, Supplier<T> body) {
        return inScope(new Scope(true, false, rng), body);
    }

    /** Runs {@code body} in inference mode, also within a training scope. */
    public static <T> T inference(Supplier<T> body) {
        return inScope(new Scope(false, false, null), body);
    }

    private static <T> T inScope(Scope scope, Supplier<T> body) {
        return ScopedValue.where(Scope.CURRENT, scope).call(() -> {
            T result = body.get();
            if (!scope.handUp()) {
                eval(tensorsIn(result));
            }
            return result;
        });
    }

    /** What a scope returns is computed with its updates: afterwards the parameters it was computed from are gone. */
    private static List<Tensor> tensorsIn(@Nullable Object result) {
        return switch (result) {
            case Tensor t -> List.of(t);
            case Tensor[] ts -> Arrays.asList(ts);
            case Autodiff.ValueAndGrad v -> List.of(v.value(), v.grad());
            case List<?> list ->
                list.stream()
                        .filter(Tensor.class::isInstance)
                        .map(Tensor.class::cast)
                        .toList();
            case null, default -> List.of();
        };
    }

    /** Whether the code runs in training mode. */
    public static boolean isTraining() {
        var s = Scope.current();
        return s != null && s.training;
    }

    /** A fresh random source from the training scope. */
    public static Rng rng() {
        var s = Scope.current();
        if (s == null) {
            throw new SomaException("random numbers were asked for outside a training scope; run this in"
                    + " Soma.training(Rng.seed(1), ...) or pass an Rng");
        }
        return s.nextRng();
    }

    static boolean isTracing() {
        var s = Scope.current();
        return s != null && s.tracing;
    }

    // ---- compiling

    /** A function of tensors with its graph and plan kept. */
    public interface Compiled {
        /** Computes the results; updates of parameters that the function sets are carried out. */
        List<Tensor> apply(List<Tensor> arguments);

        /** Computes the results. */
        default List<Tensor> apply(Tensor... arguments) {
            return apply(Arrays.asList(arguments));
        }

        /** The plans made so far, one for each combination of shapes, as {@link Soma#explain} shows them. */
        String explain();
    }

    /**
     * Keeps graph and plan of a function of tensors, for each combination of argument shapes and dtypes: later calls skip even the
     * building. The function runs once for each combination and must only build expressions; parameters are read anew at every
     * call, values of {@link Tensor#feed} too.
     */
    public static Compiled compile(Function<List<Tensor>, List<Tensor>> f) {
        return new Tracer(EXECUTOR, f);
    }

    /** {@link #compile(Function)} for a function of one tensor. */
    public static Function<Tensor, Tensor> compileUnary(Function<Tensor, Tensor> f) {
        var compiled = compile(args -> List.of(f.apply(args.get(0))));
        return x -> compiled.apply(x).get(0);
    }

    // ---- threads

    /** Runs {@code body} with at most {@code n} threads for each evaluation. Results do not depend on it. */
    public static <T> T withThreads(int n, Supplier<T> body) {
        if (n < 1) {
            throw new SomaException("withThreads: " + n + " threads, expected at least 1");
        }
        return ScopedValue.where(THREADS, n).call(body::get);
    }

    /** How many threads an evaluation here uses. */
    public static int threads() {
        return THREADS.isBound() ? THREADS.get() : DEFAULT_THREADS;
    }

    static Tensor input(int position, Tensor like) {
        return Tensor.of(new Leaf.Input(position, like.shape(), like.dtype()));
    }
}
