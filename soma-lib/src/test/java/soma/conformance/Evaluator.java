package soma.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import soma.DType;
import soma.Tensor;

/**
 * Runs a {@link Script} on Soma's tensors. Values are Tensor, Long, Double, Boolean, String, DType, List and null for
 * None.
 */
final class Evaluator {
    private final Operators operators;
    private final Map<String, Object> variables;

    Evaluator(Operators operators, Map<String, ?> variables) {
        this.operators = operators;
        this.variables = new HashMap<>(variables);
    }

    /** The value of a script's last statement. */
    Object run(String script) {
        return run(Script.parse(script));
    }

    private Object run(List<Script.Statement> statements) {
        Object last = null;
        for (var s : statements) {
            last = switch (s) {
                case Script.Assign a -> assign(a);
                case Script.Say say -> evaluate(say.value());
                case Script.Loop loop -> {
                    for (var item : items(evaluate(loop.source()))) {
                        bind(loop.variable(), item);
                        run(loop.body());
                    }
                    yield null;
                }
                case Script.Fork(var condition, var yes, var no) ->
                    run(Arithmetic.isTrue(evaluate(condition)) ? yes : no);
            };
        }
        return last;
    }

    private Object assign(Script.Assign a) {
        var value = evaluate(a.value());
        if (!a.op().isEmpty()) {
            value = Arithmetic.binary(a.op(), evaluate(a.target()), value);
        }
        bind(a.target(), value);
        return value;
    }

    private void bind(Script.Node target, Object value) {
        switch (target) {
            case Script.Name(String name) -> variables.put(name, value);
            case Script.Sequence(var targets) -> {
                var parts = items(value);
                for (int i = 0; i < targets.size(); i++) {
                    bind(targets.get(i), parts.get(i));
                }
            }
            case Script.Index(Script.Name(String name), var items) -> {
                var x = (Tensor) variables.get(name);
                var places = Tensor.arange(x.numel()).reshape(x.shape());
                var chosen = Subscripts.index(
                        places, items.stream().map(this::indexItem).toList());
                var given = value instanceof Tensor t ? t : Tensor.scalar(Arguments.number(value), x.dtype());
                var flat = x.flatten()
                        .indexPut(given.to(x.dtype()).expand(chosen.shape()).flatten(), false, chosen.flatten());
                replace(x, flat.reshape(x.shape()));
            }
            default -> throw new IllegalArgumentException("cannot assign to " + target);
        }
    }

    /** Gives every variable that holds a tensor another: how an operation in place is seen. */
    void replace(Tensor before, Tensor after) {
        variables.replaceAll((_, value) -> value == before ? after : value);
    }

    // ---- expressions

    Object evaluate(Script.Node node) {
        return switch (node) {
            case Script.Literal l -> l.value();
            case Script.Name(String name) -> name(name);
            case Script.Sequence(var items) -> list(items.stream().map(this::evaluate));
            case Script.Call call -> call(call);
            case Script.Member m -> member(m);
            case Script.Index(var of, var items) ->
                Subscripts.index(
                        evaluate(of), items.stream().map(this::indexItem).toList());
            case Script.Span _ -> throw new IllegalArgumentException("a slice outside brackets");
            case Script.Dots dots -> dots;
            case Script.Unary(String op, var x) -> Arithmetic.unary(op, evaluate(x));
            case Script.Binary(String op, var a, var b) -> logical(op, a, b);
            case Script.Choice(var yes, var condition, var no) ->
                evaluate(Arithmetic.isTrue(evaluate(condition)) ? yes : no);
            case Script.Each(var element, var variable, var source) -> {
                var out = new ArrayList<Object>();
                for (var item : items(evaluate(source))) {
                    bind(variable, item);
                    out.add(evaluate(element));
                }
                yield out;
            }
        };
    }

    /** A list that may hold None. */
    private static List<Object> list(java.util.stream.Stream<Object> items) {
        var out = new ArrayList<Object>();
        items.forEach(out::add);
        return out;
    }

