package soma.conformance;

import java.util.List;
import java.util.Map;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.nn.Loss;

/** The arguments of one call by name, read as what the operator takes them for. */
final class Arguments {
    private final String operator;
    private final Map<String, Object> values;
    private final Evaluator evaluator;

    Arguments(String operator, Map<String, Object> values, Evaluator evaluator) {
        this.operator = operator;
        this.values = values;
        this.evaluator = evaluator;
    }

    boolean has(String name) {
        return values.get(name) != null;
    }

    Object value(String name) {
        return values.get(name);
    }

    /** A tensor that an operator changes in place takes its new value in all variables that hold it. */
    void replace(Tensor before, Tensor after) {
        evaluator.replace(before, after);
    }

    Tensor x() {
        return t("input");
    }

    Tensor t(String name) {
        return tensor(values.get(name));
    }

    /** The tensor, or {@code otherwise} if None. */
    Tensor t(String name, Tensor otherwise) {
        return has(name) ? t(name) : otherwise;
    }

    Tensor tensor(Object value) {
        return switch (value) {
            case Tensor t -> t;
            case Double d -> Tensor.scalar(d);
            case Long n -> Tensor.scalar((long) n);
            case Boolean b -> Tensor.of(new boolean[] {b}).reshape(Shape.SCALAR);
            case null, default ->
                throw new IllegalArgumentException(operator + ": " + value + " is not a tensor in " + values);
        };
    }

    List<Tensor> tensors(String name) {
        return list(name).stream().map(this::tensor).toList();
    }

    List<?> list(String name) {
        return switch (values.get(name)) {
            case List<?> list -> list;
            case Tensor t -> List.of(t);
            case null, default ->
                throw new IllegalArgumentException(operator + ": " + name + " is not a list: " + values.get(name));
        };
    }

    int i(String name) {
        return Math.toIntExact(integer(values.get(name)));
    }

    double d(String name) {
        return number(values.get(name));
    }

    boolean b(String name) {
        return switch (values.get(name)) {
            case Boolean b -> b;
            case Long n -> n != 0;
            case null, default ->
                throw new IllegalArgumentException(
                        operator + ": " + name + " is not a truth value: " + values.get(name));
        };
    }

    String s(String name) {
        return String.valueOf(values.get(name));
    }

    /** A list of whole numbers; one number is a list of one, None an empty list. */
    int[] ints(String name) {
        return switch (values.get(name)) {
            case null -> new int[0];
            case List<?> list ->
                list.stream().mapToInt(v -> Math.toIntExact(integer(v))).toArray();
            case Tensor t -> t.toIntArray();
            case Object o -> new int[] {Math.toIntExact(integer(o))};
        };
    }

    /** {@code n} whole numbers, one standing for all. */
    int[] ints(String name, int n) {
        var given = ints(name);
        if (given.length != 1) {
            return given;
        }
        var all = new int[n];
        java.util.Arrays.fill(all, given[0]);
        return all;
    }

    Shape shape(String name) {
        return Shape.of(ints(name));
    }

    DType dtype(String name, DType otherwise) {
        return switch (values.get(name)) {
            case null -> otherwise;
            case DType d -> d;
            case Tensor like -> like.dtype();
            case Object code -> dtype(integer(code));
        };
    }

    /** A dtype by the number that TorchScript writes for it. */
    private static DType dtype(long code) {
        return switch ((int) code) {
            case 0 -> DType.UINT8;
            case 1 -> DType.INT8;
            case 3 -> DType.INT32;
            case 4 -> DType.INT64;
            case 5 -> DType.FLOAT16;
            case 6 -> DType.FLOAT32;
            case 7 -> DType.FLOAT64;
            case 11 -> DType.BOOL;
            case 15 -> DType.BFLOAT16;
            default -> throw new MissingOperator("dtype number " + code);
        };
    }

    Loss.Reduction reduction() {
        return switch (values.get("reduction")) {
            case Long n when n == 0 -> Loss.Reduction.NONE;
            case Long n when n == 1 -> Loss.Reduction.MEAN;
            case Long n when n == 2 -> Loss.Reduction.SUM;
            case String s when s.equals("none") -> Loss.Reduction.NONE;
            case String s when s.equals("mean") -> Loss.Reduction.MEAN;
            case String s when s.equals("sum") -> Loss.Reduction.SUM;
            case String s when s.equals("batchmean") -> Loss.Reduction.BATCH_MEAN;
            case null, default ->
                throw new IllegalArgumentException(operator + ": reduction " + values.get("reduction"));
        };
    }

    static long integer(Object value) {
        return switch (value) {
            case Long n -> n;
            case Boolean b -> b ? 1 : 0;
            case Double d when d == Math.rint(d) -> (long) (double) d;
            case Tensor t when t.numel() == 1 -> t.toLongArray()[0];
            case null, default -> throw new IllegalArgumentException(value + " is not a whole number");
        };
    }

    static double number(Object value) {
        return switch (value) {
            case Long n -> n;
            case Double d -> d;
            case Boolean b -> b ? 1 : 0;
            case String s when s.equals("inf") -> Double.POSITIVE_INFINITY;
            case String s when s.equals("-inf") -> Double.NEGATIVE_INFINITY;
            case Tensor t when t.numel() == 1 -> t.item();
            case null, default -> throw new IllegalArgumentException(value + " is not a number");
        };
    }
}
