package soma.optim;

import java.util.function.IntSupplier;
import java.util.function.IntToDoubleFunction;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/**
 * Which step this is, counted from 1, as an expression: a number that depends on the step count becomes a tensor read
 * anew at each run of a compiled training step, so that no step's numbers are baked in.
 */
public final class Iteration {
    private final IntSupplier count;
    private final DType dtype;

    private Iteration(IntSupplier count, DType dtype) {
        this.count = count;
        this.dtype = dtype;
    }

    /** Step {@code count}, from 1. */
    public static Iteration of(int count) {
        return of(() -> count);
    }

    /** The step that {@code count}, from 1, tells when the expression runs. */
    public static Iteration of(IntSupplier count) {
        return new Iteration(count, DType.FLOAT32);
    }

    /** The same step; its numbers come in the precision of {@code dtype}. */
    Iteration in(DType wanted) {
        return new Iteration(count, wanted == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32);
    }

    /** A number that depends on the step count k = 1, 2, .. */
    public Tensor at(IntToDoubleFunction f) {
        return Tensor.feed(dtype, Shape.SCALAR, () -> {
            double value = f.applyAsDouble(count.getAsInt());
            return dtype == DType.FLOAT64 ? new double[] {value} : new float[] {(float) value};
        });
    }

    /** The learning rate in force. */
    public Tensor lr(Schedule schedule) {
        return at(k -> schedule.at(k - 1));
    }
}
