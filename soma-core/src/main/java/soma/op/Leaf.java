package soma.op;

import java.util.List;
import java.util.function.Supplier;
import soma.DType;
import soma.Param;
import soma.Shape;
import soma.Tensor;

/** A node without inputs: its elements are there when a plan runs. */
public sealed interface Leaf extends Op {

    /**
     * The array that holds the elements: float[], double[], int[], long[], byte[] (int8, uint8, bool) or short[] (the halves).
     * Whoever asks must not write to it.
     */
    Object bind();

    @Override
    default List<Tensor> inputs() {
        return List.of();
    }

    @Override
    default List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of();
    }

    /** Elements in memory. */
    record Data(Object array, Shape shape, DType dtype) implements Leaf {
        @Override
        public Object bind() {
            return array;
        }
    }

    /** One number written in a program, such as the 0.5 of {@code x.mul(0.5)}: an input of the plan, not a part of its identity. */
    record Scalar(double value, DType dtype) implements Leaf {
        @Override
        public Shape shape() {
            return Shape.SCALAR;
        }

        @Override
        public Object bind() {
            return switch (dtype) {
                case FLOAT32 -> new float[] {(float) value};
                case FLOAT64 -> new double[] {value};
                case INT32 -> new int[] {(int) value};
                case INT64 -> new long[] {(long) value};
                case INT8, UINT8 -> new byte[] {(byte) (long) value};
                case BOOL -> new byte[] {(byte) (value != 0 ? 1 : 0)};
                case FLOAT16 -> new short[] {Float.floatToFloat16((float) value)};
                case BFLOAT16 -> new short[] {soma.kernel.Convert.floatToBfloat16((float) value)};
            };
        }
    }

    /** A value that the host gives anew at each run of a compiled function: a learning rate, a random key. */
    record Feed(Supplier<Object> source, Shape shape, DType dtype) implements Leaf {
        @Override
        public Object bind() {
            return source.get();
        }
    }

    /** An array that a plan may write to, made or given away when the plan runs: {@link Append} fills its room where it lies. */
    record Given(Supplier<Object> source, Shape shape, DType dtype) implements Leaf {
        @Override
        public Object bind() {
            return source.get();
        }
    }

    /** An argument of a function while it is being compiled. */
    record Input(int position, Shape shape, DType dtype) implements Leaf {
        @Override
        public Object bind() {
            throw new soma.SomaException("argument " + position + " of a compiled function, of shape " + shape
                    + ", was looked at while the function was being compiled. A compiled function may only build"
                    + " expressions: move item(), toFloatArray() or printing out of it");
        }
    }

    /** A parameter's value as it was before its next update. */
    record ParamRead(Param param, int version) implements Leaf {
        @Override
        public Shape shape() {
            return param.shape();
        }

        @Override
        public DType dtype() {
            return param.dtype();
        }

        @Override
        public Object bind() {
            return param.array(version);
        }
    }

    /** A new array for so many elements. */
    static Object array(DType dtype, int size) {
        return switch (dtype) {
            case FLOAT32 -> new float[size];
            case FLOAT64 -> new double[size];
            case INT32 -> new int[size];
            case INT64 -> new long[size];
            case INT8, UINT8, BOOL -> new byte[size];
            case FLOAT16, BFLOAT16 -> new short[size];
        };
    }
}
