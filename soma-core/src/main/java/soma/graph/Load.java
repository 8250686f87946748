package soma.graph;

import soma.Shape;
import soma.kernel.Convert;
import soma.kernel.DKind;

/** How a loop reads one operand: as it lies in memory, or broadcast over the loop's flat index. */
final class Load {
    /** Element i of the loop is element i of the operand. */
    static final int FULL = 0;
    /** Every element of the loop is the operand's only one. */
    static final int SCALAR = 1;
    /** Anything else that broadcasting makes. */
    static final int STRIDED = 2;

    private static final int[] NONE = {};

    final int slot;
    final int offset;
    final DKind kind;
    final int pattern;
    /** For STRIDED: the loop's axes, merged where possible, and the operand's strides along them; the last is 0 or 1. */
    private final int[] dims;

    private final int[] strides;
    /** For STRIDED: after how many elements the pattern repeats; 0 if it does not. */
    final int period;

    private Load(int slot, int offset, DKind kind, int pattern, int[] dims, int[] strides, int period) {
        this.slot = slot;
        this.offset = offset;
        this.kind = kind;
        this.pattern = pattern;
        this.dims = dims;
        this.strides = strides;
        this.period = period;
    }

    static Load of(int slot, int offset, DKind kind, Shape operand, Shape loop) {
        if (operand.size() == loop.size()) {
            return new Load(slot, offset, kind, FULL, NONE, NONE, 0);
        }
        if (operand.size() == 1) {
            return new Load(slot, offset, kind, SCALAR, NONE, NONE, 0);
        }
        int rank = loop.rank();
        int skip = rank - operand.rank();
        var own = operand.strides();
        var dims = new int[rank];
        var strides = new int[rank];
        int m = 0;
        for (int i = 0; i < rank; i++) {
            int d = loop.dim(i);
            int s = i < skip || operand.dim(i - skip) == 1 ? 0 : own[i - skip];
            if (d == 1) {
                continue;
            }
            if (m > 0 && strides[m - 1] == s * d) {
                dims[m - 1] *= d;
                strides[m - 1] = s;
            } else {
                dims[m] = d;
                strides[m++] = s;
            }
        }
        int period = m == 2 && strides[0] == 0 && strides[1] == 1 ? dims[1] : 0;
        return new Load(
                slot,
                offset,
                kind,
                STRIDED,
                java.util.Arrays.copyOf(dims, m),
                java.util.Arrays.copyOf(strides, m),
                period);
    }

    /** Whether both read the same elements of the same memory. */
    boolean isSame(Load other) {
        return slot == other.slot
                && offset == other.offset
                && pattern == other.pattern
                && java.util.Arrays.equals(dims, other.dims)
                && java.util.Arrays.equals(strides, other.strides);
    }

    /** Writes elements lo .. lo+n-1 of the loop to {@code register[0 .. n-1]}, which has the loop's arithmetic {@code num}. */
    void fill(Object array, int base, Num num, Object register, int lo, int n) {
        if (pattern == FULL) {
            Convert.copy(kind, array, base + lo, num.kind, register, 0, n);
            return;
        }
        int last = dims.length - 1;
        int inner = dims[last];
        int outer = lo / inner;
        int at = lo % inner;
        for (int done = 0; done < n; outer++, at = 0) {
            int rest = outer;
            int index = base;
            for (int i = last - 1; i >= 0; i--) {
                index += rest % dims[i] * strides[i];
                rest /= dims[i];
            }
            int run = Math.min(inner - at, n - done);
            if (strides[last] == 1) {
                Convert.copy(kind, array, index + at, num.kind, register, done, run);
            } else {
                spread(array, index, num, register, done, run);
            }
            done += run;
        }
    }

    private void spread(Object array, int index, Num num, Object register, int from, int n) {
        switch (num) {
            case FLOAT -> java.util.Arrays.fill((float[]) register, from, from + n, (float) number(array, index));
            case DOUBLE -> java.util.Arrays.fill((double[]) register, from, from + n, number(array, index));
            case LONG -> java.util.Arrays.fill((long[]) register, from, from + n, integer(array, index));
        }
    }

    /** One element as a double. */
    double number(Object array, int index) {
        return switch (array) {
            case float[] a -> a[index];
            case double[] a -> a[index];
            case short[] a -> kind == DKind.F16 ? Float.float16ToFloat(a[index]) : Convert.bfloat16ToFloat(a[index]);
            default -> integer(array, index);
        };
    }

    /** One element as a long. */
    long integer(Object array, int index) {
        return switch (array) {
            case int[] a -> a[index];
            case long[] a -> a[index];
            case byte[] a -> kind == DKind.U8 ? a[index] & 0xFF : a[index];
            default -> (long) number(array, index);
        };
    }
}