    private Object name(String name) {
        if (variables.containsKey(name)) {
            return variables.get(name);
        }
        return switch (name) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "nan" -> Double.NaN;
            case "float" -> DType.FLOAT64;
            case "int" -> DType.INT64;
            case "bool" -> DType.BOOL;
            default -> throw new MissingOperator(name + ", which the case does not give");
        };
    }

    private Object member(Script.Member m) {
        if (m.of() instanceof Script.Name(String root) && !variables.containsKey(root)) {
            return switch (m.name()) {
                case "float32", "float" -> DType.FLOAT32;
                case "float64", "double" -> DType.FLOAT64;
                case "int32", "int" -> DType.INT32;
                case "int64", "long" -> DType.INT64;
                case "int8" -> DType.INT8;
                case "uint8" -> DType.UINT8;
                case "bool" -> DType.BOOL;
                case "float16", "half" -> DType.FLOAT16;
                case "bfloat16" -> DType.BFLOAT16;
                case "pi" -> Math.PI;
                case "e" -> Math.E;
                case "inf" -> Double.POSITIVE_INFINITY;
                case "nan" -> Double.NaN;
                default -> throw new MissingOperator(root + "." + m.name());
            };
        }
        var x = evaluate(m.of());
        if (x instanceof Tensor t) {
            return switch (m.name()) {
                case "shape" -> sizes(t);
                case "ndim" -> (long) t.rank();
                case "dtype" -> t.dtype();
                case "device", "layout" -> null;
                case "T" ->
                    t.permute(IntStream.range(0, t.rank())
                            .map(i -> t.rank() - 1 - i)
                            .toArray());
                case "mT" -> t.transpose(-2, -1);
                default -> throw new MissingOperator("Tensor." + m.name());
            };
        }
        // The named results of an operator with several: the values come first, then the indices.
        if (x instanceof List<?> results) {
            return switch (m.name()) {
                case "values", "Q", "sign", "eigenvalues", "U" -> results.get(0);
                case "indices", "R", "logabsdet", "eigenvectors", "S" -> results.get(1);
                case "Vh", "V" -> results.get(2);
                default -> throw new MissingOperator("result ." + m.name());
            };
        }
        throw new MissingOperator(m.name() + " of " + x);
    }

    static List<Object> sizes(Tensor t) {
        return list(Arrays.stream(t.shape().toArray()).mapToObj(n -> (long) n));
    }

    private Object call(Script.Call call) {
        var arguments = list(call.arguments().stream().map(this::evaluate));
        var named = new HashMap<String, Object>();
        call.named().forEach((name, value) -> named.put(name, evaluate(value)));
        if (call.function() instanceof Script.Name(String name)) {
            return builtin(name, arguments, named);
        }
        var path = new ArrayList<String>();
        var of = call.function();
        while (of instanceof Script.Member m) {
            path.addFirst(m.name());
            of = m.of();
        }
        if (of instanceof Script.Name(String root) && !variables.containsKey(root)) {
            if (root.equals("math")) {
                return builtin(path.getLast(), arguments, named);
            }
            // torch.linalg.svd is ATen's linalg_svd, torch.nn.functional.relu its relu.
            var joined = String.join("_", path);
            return operators.call(operators.knows(joined) ? joined : path.getLast(), arguments, named, this);
        }
        var method = (Script.Member) call.function();
        var self = evaluate(method.of());
        if (self instanceof List<?> && method.name().equals("append")) {
            var longer = new ArrayList<Object>(items(self));
            longer.addAll(arguments);
            bind(method.of(), longer);
            return longer;
        }
        if (!(self instanceof Tensor x)) {
            throw new MissingOperator("method " + method.name() + " of " + self);
        }
        arguments.addFirst(x);
        var name = method.name();
        if (name.endsWith("_") && !operators.knows(name)) {
            var result = (Tensor) operators.call(name.substring(0, name.length() - 1), arguments, named, this);
            var after = result.to(x.dtype()).expand(x.shape());
            replace(x, after);
            return after;
        }
        return operators.call(name, arguments, named, this);
    }

    private Object builtin(String name, List<Object> a, Map<String, Object> named) {
        return switch (name) {
            case "len" -> (long) items(a.get(0)).size();
            case "range" -> {
                long from = a.size() > 1 ? Arguments.integer(a.get(0)) : 0;
                long to = Arguments.integer(a.get(a.size() > 1 ? 1 : 0));
                long step = a.size() > 2 ? Arguments.integer(a.get(2)) : 1;
                long count = Math.max(0, Math.ceilDiv(to - from, step));
                yield list(LongStream.range(0, count).mapToObj(i -> from + i * step));
            }
            case "float" -> Arguments.number(a.get(0));
            case "int" -> (long) Arguments.number(a.get(0));
            case "bool" -> Arithmetic.isTrue(a.get(0));
            case "list", "tuple" -> a.get(0);
            case "sum" -> items(a.get(0)).stream().reduce(0L, (x, y) -> Arithmetic.binary("+", x, y));
            case "sqrt" -> Math.sqrt(Arguments.number(a.get(0)));
            case "log" -> Math.log(Arguments.number(a.get(0)));
            case "exp" -> Math.exp(Arguments.number(a.get(0)));
            case "cos" -> Math.cos(Arguments.number(a.get(0)));
            case "sin" -> Math.sin(Arguments.number(a.get(0)));
            case "pow" -> Math.pow(Arguments.number(a.get(0)), Arguments.number(a.get(1)));
            case "max", "min" -> {
                var all = (a.size() == 1 ? items(a.get(0)) : a).stream();
                var order = java.util.Comparator.comparingDouble((Object o) -> Arguments.number(o));
                yield (name.equals("max") ? all.max(order) : all.min(order)).orElseThrow();
            }
            default -> operators.call(name, a, named, this);
        };
    }

    static List<Object> items(Object value) {
        return switch (value) {
            case List<?> l -> new ArrayList<>(l);
            case Tensor t -> list(IntStream.range(0, t.size(0)).mapToObj(i -> t.select(0, i)));
            case null, default -> throw new IllegalArgumentException(value + " has no items");
        };
    }

    private Object logical(String op, Script.Node a, Script.Node b) {
        return switch (op) {
            case "and" -> Arithmetic.isTrue(evaluate(a)) ? evaluate(b) : false;
            case "or" -> Arithmetic.isTrue(evaluate(a)) ? true : evaluate(b);
            default -> Arithmetic.binary(op, evaluate(a), evaluate(b));
        };
    }

    private Object indexItem(Script.Node node) {
        return node instanceof Script.Span(var from, var to, var step)
                ? new Subscripts.Slice(evaluate(from), evaluate(to), evaluate(step))
                : evaluate(node);
    }
}
