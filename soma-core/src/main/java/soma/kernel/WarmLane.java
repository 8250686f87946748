package soma.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Elementwise loops on their way to hot: those whose result is exact, or rounded once, so that plain Java gives the
 * same bits, and those of {@link WarmExp}.
 */
final class WarmLane extends Warming {

    private static final int LENGTH = 1024;

    private enum Form {
        UNARY,
        BINARY,
        RIGHT,
        LEFT,
        TERNARY,
        MUL_ADD,
        MUL_ADD_MUL
    }

    static final WarmLane[] UNARY = all(Form.UNARY);
    static final WarmLane[] BINARY = all(Form.BINARY);
    static final WarmLane[] RIGHT = all(Form.RIGHT);
    static final WarmLane[] LEFT = all(Form.LEFT);
    static final WarmLane[] TERNARY = all(Form.TERNARY);
    static final WarmLane MUL_ADD = new WarmLane(Form.MUL_ADD, Lane.FMA);
    static final WarmLane MUL_ADD_MUL = new WarmLane(Form.MUL_ADD_MUL, Lane.FMA);

    private final Form form;
    private final Lane lane;
    private final boolean hasTwin;
    private float @Nullable [] numbers;

    private WarmLane(Form form, Lane lane) {
        this.form = form;
        this.lane = lane;
        this.hasTwin = hasTwin(lane);
    }

    /** Whether plain Java and vectors agree: one operation, rounded once, or one that is written out in both. */
    static boolean hasTwin(Lane lane) {
        return switch (lane) {
            case NEG, ABS, SQUARE, RECIPROCAL, SQRT, RELU, STEP -> true;
            case ADD, SUB, MUL, DIV, MAX, MIN, EQ, NE, LT, LE, GT, GE, WHERE -> true;
            default -> WarmExp.has(lane);
        };
    }

    private static WarmLane[] all(Form form) {
        var lanes = new WarmLane[Lane.values().length];
        for (var lane : Lane.values()) {
            lanes[lane.ordinal()] = new WarmLane(form, lane);
        }
        return lanes;
    }

    static boolean isColdUnary(Lane lane, int n) {
        var w = UNARY[lane.ordinal()];
        return w.hasTwin && w.isCold(n);
    }

    static boolean isColdBinary(Lane lane, int n) {
        var w = BINARY[lane.ordinal()];
        return w.hasTwin && w.isCold(n);
    }

    static boolean isColdRight(Lane lane, int n) {
        var w = RIGHT[lane.ordinal()];
        return w.hasTwin && w.isCold(n);
    }

    static boolean isColdLeft(Lane lane, int n) {
        var w = LEFT[lane.ordinal()];
        return w.hasTwin && w.isCold(n);
    }

    static boolean isColdTernary(Lane lane, int n) {
        var w = TERNARY[lane.ordinal()];
        return w.hasTwin && w.isCold(n);
    }

    static boolean isColdMulAdd(int n) {
        return MUL_ADD.isCold(n);
    }

    static boolean isColdMulAddMul(int n) {
        return MUL_ADD_MUL.isCold(n);
    }

    /** out = f(a). */
    static void unary(Lane f, float[] a, int ao, float[] out, int oo, int n) {
        if (WarmExp.has(f)) {
            WarmExp.apply(f, a, ao, out, oo, n);
        } else {
            ScalarLanes.apply(f, a, ao, out, oo, n);
        }
    }

    /** out = a s + b, in one rounding. */
    static void mulAdd(float[] a, int ao, float s, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = Math.fma(a[ao + i], s, b[bo + i]);
        }
    }

    /** out = a s + b t, the second product rounded. */
    static void mulAddMul(float[] a, int ao, float s, float[] b, int bo, float t, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = Math.fma(a[ao + i], s, b[bo + i] * t);
        }
    }

    @Override
    int instructions() {
        return WarmExp.has(lane) ? 40 : 5;
    }

    @Override
    int turns() {
        return LENGTH / VectorGemm.VL;
    }

    /** Plain loops of a single operation C2 makes nearly as fast: they come last. */
    @Override
    long enough() {
        return WarmExp.has(lane) ? ENOUGH : 100 * ENOUGH;
    }

    @Override
    int rank() {
        return WarmExp.has(lane) ? 1 : 2;
    }

    @Override
    void sample(int turns) {
        if (numbers == null) {
            numbers = new float[4 * LENGTH];
            for (int i = 0; i < 3 * LENGTH; i++) {
                numbers[i] = i % 7 - 2.5f;
            }
        }
        var x = numbers;
        int n = turns * VectorGemm.VL;
        int b = LENGTH;
        int c = 2 * LENGTH;
        int out = 3 * LENGTH;
        switch (form) {
            case UNARY -> VectorLanes.apply(lane, x, 0, x, out, n);
            case BINARY -> VectorLanes.apply(lane, x, 0, x, b, x, out, n);
            case RIGHT -> VectorLanes.apply(lane, x, 0, 1.5f, x, out, n);
            case LEFT -> VectorLanes.apply(lane, 1.5f, x, 0, x, out, n);
            case TERNARY -> VectorLanes.apply(lane, x, 0, x, b, x, c, x, out, n);
            case MUL_ADD -> VectorLanes.mulAdd(x, 0, 1.5f, x, b, x, out, n);
            case MUL_ADD_MUL -> VectorLanes.mulAddMul(x, 0, 1.5f, x, b, 0.5f, x, out, n);
        }
    }
}
