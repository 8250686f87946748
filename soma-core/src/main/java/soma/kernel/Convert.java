package soma.kernel;

/**
 * Copies between element kinds. Fractions are cut toward zero and then wrap as Java's narrowing of a long does; to
 * BOOL means {@code x != 0}; F16 and BF16 round to nearest, ties to even. Pairs without a loop of their own go
 * through a small block of doubles or longs.
 */
public final class Convert {

    private static final int BLOCK = 512;

    private Convert() {}

    /** dst[dof+i] = src[so+i] in the other kind, for i in 0 .. n-1. */
    public static void copy(DKind from, Object src, int so, DKind to, Object dst, int dof, int n) {
        if (from == to) {
            System.arraycopy(src, so, dst, dof, n);
        } else if (!direct(from, src, so, to, dst, dof, n)) {
            inBlocks(from, src, so, to, dst, dof, n);
        }
    }

    /** A bfloat16 as a float. */
    public static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The nearest bfloat16, ties to even; NaN stays NaN. */
    public static short floatToBfloat16(float x) {
        int bits = Float.floatToRawIntBits(x), rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) >> 16;
        return (short) (!Float.isNaN(x) ? rounded : 0x7fc0);
    }

    /** As doubles. */
    static double[] wide(float[] x) {
        var out = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = x[i];
        }
        return out;
    }

    /** Rounds as many doubles as out takes. */
    static void narrow(double[] x, float[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) x[i];
        }
    }

    private static boolean direct(DKind from, Object src, int so, DKind to, Object dst, int dof, int n) {
        if (to == DKind.F32) {
            return toFloats(from, src, so, (float[]) dst, dof, n);
        }
        if (from == DKind.F32) {
            return fromFloats((float[]) src, so, to, dst, dof, n);
        }
        if (from == DKind.I32 && to == DKind.I64) {
            var a = (int[]) src;
            var b = (long[]) dst;
            for (int i = 0; i < n; i++) {
                b[dof + i] = a[so + i];
            }
            return true;
        }
        if (from == DKind.I64 && to == DKind.I32) {
            var a = (long[]) src;
            var b = (int[]) dst;
            for (int i = 0; i < n; i++) {
                b[dof + i] = (int) a[so + i];
            }
            return true;
        }
        if (from == DKind.I64 && to == DKind.BOOL) {
            var a = (long[]) src;
            var b = (byte[]) dst;
            for (int i = 0; i < n; i++) {
                b[dof + i] = (byte) (a[so + i] != 0 ? 1 : 0);
            }
            return true;
        }
        return false;
    }

    private static boolean toFloats(DKind from, Object src, int so, float[] dst, int dof, int n) {
        switch (from) {
            case F64 -> {
                var a = (double[]) src;
                for (int i = 0; i < n; i++) {
                    dst[dof + i] = (float) a[so + i];
                }
            }
            case I32 -> {
                var a = (int[]) src;
                for (int i = 0; i < n; i++) {
                    dst[dof + i] = a[so + i];
                }
            }
            case I64 -> {
                var a = (long[]) src;
                for (int i = 0; i < n; i++) {
                    dst[dof + i] = a[so + i];
                }
            }
            case I8, BOOL -> {
                var a = (byte[]) src;
                for (int i = 0; i < n; i++) {
                    dst[dof + i] = a[so + i];
                }
            }
            case U8 -> {
                var a = (byte[]) src;
                for (int i = 0; i < n; i++) {
                    dst[dof + i] = a[so + i] & 255;
                }
            }
            case F16 -> {
                var a = (short[]) src;
                for (int i = 0; i < n; i++) {
                    dst[dof + i] = Float.float16ToFloat(a[so + i]);
                }
            }
            case BF16 -> {
                var a = (short[]) src;
                for (int i = 0; i < n; i++) {
                    dst[dof + i] = bfloat16ToFloat(a[so + i]);
                }
            }
            case F32 -> System.arraycopy(src, so, dst, dof, n);
        }
        return true;
    }

    private static boolean fromFloats(float[] src, int so, DKind to, Object dst, int dof, int n) {
        switch (to) {
            case F64 -> {
                var b = (double[]) dst;
                for (int i = 0; i < n; i++) {
                    b[dof + i] = src[so + i];
                }
            }
            case F16 -> {
                var b = (short[]) dst;
                for (int i = 0; i < n; i++) {
                    b[dof + i] = Float.floatToFloat16(src[so + i]);
                }
            }
            case BF16 -> {
                var b = (short[]) dst;
                for (int i = 0; i < n; i++) {
                    b[dof + i] = floatToBfloat16(src[so + i]);
                }
            }
            case BOOL -> {
                var b = (byte[]) dst;
                for (int i = 0; i < n; i++) {
                    b[dof + i] = (byte) (src[so + i] != 0 ? 1 : 0);
                }
            }
            case I64 -> {
                var b = (long[]) dst;
                for (int i = 0; i < n; i++) {
                    b[dof + i] = (long) src[so + i];
                }
            }
            case I32 -> {
                var b = (int[]) dst;
                for (int i = 0; i < n; i++) {
                    b[dof + i] = (int) (long) src[so + i];
                }
            }
            case I8, U8 -> {
                var b = (byte[]) dst;
                for (int i = 0; i < n; i++) {
                    b[dof + i] = (byte) (long) src[so + i];
                }
            }
            case F32 -> System.arraycopy(src, so, dst, dof, n);
        }
        return true;
    }

    private static void inBlocks(DKind from, Object src, int so, DKind to, Object dst, int dof, int n) {
        if (from.integral()) {
            var block = new long[Math.min(n, BLOCK)];
            for (int i = 0; i < n; i += BLOCK) {
                int m = Math.min(BLOCK, n - i);
                readLongs(from, src, so + i, block, m);
                writeLongs(block, to, dst, dof + i, m);
            }
        } else {
            var block = new double[Math.min(n, BLOCK)];
            for (int i = 0; i < n; i += BLOCK) {
                int m = Math.min(BLOCK, n - i);
                readDoubles(from, src, so + i, block, m);
                writeDoubles(block, to, dst, dof + i, m);
            }
        }
    }

    private static void readLongs(DKind from, Object src, int so, long[] block, int n) {
        for (int i = 0; i < n; i++) {
            block[i] = switch (from) {
                case I32 -> ((int[]) src)[so + i];
                case I64 -> ((long[]) src)[so + i];
                case I8, BOOL -> ((byte[]) src)[so + i];
                case U8 -> ((byte[]) src)[so + i] & 255;
                case F32, F64, F16, BF16 -> throw new IllegalArgumentException(from + " is not an integral kind");
            };
        }
    }

    private static void readDoubles(DKind from, Object src, int so, double[] block, int n) {
        for (int i = 0; i < n; i++) {
            block[i] = switch (from) {
                case F64 -> ((double[]) src)[so + i];
                case F32 -> ((float[]) src)[so + i];
                case F16 -> Float.float16ToFloat(((short[]) src)[so + i]);
                case BF16 -> bfloat16ToFloat(((short[]) src)[so + i]);
                case I32, I64, I8, U8, BOOL -> throw new IllegalArgumentException(from + " is not a floating kind");
            };
        }
    }

    private static void writeLongs(long[] block, DKind to, Object dst, int dof, int n) {
        for (int i = 0; i < n; i++) {
            long v = block[i];
            switch (to) {
                case F32 -> ((float[]) dst)[dof + i] = v;
                case F64 -> ((double[]) dst)[dof + i] = v;
                case I32 -> ((int[]) dst)[dof + i] = (int) v;
                case I64 -> ((long[]) dst)[dof + i] = v;
                case I8, U8 -> ((byte[]) dst)[dof + i] = (byte) v;
                case BOOL -> ((byte[]) dst)[dof + i] = (byte) (v != 0 ? 1 : 0);
                case F16 -> ((short[]) dst)[dof + i] = Float.floatToFloat16(v);
                case BF16 -> ((short[]) dst)[dof + i] = floatToBfloat16(v);
            }
        }
    }

    private static void writeDoubles(double[] block, DKind to, Object dst, int dof, int n) {
        for (int i = 0; i < n; i++) {
            double v = block[i];
            switch (to) {
                case F32 -> ((float[]) dst)[dof + i] = (float) v;
                case F64 -> ((double[]) dst)[dof + i] = v;
                case I32 -> ((int[]) dst)[dof + i] = (int) (long) v;
                case I64 -> ((long[]) dst)[dof + i] = (long) v;
                case I8, U8 -> ((byte[]) dst)[dof + i] = (byte) (long) v;
                case BOOL -> ((byte[]) dst)[dof + i] = (byte) (v != 0 ? 1 : 0);
                case F16 -> ((short[]) dst)[dof + i] = Float.floatToFloat16((float) v);
                case BF16 -> ((short[]) dst)[dof + i] = floatToBfloat16((float) v);
            }
        }
    }
}
