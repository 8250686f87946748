package soma.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** Element types that files have and tensors may lack; the latter are widened when read. */
enum StoredType {
    F64(8, DType.FLOAT64),
    F32(4, DType.FLOAT32),
    F16(2, DType.FLOAT16),
    BF16(2, DType.BFLOAT16),
    I64(8, DType.INT64),
    I32(4, DType.INT32),
    I16(2, DType.INT32),
    I8(1, DType.INT8),
    /** Int64, or float64 where a number is 2^63 or more. */
    U64(8, DType.INT64),
    U32(4, DType.INT64),
    U16(2, DType.INT32),
    U8(1, DType.UINT8),
    BOOL(1, DType.BOOL);

    final int bytes;
    final DType dtype;

    StoredType(int bytes, DType dtype) {
        this.bytes = bytes;
        this.dtype = dtype;
    }

    static StoredType of(DType dtype) {
        return switch (dtype) {
            case FLOAT64 -> F64;
            case FLOAT32 -> F32;
            case FLOAT16 -> F16;
            case BFLOAT16 -> BF16;
            case INT64 -> I64;
            case INT32 -> I32;
            case INT8 -> I8;
            case UINT8 -> U8;
            case BOOL -> BOOL;
        };
    }

    /** Reads a tensor that lies at byte {@code at}. */
    Tensor read(MemorySegment from, long at, Shape shape, ByteOrder order) {
        int n = shape.size();
        return switch (this) {
            case F64, F32, F16, BF16, I64, I32, I8, U8 ->
                Tensor.wrap(Bytes.array(from, at, n, dtype, order), dtype, shape);
            case BOOL -> {
                var a = (byte[]) Bytes.array(from, at, n, dtype, order);
                for (int i = 0; i < n; i++) {
                    a[i] = (byte) (a[i] == 0 ? 0 : 1);
                }
                yield Tensor.wrap(a, dtype, shape);
            }
            case I16, U16 -> {
                var s = Bytes.shorts(from, at, n, order);
                var a = new int[n];
                for (int i = 0; i < n; i++) {
                    a[i] = this == I16 ? s[i] : Short.toUnsignedInt(s[i]);
                }
                yield Tensor.wrap(a, dtype, shape);
            }
            case U32 -> {
                var a = new long[n];
                var layout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
                for (int i = 0; i < n; i++) {
                    a[i] = Integer.toUnsignedLong(from.get(layout, at + 4L * i));
                }
                yield Tensor.wrap(a, dtype, shape);
            }
            case U64 -> {
                var a = (long[]) Bytes.array(from, at, n, DType.INT64, order);
                yield Arrays.stream(a).allMatch(v -> v >= 0)
                        ? Tensor.wrap(a, DType.INT64, shape)
                        : Tensor.wrap(
                                Arrays.stream(a)
                                        .mapToDouble(StoredType::unsigned)
                                        .toArray(),
                                DType.FLOAT64,
                                shape);
            }
        };
    }

    private static double unsigned(long v) {
        // Halving keeps the lowest bit, so that rounding to double happens once.
        return v >= 0 ? v : ((v >>> 1) | (v & 1)) * 2.0;
    }
}
