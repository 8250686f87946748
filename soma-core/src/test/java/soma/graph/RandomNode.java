package soma.graph;

import java.util.List;
import java.util.function.Function;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/**
 * A step. {@code bound}: the largest magnitude there can be. {@code error}: how far the tensor may be from the plain value.
 * {@code whole}: only whole numbers.
 */
record RandomNode(
        String text,
        DType dtype,
        Shape shape,
        double bound,
        double error,
        boolean whole,
        List<Integer> inputs,
        Function<List<Tensor>, Tensor> tensor,
        Function<List<Plain>, Plain> plain) {

    /** A node without inputs: {@code text} says how its numbers are drawn. */
    static RandomNode leaf(String text, DType dtype, Shape shape, double bound, boolean whole) {
        return new RandomNode(text, dtype, shape, bound, 0, whole, List.of(), x -> null, x -> null);
    }

    boolean isLeaf() {
        return inputs.isEmpty();
    }

    /** Whether positions of {@link Tensor#take}: no numbers to compute with. */
    boolean isIndex() {
        return text.equals("index");
    }

    /** The same, known to come out as the plain value to the last bit. */
    RandomNode exact() {
        return new RandomNode(text, dtype, shape, bound, 0, whole, inputs, tensor, plain);
    }

    /** Whether a known value stays known when converted. */
    boolean fits(DType to) {
        return bound < limit(to) || dtype == to;
    }

    /** The distance of 1 to the next number. */
    static double unit(DType d) {
        return switch (d) {
            case FLOAT64 -> 0x1p-52;
            case FLOAT16 -> 0x1p-10;
            case BFLOAT16 -> 0x1p-7;
            default -> 0x1p-23;
        };
    }

    /** The largest magnitude up to which whole numbers are safe. */
    static double limit(DType d) {
        return switch (d) {
            case FLOAT32, BFLOAT16, INT32 -> 0x1p22;
            case FLOAT16 -> 30_000;
            case FLOAT64, INT64 -> 0x1p40;
            case INT8, UINT8, BOOL -> Double.MAX_VALUE;
        };
    }
}
