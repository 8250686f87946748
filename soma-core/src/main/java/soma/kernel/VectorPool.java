package soma.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Pooling by disjoint 2 x 2 windows: two rows of two vectors make a vector of outputs, the even and the odd columns
 * taken apart by a permutation of two vectors. The rest of a row is done through masks.
 */
final class VectorPool {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    private static final FloatVector EVEN = lanes(0);
    private static final FloatVector ODD = lanes(1);
    /** Lanes of two vectors taken in turn: the first and the second half. */
    private static final FloatVector TURN_LOW = turns(0);

    private static final FloatVector TURN_HIGH = turns(VL / 2);

    private VectorPool() {}

    private static FloatVector lanes(int from) {
        var index = new float[VL];
        for (int i = 0; i < VL; i++) {
            index[i] = from + 2 * i;
        }
        return FloatVector.fromArray(S, index, 0);
    }

    private static FloatVector turns(int from) {
        var index = new float[VL];
        for (int i = 0; i < VL; i++) {
            index[i] = from + i / 2 + i % 2 * VL;
        }
        return FloatVector.fromArray(S, index, 0);
    }

    /** The mask of the first lanes of a row's rest. */
    private static VectorMask<Float> firstLanes(int n) {
        return S.indexInRange(0, Math.clamp(n, 0, VL));
    }

    private static FloatVector max(FloatVector a, FloatVector b) {
        return a.blend(b, after(a, b));
    }

    /** Where b takes the place of the maximum a. */
    private static VectorMask<Float> after(FloatVector a, FloatVector b) {
        return b.compare(VectorOperators.GT, a).or(b.compare(VectorOperators.NE, b));
    }

    static void maxForward(PoolWindows w, int from, int to, float[] x, int xo, float[] y, int yo) {
        int width = w.in[2];
        int columns = w.out[2];
        int full = S.loopBound(columns);
        int rest = columns - full;
        var m = firstLanes(rest);
        var m0 = firstLanes(2 * rest);
        var m1 = firstLanes(2 * rest - VL);
        for (int row = from * w.out[0]; row < to * w.out[0]; row++) {
            int a = xo + row / w.out[0] * w.inPlane + row % w.out[0] * 2 * width;
            int b = a + width;
            int c = yo + row * columns;
            for (int j = 0; j < full; j += VL, a += 2 * VL, b += 2 * VL, c += VL) {
                var p = max(FloatVector.fromArray(S, x, a), FloatVector.fromArray(S, x, b));
                var q = max(FloatVector.fromArray(S, x, a + VL), FloatVector.fromArray(S, x, b + VL));
                max(EVEN.selectFrom(p, q), ODD.selectFrom(p, q)).intoArray(y, c);
            }
            if (rest > 0) {
                var p = max(FloatVector.fromArray(S, x, a, m0), FloatVector.fromArray(S, x, b, m0));
                var q = max(FloatVector.fromArray(S, x, a + VL, m1), FloatVector.fromArray(S, x, b + VL, m1));
                max(EVEN.selectFrom(p, q), ODD.selectFrom(p, q)).intoArray(y, c, m);
            }
        }
    }

    static void avgForward(PoolWindows w, int from, int to, float[] x, int xo, float[] y, int yo) {
        int width = w.in[2];
        int columns = w.out[2];
        int full = S.loopBound(columns);
        int rest = columns - full;
        var m = firstLanes(rest);
        var m0 = firstLanes(2 * rest);
        var m1 = firstLanes(2 * rest - VL);
        for (int row = from * w.out[0]; row < to * w.out[0]; row++) {
            int a = xo + row / w.out[0] * w.inPlane + row % w.out[0] * 2 * width;
            int b = a + width;
            int c = yo + row * columns;
            for (int j = 0; j < full; j += VL, a += 2 * VL, b += 2 * VL, c += VL) {
                var p = FloatVector.fromArray(S, x, a).add(FloatVector.fromArray(S, x, b));
                var q = FloatVector.fromArray(S, x, a + VL).add(FloatVector.fromArray(S, x, b + VL));
                EVEN.selectFrom(p, q).add(ODD.selectFrom(p, q)).mul(0.25f).intoArray(y, c);
            }
            if (rest > 0) {
                var p = FloatVector.fromArray(S, x, a, m0).add(FloatVector.fromArray(S, x, b, m0));
                var q = FloatVector.fromArray(S, x, a + VL, m1).add(FloatVector.fromArray(S, x, b + VL, m1));
                EVEN.selectFrom(p, q).add(ODD.selectFrom(p, q)).mul(0.25f).intoArray(y, c, m);
            }
        }
    }

