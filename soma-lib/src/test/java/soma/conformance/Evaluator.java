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
import soma.op.Redirect;

/** Runs a {@link Script} on Soma's tensors. Values are Tensor, Long, Double, Boolean, String, DType, List and null for None. */
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
                case Script.Fork(var condition, var yes, var no) -> run(isTrue(evaluate(condition)) ? yes : no);
            };
        }
        return last;
    }

    private Object assign(Script.Assign a) {
        var value = evaluate(a.value());
        if (!a.op().isEmpty()) {
            value = binary(a.op(), evaluate(a.target()), value);
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
                var chosen = index(places, items.stream().map(this::indexItem).toList());
                var given = value instanceof Tensor t ? t : Tensor.scalar(Arguments.number(value), x.dtype());
                var flat = x.flatten().indexPut(given.to(x.dtype()).expand(chosen.shape()).flatten(), false, chosen.flatten());
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
                index(evaluate(of), items.stream().map(this::indexItem).toList());
            case Script.Span _ -> throw new IllegalArgumentException("a slice outside brackets");
            case Script.Dots dots -> dots;
            case Script.Unary(String op, var x) -> unary(op, evaluate(x));
            case Script.Binary(String op, var a, var b) -> logical(op, a, b);
            case Script.Choice(var yes, var condition, var no) -> evaluate(isTrue(evaluate(condition)) ? yes : no);
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
                case "T" -> t.permute(IntStream.range(0, t.rank()).map(i -> t.rank() - 1 - i).toArray());
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
            return operators.call(
                    operators.knows(joined) ? joined : path.getLast(), arguments, named, this);
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
            case "bool" -> isTrue(a.get(0));
            case "list", "tuple" -> a.get(0);
            case "sum" -> items(a.get(0)).stream().reduce(0L, (x, y) -> binary("+", x, y));
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

    private static boolean isTrue(Object value) {
        return switch (value) {
            case null -> false;
            case Boolean b -> b;
            case List<?> l -> !l.isEmpty();
            case String s -> !s.isEmpty();
            default -> Arguments.number(value) != 0;
        };
    }

    // ---- arithmetic

    private static Object unary(String op, Object x) {
        return switch (op) {
            case "-" -> x instanceof Tensor t ? t.neg() : x instanceof Long n ? (Object) (-n) : (Object) (-Arguments.number(x));
            case "+" -> x;
            case "not" -> !isTrue(x);
            case "~" -> x instanceof Tensor t ? t.logicalNot() : !isTrue(x);
            default -> throw new IllegalArgumentException("operator " + op);
        };
    }

    private Object logical(String op, Script.Node a, Script.Node b) {
        return switch (op) {
            case "and" -> isTrue(evaluate(a)) ? evaluate(b) : false;
            case "or" -> isTrue(evaluate(a)) ? true : evaluate(b);
            default -> binary(op, evaluate(a), evaluate(b));
        };
    }

    static Object binary(String op, Object a, Object b) {
        if ((a == null || b == null) && (op.equals("==") || op.equals("!="))) {
            return op.equals("==") == (a == b);
        }
        if (a instanceof Tensor x) {
            return b instanceof Tensor y ? tensors(op, x, y) : tensorAndNumber(op, x, b);
        }
        if (b instanceof Tensor y) {
            return tensors(op, likeOther(a, y), y);
        }
        if (a instanceof List<?> x && op.equals("+")) {
            var joined = new ArrayList<Object>(x);
            joined.addAll(items(b));
            return joined;
        }
        if (a instanceof List<?> x && op.equals("*")) {
            var repeated = new ArrayList<Object>();
            for (long i = 0; i < Arguments.integer(b); i++) {
                repeated.addAll(x);
            }
            return repeated;
        }
        if (op.equals("==") || op.equals("!=")) {
            boolean same = a instanceof Number && b instanceof Number
                    ? Arguments.number(a) == Arguments.number(b)
                    : java.util.Objects.equals(a, b);
            return op.equals("==") == same;
        }
        return a instanceof Long x && b instanceof Long y ? longs(op, x, y) : doubles(op, Arguments.number(a), Arguments.number(b));
    }

    /** A number beside a tensor takes its dtype, unless it has a fraction and the tensor does not. */
    private static Tensor likeOther(Object a, Tensor other) {
        double value = Arguments.number(a);
        if (other.dtype().isFloating() || a instanceof Long && other.dtype().isInteger()) {
            return Tensor.scalar(value, other.dtype());
        }
        return a instanceof Long n ? Tensor.scalar((long) n) : Tensor.scalar(value);
    }

    private static Object tensorAndNumber(String op, Tensor x, Object b) {
        double v = Arguments.number(b);
        if (x.dtype().isFloating()) {
            return switch (op) {
                case "+" -> x.add(v);
                case "-" -> x.sub(v);
                case "*" -> x.mul(v);
                case "/" -> x.div(v);
                case "**" -> x.pow(v);
                case ">" -> x.gt(v);
                case "<" -> x.lt(v);
                default -> tensors(op, x, likeOther(b, x));
            };
        }
        return tensors(op, x, likeOther(b, x));
    }

    private static Tensor tensors(String op, Tensor x, Tensor y) {
        return switch (op) {
            case "+" -> x.add(y);
            case "-" -> x.sub(y);
            case "*" -> x.mul(y);
            case "/" -> x.div(y);
            case "//" -> x.floorDivide(y);
            case "%" -> x.remainder(y);
            case "**" -> x.pow(y);
            case "@" -> x.matmul(y);
            case "<" -> x.lt(y);
            case "<=" -> x.le(y);
            case ">" -> x.gt(y);
            case ">=" -> x.ge(y);
            case "==" -> x.eq(y);
            case "!=" -> x.ne(y);
            case "&" -> x.logicalAnd(y);
            case "|" -> x.logicalOr(y);
            case "^" -> x.logicalXor(y);
            default -> throw new IllegalArgumentException("operator " + op);
        };
    }

    private static Object longs(String op, long x, long y) {
        return switch (op) {
            case "+" -> x + y;
            case "-" -> x - y;
            case "*" -> x * y;
            case "//" -> Math.floorDiv(x, y);
            case "%" -> Math.floorMod(x, y);
            case "**" -> y < 0 ? (Object) Math.pow(x, y) : (Object) (long) Math.pow(x, y);
            default -> doubles(op, x, y);
        };
    }

    private static Object doubles(String op, double x, double y) {
        return switch (op) {
            case "+" -> x + y;
            case "-" -> x - y;
            case "*" -> x * y;
            case "/" -> x / y;
            case "//" -> Math.floor(x / y);
            case "%" -> x - Math.floor(x / y) * y;
            case "**" -> Math.pow(x, y);
            case "<" -> x < y;
            case "<=" -> x <= y;
            case ">" -> x > y;
            case ">=" -> x >= y;
            default -> throw new IllegalArgumentException("operator " + op);
        };
    }

    // ---- indexing

    /** A slice with its ends, each null where not given. */
    private record Slice(Object from, Object to, Object step) {}

    private Object indexItem(Script.Node node) {
        return node instanceof Script.Span(var from, var to, var step)
                ? new Slice(evaluate(from), evaluate(to), evaluate(step))
                : evaluate(node);
    }

    private static Object index(Object of, List<Object> items) {
        if (of instanceof Tensor x) {
            return index(x, items);
        }
        var list = items(of);
        if (items.get(0) instanceof Slice(Object from, Object to, Object step) && step == null) {
            int n = list.size();
            return list.subList(
                    from == null ? 0 : Math.floorMod((int) Arguments.integer(from), n),
                    to == null ? n : Arguments.integer(to) < 0 ? n + (int) Arguments.integer(to) : (int) Arguments.integer(to));
        }
        int i = Math.toIntExact(Arguments.integer(items.get(0)));
        return list.get(i < 0 ? i + list.size() : i);
    }

    private static Tensor index(Tensor x, List<Object> items) {
        int used = 0;
        for (var item : items) {
            used += item == null || item instanceof Script.Dots ? 0 : item instanceof Tensor t && t.dtype() == DType.BOOL ? t.rank() : 1;
        }
        int axis = 0;
        var tensors = new ArrayList<Tensor>();
        for (var item : items) {
            switch (item) {
                case null -> {
                    x = x.unsqueeze(axis);
                    tensors.add(axis++, null);
                }
                case Script.Dots _ -> {
                    int skip = x.rank() - axis - remaining(items, item, used);
                    for (int i = 0; i < skip; i++) {
                        tensors.add(axis++, null);
                    }
                }
                case Slice(Object from, Object to, Object step) -> {
                    int by = step == null ? 1 : Math.toIntExact(Arguments.integer(step));
                    int start = from == null ? (by > 0 ? 0 : Integer.MAX_VALUE) : Math.toIntExact(Arguments.integer(from));
                    int end = to == null
                            ? (by > 0 ? Integer.MAX_VALUE : Integer.MIN_VALUE)
                            : Math.toIntExact(Math.min(Integer.MAX_VALUE, Arguments.integer(to)));
                    x = x.slice(axis, start, end, by);
                    tensors.add(axis++, null);
                }
                case Tensor t when t.dtype() == DType.BOOL -> {
                    var places = Tensor.of(new Redirect.Barrier(t, t)).nonzero();
                    for (int i = 0; i < t.rank(); i++) {
                        tensors.add(axis++, places.select(1, i));
                    }
                }
                case Tensor t -> tensors.add(axis++, t);
                case List<?> list -> {
                    var places = list.stream().mapToLong(Arguments::integer).toArray();
                    tensors.add(axis++, Tensor.of(places, places.length));
                }
                default -> x = x.select(axis, Math.toIntExact(Arguments.integer(item)));
            }
        }
        return indexTensors(x, tensors);
    }

    private static int remaining(List<Object> items, Object dots, int used) {
        int before = 0;
        for (var item : items) {
            if (item == dots) {
                break;
            }
            before += item == null ? 0 : item instanceof Tensor t && t.dtype() == DType.BOOL ? t.rank() : 1;
        }
        return used - before;
    }

    /** x[t0, t1, ...] where a null index takes the whole axis. */
    static Tensor indexTensors(Tensor x, List<Tensor> at) {
        var order = order(x, at);
        var chosen = at.stream().filter(t -> t != null).toArray(Tensor[]::new);
        if (chosen.length == 0) {
            return x;
        }
        var front = x.permute(order).index(chosen);
        int first = firstOf(at);
        if (first == 0) {
            return front;
        }
        // Neighbouring index tensors leave their axes where they stood, others put them first.
        int indexRank = front.rank() - (x.rank() - chosen.length);
        var back = IntStream.concat(
                IntStream.concat(IntStream.range(indexRank, indexRank + first), IntStream.range(0, indexRank)),
                IntStream.range(indexRank + first, front.rank()));
        return front.permute(back.toArray());
    }

    /** The axes with indices first. */
    static int[] order(Tensor x, List<Tensor> at) {
        var indexed = IntStream.range(0, at.size()).filter(i -> at.get(i) != null);
        var rest = IntStream.range(0, x.rank()).filter(i -> i >= at.size() || at.get(i) == null);
        return IntStream.concat(indexed, rest).toArray();
    }

    private static int firstOf(List<Tensor> at) {
        var places = IntStream.range(0, at.size()).filter(i -> at.get(i) != null).toArray();
        boolean neighbours = places[places.length - 1] - places[0] == places.length - 1;
        return neighbours ? places[0] : 0;
    }
}
