package soma.kernel;

/**
 * Elementwise functions over stretches of arrays, the instruction set of fused loops. The output may be one of the
 * inputs at the same offset; other overlaps are not allowed. An element's value depends on its operands alone, not on
 * its position or on n.
 */
public final class Lanes {

    private Lanes() {}

    /** out = f(a). */
    public static void apply(Lane f, float[] a, int ao, float[] out, int oo, int n) {
        if (Cpu.VECTORS && WarmLane.isColdUnary(f, n)) {
            WarmLane.unary(f, a, ao, out, oo, n);
        } else if (Cpu.VECTORS) {
            VectorLanes.apply(f, a, ao, out, oo, n);
        } else {
            ScalarLanes.apply(f, a, ao, out, oo, n);
        }
    }

    /** out = f(a, b). */
    public static void apply(Lane f, float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        if (Cpu.VECTORS && !WarmLane.isColdBinary(f, n)) {
            VectorLanes.apply(f, a, ao, b, bo, out, oo, n);
        } else {
            ScalarLanes.apply(f, a, ao, b, bo, out, oo, n);
        }
    }

    /** out = f(a, s) with the scalar s on the right. */
    public static void apply(Lane f, float[] a, int ao, float s, float[] out, int oo, int n) {
        if (Cpu.VECTORS && !WarmLane.isColdRight(f, n)) {
            VectorLanes.apply(f, a, ao, s, out, oo, n);
        } else {
            ScalarLanes.apply(f, a, ao, s, out, oo, n);
        }
    }

    /** out = f(s, b) with the scalar s on the left. */
    public static void apply(Lane f, float s, float[] b, int bo, float[] out, int oo, int n) {
        if (Cpu.VECTORS && !WarmLane.isColdLeft(f, n)) {
            VectorLanes.apply(f, s, b, bo, out, oo, n);
        } else {
            ScalarLanes.apply(f, s, b, bo, out, oo, n);
        }
    }

    /** out = f(a, b, c). */
    public static void apply(
            Lane f, float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        if (Cpu.VECTORS && !WarmLane.isColdTernary(f, n)) {
            VectorLanes.apply(f, a, ao, b, bo, c, co, out, oo, n);
        } else {
            ScalarLanes.apply(f, a, ao, b, bo, c, co, out, oo, n);
        }
    }

    /** out = a s + b. */
    public static void mulAdd(float[] a, int ao, float s, float[] b, int bo, float[] out, int oo, int n) {
        if (Cpu.VECTORS && WarmLane.isColdMulAdd(n)) {
            WarmLane.mulAdd(a, ao, s, b, bo, out, oo, n);
        } else if (Cpu.VECTORS) {
            VectorLanes.mulAdd(a, ao, s, b, bo, out, oo, n);
        } else {
            ScalarLanes.mulAdd(a, ao, s, b, bo, out, oo, n);
        }
    }

    /** out = a s + b t. */
    public static void mulAddMul(float[] a, int ao, float s, float[] b, int bo, float t, float[] out, int oo, int n) {
        if (Cpu.VECTORS && WarmLane.isColdMulAddMul(n)) {
            WarmLane.mulAddMul(a, ao, s, b, bo, t, out, oo, n);
        } else if (Cpu.VECTORS) {
            VectorLanes.mulAddMul(a, ao, s, b, bo, t, out, oo, n);
        } else {
            ScalarLanes.mulAddMul(a, ao, s, b, bo, t, out, oo, n);
        }
    }

    /** out = f(a). */
    public static void apply(Lane f, double[] a, int ao, double[] out, int oo, int n) {
        ScalarLanes.apply(f, a, ao, out, oo, n);
    }

    /** out = f(a, b). */
    public static void apply(Lane f, double[] a, int ao, double[] b, int bo, double[] out, int oo, int n) {
        ScalarLanes.apply(f, a, ao, b, bo, out, oo, n);
    }

    /** out = f(a, s) with the scalar s on the right. */
    public static void apply(Lane f, double[] a, int ao, double s, double[] out, int oo, int n) {
        ScalarLanes.apply(f, a, ao, s, out, oo, n);
    }

    /** out = f(s, b) with the scalar s on the left. */
    public static void apply(Lane f, double s, double[] b, int bo, double[] out, int oo, int n) {
        ScalarLanes.apply(f, s, b, bo, out, oo, n);
    }

    /** out = f(a, b, c). */
    public static void apply(
            Lane f, double[] a, int ao, double[] b, int bo, double[] c, int co, double[] out, int oo, int n) {
        ScalarLanes.apply(f, a, ao, b, bo, c, co, out, oo, n);
    }

    /** out = a s + b. */
    public static void mulAdd(double[] a, int ao, double s, double[] b, int bo, double[] out, int oo, int n) {
        ScalarLanes.mulAdd(a, ao, s, b, bo, out, oo, n);
    }

    /** out = a s + b t. */
    public static void mulAddMul(
            double[] a, int ao, double s, double[] b, int bo, double t, double[] out, int oo, int n) {
        ScalarLanes.mulAddMul(a, ao, s, b, bo, t, out, oo, n);
    }

    /** out = f(a). */
    public static void apply(Lane f, long[] a, int ao, long[] out, int oo, int n) {
        ScalarLanes.apply(f, a, ao, out, oo, n);
    }

    /** out = f(a, b). */
    public static void apply(Lane f, long[] a, int ao, long[] b, int bo, long[] out, int oo, int n) {
        ScalarLanes.apply(f, a, ao, b, bo, out, oo, n);
    }

    /** out = f(a, s) with the scalar s on the right. */
    public static void apply(Lane f, long[] a, int ao, long s, long[] out, int oo, int n) {
        ScalarLanes.apply(f, a, ao, s, out, oo, n);
    }

    /** out = f(s, b) with the scalar s on the left. */
    public static void apply(Lane f, long s, long[] b, int bo, long[] out, int oo, int n) {
        ScalarLanes.apply(f, s, b, bo, out, oo, n);
    }

    /** out = f(a, b, c). */
    public static void apply(Lane f, long[] a, int ao, long[] b, int bo, long[] c, int co, long[] out, int oo, int n) {
        ScalarLanes.apply(f, a, ao, b, bo, c, co, out, oo, n);
    }

    /** out = a s + b. */
    public static void mulAdd(long[] a, int ao, long s, long[] b, int bo, long[] out, int oo, int n) {
        ScalarLanes.mulAdd(a, ao, s, b, bo, out, oo, n);
    }

    /** out = a s + b t. */
    public static void mulAddMul(long[] a, int ao, long s, long[] b, int bo, long t, long[] out, int oo, int n) {
        ScalarLanes.mulAddMul(a, ao, s, b, bo, t, out, oo, n);
    }
}