    static void avgBackward(PoolWindows w, int from, int to, float[] dy, int dyo, float[] dx, int dxo) {
        clearUncovered(w, from, to, dx, dxo);
        int width = w.in[2];
        int columns = w.out[2];
        int full = S.loopBound(columns);
        int rest = columns - full;
        var m = firstLanes(rest);
        var m0 = firstLanes(2 * rest);
        var m1 = firstLanes(2 * rest - VL);
        for (int row = from * w.out[0]; row < to * w.out[0]; row++) {
            int a = dxo + row / w.out[0] * w.inPlane + row % w.out[0] * 2 * width;
            int b = a + width;
            int c = dyo + row * columns;
            for (int j = 0; j < full; j += VL, a += 2 * VL, b += 2 * VL, c += VL) {
                var g = FloatVector.fromArray(S, dy, c).mul(0.25f);
                var p = TURN_LOW.selectFrom(g, g);
                var q = TURN_HIGH.selectFrom(g, g);
                p.intoArray(dx, a);
                q.intoArray(dx, a + VL);
                p.intoArray(dx, b);
                q.intoArray(dx, b + VL);
            }
            if (rest > 0) {
                var g = FloatVector.fromArray(S, dy, c, m).mul(0.25f);
                var p = TURN_LOW.selectFrom(g, g);
                var q = TURN_HIGH.selectFrom(g, g);
                p.intoArray(dx, a, m0);
                q.intoArray(dx, a + VL, m1);
                p.intoArray(dx, b, m0);
                q.intoArray(dx, b + VL, m1);
            }
        }
    }

    static void maxBackward(
            PoolWindows w, int from, int to, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
        clearUncovered(w, from, to, dx, dxo);
        int width = w.in[2];
        int columns = w.out[2];
        for (int row = from * w.out[0]; row < to * w.out[0]; row++) {
            int a = row / w.out[0] * w.inPlane + row % w.out[0] * 2 * width;
            int c = dyo + row * columns;
            for (int j = 0; j < columns; j += VL, a += 2 * VL) {
                int n = columns - j;
                var m0 = firstLanes(2 * n);
                var m1 = firstLanes(2 * n - VL);
                var p = FloatVector.fromArray(S, x, xo + a, m0);
                var q = FloatVector.fromArray(S, x, xo + a + VL, m1);
                var r = FloatVector.fromArray(S, x, xo + a + width, m0);
                var s = FloatVector.fromArray(S, x, xo + a + width + VL, m1);
                var best = EVEN.selectFrom(p, q);
                var next = ODD.selectFrom(p, q);
                var t1 = after(best, next);
                best = best.blend(next, t1);
                next = EVEN.selectFrom(r, s);
                var t2 = after(best, next);
                best = best.blend(next, t2);
                next = ODD.selectFrom(r, s);
                var t3 = after(best, next);
                var zero = FloatVector.zero(S);
                var g = FloatVector.fromArray(S, dy, c + j, firstLanes(n));
                var d3 = zero.blend(g, t3);
                g = g.blend(zero, t3);
                var d2 = zero.blend(g, t2);
                g = g.blend(zero, t2);
                var d1 = zero.blend(g, t1);
                g = g.blend(zero, t1);
                TURN_LOW.selectFrom(g, d1).intoArray(dx, dxo + a, m0);
                TURN_HIGH.selectFrom(g, d1).intoArray(dx, dxo + a + VL, m1);
                TURN_LOW.selectFrom(d2, d3).intoArray(dx, dxo + a + width, m0);
                TURN_HIGH.selectFrom(d2, d3).intoArray(dx, dxo + a + width + VL, m1);
            }
        }
    }

    static void maxPick(PoolWindows w, int from, int to, float[] x, int xo, float[] g, int go, float[] y, int yo) {
        int width = w.in[2];
        int columns = w.out[2];
        for (int row = from * w.out[0]; row < to * w.out[0]; row++) {
            int a = row / w.out[0] * w.inPlane + row % w.out[0] * 2 * width;
            int c = yo + row * columns;
            for (int j = 0; j < columns; j += VL, a += 2 * VL) {
                int n = columns - j;
                var m0 = firstLanes(2 * n);
                var m1 = firstLanes(2 * n - VL);
                var p = FloatVector.fromArray(S, x, xo + a, m0);
                var q = FloatVector.fromArray(S, x, xo + a + VL, m1);
                var r = FloatVector.fromArray(S, x, xo + a + width, m0);
                var s = FloatVector.fromArray(S, x, xo + a + width + VL, m1);
                var best = EVEN.selectFrom(p, q);
                var next = ODD.selectFrom(p, q);
                var t1 = after(best, next);
                best = best.blend(next, t1);
                next = EVEN.selectFrom(r, s);
                var t2 = after(best, next);
                best = best.blend(next, t2);
                var t3 = after(best, ODD.selectFrom(r, s));
                p = FloatVector.fromArray(S, g, go + a, m0);
                q = FloatVector.fromArray(S, g, go + a + VL, m1);
                r = FloatVector.fromArray(S, g, go + a + width, m0);
                s = FloatVector.fromArray(S, g, go + a + width + VL, m1);
                EVEN.selectFrom(p, q)
                        .blend(ODD.selectFrom(p, q), t1)
                        .blend(EVEN.selectFrom(r, s), t2)
                        .blend(ODD.selectFrom(r, s), t3)
                        .intoArray(y, c + j, firstLanes(n));
            }
        }
    }

    /** With an odd height or width, a last row or column belongs to no window. */
    private static void clearUncovered(PoolWindows w, int from, int to, float[] dx, int dxo) {
        if (w.in[0] > 2 * w.out[0] || w.in[2] > 2 * w.out[2]) {
            Arrays.fill(dx, dxo + from * w.inPlane, dxo + to * w.inPlane, 0f);
        }
    }
}
