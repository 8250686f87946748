package soma;

import java.util.Locale;

/** What a tensor's elements are. Names, promotion and default are PyTorch's. */
public enum DType {
    /** 32-bit IEEE float, the default. */
    FLOAT32(4, 3),
    /** 64-bit IEEE float. */
    FLOAT64(8, 3),
    /** 32-bit signed integer. */
    INT32(4, 1),
    /** 64-bit signed integer: the dtype of indices and of integer sums. */
    INT64(8, 1),
    /** 8-bit signed integer. */
    INT8(1, 1),
    /** 8-bit unsigned integer: pixels. */
    UINT8(1, 1),
    /** Truth value; stored as one byte, 0 or 1. */
    BOOL(1, 0),
    /** 16-bit IEEE float: storage; arithmetic is done in float32. */
    FLOAT16(2, 3),
    /** 16-bit float with float32's exponent: storage; arithmetic is done in float32. */
    BFLOAT16(2, 3);

    private final int bytes;
    private final int category;

    DType(int bytes, int category) {
        this.bytes = bytes;
        this.category = category;
    }

    /** Bytes an element takes. */
    public int bytes() {
        return bytes;
    }

    /** Whether elements are real numbers (then gradients exist). */
    public boolean isFloating() {
        return category == 3;
    }

    /** Whether elements are whole numbers; bool is not. */
    public boolean isInteger() {
        return category == 1;
    }

    /** Whether this is float16 or bfloat16. */
    public boolean isHalf() {
        return this == FLOAT16 || this == BFLOAT16;
    }

    /** The dtype that holds the values of both, as in PyTorch; int8 with uint8 gives int32, since there is no int16. */
    public static DType promote(DType a, DType b) {
        if (a == b) {
            return a;
        }
        if (a.category != b.category) {
            return a.category > b.category ? a : b;
        }
        if (a.isHalf() && b.isHalf()) {
            return FLOAT32;
        }
        if (a.bytes != b.bytes) {
            return a.bytes > b.bytes ? a : b;
        }
        return INT32;
    }

    /** The dtype of {@code a op b} where a zero-dimensional operand only decides if its category is higher (PyTorch's rule). */
    static DType promote(Tensor a, Tensor b) {
        boolean scalarA = a.rank() == 0;
        boolean scalarB = b.rank() == 0;
        if (scalarA == scalarB) {
            return promote(a.dtype(), b.dtype());
        }
        DType wide = scalarA ? b.dtype() : a.dtype();
        DType narrow = scalarA ? a.dtype() : b.dtype();
        return narrow.category > wide.category ? narrow : wide;
    }

    /** PyTorch's name: {@code float32}, {@code int64}, ... */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
