package soma.kernel;

/**
 * How the elements of an array are to be read: the Java array type alone does not tell int8 from bool or float16 from
 * bfloat16.
 */
public enum DKind {
    /** {@code float[]}. */
    F32,
    /** {@code double[]}. */
    F64,
    /** {@code int[]}. */
    I32,
    /** {@code long[]}. */
    I64,
    /** {@code byte[]}, signed. */
    I8,
    /** {@code byte[]}, 0 .. 255. */
    U8,
    /** {@code byte[]}, 0 or 1. */
    BOOL,
    /** {@code short[]} holding the bits of an IEEE binary16. */
    F16,
    /** {@code short[]} holding the upper half of a float. */
    BF16;

    boolean integral() {
        return switch (this) {
            case I32, I64, I8, U8, BOOL -> true;
            case F32, F64, F16, BF16 -> false;
        };
    }
}
