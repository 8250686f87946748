package soma.op;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** One line of the op table: an op, how it is called, on what, and its scalar twin. */
record Row(
        String name,
        Class<? extends Op> op,
        Function<List<Tensor>, Tensor> call,
        @Nullable Twin twin,
        List<Arg> args,
        boolean elementwise,
        double float32Tolerance) {

    /** What the op should give, one number at a time. */
    @FunctionalInterface
    interface Twin {
        Nd of(Nd... in);
    }

    /** An argument; a constant one (indices, masks, orders) is not differentiated. */
    record Arg(Shape shape, Sampler sampler, DType dtype, boolean constant) {

        Arg of(Shape other) {
            return new Arg(other, sampler, dtype, constant);
        }

        /** Values in double precision, or in its own dtype if that is not floating. */
        Tensor draw(SplittableRandom random) {
            return Tensor.of(sampler.draw(random, shape.size()), shape.size())
                    .reshape(shape)
                    .to(dtype);
        }
    }

    Row called(String other) {
        return new Row(other, op, call, twin, args, elementwise, float32Tolerance);
    }

    Row tolerance(double float32) {
        return new Row(name, op, call, twin, args, elementwise, float32);
    }

    /** The same op on arguments of other shapes. */
    Row on(Shape... shapes) {
        var other = new java.util.ArrayList<Arg>();
        for (int i = 0; i < args.size(); i++) {
            other.add(args.get(i).of(shapes[i % shapes.length]));
        }
        return new Row(name, op, call, twin, other, elementwise, float32Tolerance);
    }

    static Arg arg(Sampler sampler, int... shape) {
        return new Arg(Shape.of(shape), sampler, DType.FLOAT64, false);
    }

    /** An ordinary argument: numbers from -2 to 2. */
    static Arg arg(int... shape) {
        return arg(Sampler.between(-2, 2), shape);
    }

    static Arg indices(int size, int... shape) {
        return new Arg(Shape.of(shape), Sampler.whole(0, size), DType.INT64, true);
    }

    static Arg constant(DType dtype, Sampler sampler, int... shape) {
        return new Arg(Shape.of(shape), sampler, dtype, true);
    }

    @Override
    public String toString() {
        return name;
    }
}
