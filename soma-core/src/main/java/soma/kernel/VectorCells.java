package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The arithmetic of recurrent cells on planes of numbers, whose sizes are multiples of a vector. Sigmoid and tanh are
 * the loops that all of Soma shares: planes of a block lie in L1, where a further pass costs less than more code for C2.
 */
final class VectorCells {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();
    private static final int UNITS = RecurrentShape.UNITS;

    private VectorCells() {}

    /** Rows of {@code width} numbers, {@code stride} apart, to rows UNITS apart, or added to them; 0 right of them. */
    static void spread(float[] x, int from, int stride, int rows, int width, float[] out, int to, boolean add) {
        if (width == UNITS) {
            for (int r = 0; r < rows; r++) {
                for (int j = 0; j < UNITS; j += VL) {
                    var v = FloatVector.fromArray(S, x, from + r * stride + j);
                    int at = to + r * UNITS + j;
                    (add ? v.add(FloatVector.fromArray(S, out, at)) : v).intoArray(out, at);
                }
            }
            return;
        }
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < width; j++) {
                float v = x[from + r * stride + j];
                out[to + r * UNITS + j] = add ? out[to + r * UNITS + j] + v : v;
            }
            for (int j = width; j < UNITS && !add; j++) {
                out[to + r * UNITS + j] = 0;
            }
        }
    }

    /** The way back: the first {@code width} numbers of rows UNITS apart to rows {@code stride} apart. */
    static void collect(float[] x, int from, int rows, int width, float[] out, int to, int stride) {
        if (width == UNITS) {
            for (int r = 0; r < rows; r++) {
                for (int j = 0; j < UNITS; j += VL) {
                    FloatVector.fromArray(S, x, from + r * UNITS + j).intoArray(out, to + r * stride + j);
                }
            }
            return;
        }
        for (int r = 0; r < rows; r++) {
            System.arraycopy(x, from + r * UNITS, out, to + r * stride, width);
        }
    }

    /** c' = f c + i g; no c stands for zeros. */
    static void lstmCell(
            float[] i, int io, float[] f, int fo, float[] g, int go, float[] c, int co, float[] out, int oo, int n) {
        boolean none = c.length == 0;
        for (int k = 0; k < n; k += VL) {
            var x = FloatVector.fromArray(S, i, io + k).mul(FloatVector.fromArray(S, g, go + k));
            if (!none) {
                x = FloatVector.fromArray(S, f, fo + k).fma(FloatVector.fromArray(S, c, co + k), x);
            }
            x.intoArray(out, oo + k);
        }
    }

    /** a b. */
    static void mul(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int k = 0; k < n; k += VL) {
            FloatVector.fromArray(S, a, ao + k)
                    .mul(FloatVector.fromArray(S, b, bo + k))
                    .intoArray(out, oo + k);
        }
    }

    /** a b + c. */
    static void mulAdd(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        for (int k = 0; k < n; k += VL) {
            FloatVector.fromArray(S, a, ao + k)
                    .fma(FloatVector.fromArray(S, b, bo + k), FloatVector.fromArray(S, c, co + k))
                    .intoArray(out, oo + k);
        }
    }

    /** h' = n + z (h - n); no h stands for zeros. */
    static void gruState(float[] z, int zo, float[] n, int no, float[] h, int ho, float[] out, int oo, int size) {
        boolean none = h.length == 0;
        for (int k = 0; k < size; k += VL) {
            var x = FloatVector.fromArray(S, n, no + k);
            var d = none ? x.neg() : FloatVector.fromArray(S, h, ho + k).sub(x);
            FloatVector.fromArray(S, z, zo + k).fma(d, x).intoArray(out, oo + k);
        }
    }

    static void relu(float[] a, int ao, float[] out, int oo, int n) {
        for (int k = 0; k < n; k += VL) {
            FloatVector.fromArray(S, a, ao + k).max(0f).intoArray(out, oo + k);
        }
    }

    /**
     * The gates' gradients i, f, g, o of an LSTM, {@code step} floats from one to the next in {@code out}, from the
     * gradients dh of its state and dc of its cell, which becomes that of the cell before. {@code kept}: i, f, o, g, c,
     * tanh c, {@code step} floats each.
     */
    static void lstmBack(
            float[] kept,
            int ko,
            int step,
            float[] before,
            int bo,
            float[] dh,
            int ho,
            float[] dc,
            int co,
            float[] out,
            int oo,
            int next,
            int n) {
        boolean none = before.length == 0;
        for (int k = 0; k < n; k += VL) {
            var i = FloatVector.fromArray(S, kept, ko + k);
            var f = FloatVector.fromArray(S, kept, ko + step + k);
            var o = FloatVector.fromArray(S, kept, ko + 2 * step + k);
            var g = FloatVector.fromArray(S, kept, ko + 3 * step + k);
            var t = FloatVector.fromArray(S, kept, ko + 5 * step + k);
            var d = FloatVector.fromArray(S, dh, ho + k);
            var one = FloatVector.broadcast(S, 1f);
            d.mul(t).mul(o).mul(one.sub(o)).intoArray(out, oo + 3 * next + k);
            d = d.mul(o).mul(one.sub(t.mul(t))).add(FloatVector.fromArray(S, dc, co + k));
            d.mul(g).mul(i).mul(one.sub(i)).intoArray(out, oo + k);
            d.mul(i).mul(one.sub(g.mul(g))).intoArray(out, oo + 2 * next + k);
            var c = none ? FloatVector.zero(S) : FloatVector.fromArray(S, before, bo + k);
            var df = d.mul(f);
            df.intoArray(dc, co + k);
            df.mul(c).mul(one.sub(f)).intoArray(out, oo + next + k);
        }
    }

    /**
     * The gates' gradients r, z, n of a GRU, {@code next} floats from one to the next in {@code out}, behind them that
     * of the product that r multiplies; and what of dh goes straight to the state before. {@code kept}: r, z, that
     * product, n, h, {@code step} floats each.
     */
    static void gruBack(
            float[] kept,
            int ko,
            int step,
            float[] before,
            int bo,
            float[] dh,
            int ho,
            float[] carry,
            int co,
            float[] out,
            int oo,
            int next,
            int size) {
        boolean none = before.length == 0;
        for (int k = 0; k < size; k += VL) {
            var r = FloatVector.fromArray(S, kept, ko + k);
            var z = FloatVector.fromArray(S, kept, ko + step + k);
            var q = FloatVector.fromArray(S, kept, ko + 2 * step + k);
            var n = FloatVector.fromArray(S, kept, ko + 3 * step + k);
            var d = FloatVector.fromArray(S, dh, ho + k);
            var one = FloatVector.broadcast(S, 1f);
            var dz = d.mul(z);
            dz.intoArray(carry, co + k);
            var h = none ? FloatVector.zero(S) : FloatVector.fromArray(S, before, bo + k);
            dz.mul(h.sub(n)).mul(one.sub(z)).intoArray(out, oo + next + k);
            var dn = d.sub(dz).mul(one.sub(n.mul(n)));
            dn.intoArray(out, oo + 2 * next + k);
            dn = dn.mul(r);
            dn.intoArray(out, oo + 3 * next + k);
            dn.mul(q).mul(one.sub(r)).intoArray(out, oo + k);
        }
    }

    /** dh (1 - h^2). */
    static void tanhBack(float[] h, int ho, float[] dh, int dho, float[] out, int oo, int n) {
        for (int k = 0; k < n; k += VL) {
            var y = FloatVector.fromArray(S, h, ho + k);
            FloatVector.fromArray(S, dh, dho + k)
                    .mul(FloatVector.broadcast(S, 1f).sub(y.mul(y)))
                    .intoArray(out, oo + k);
        }
    }

    /** dh where h is positive, else 0. */
    static void reluBack(float[] h, int ho, float[] dh, int dho, float[] out, int oo, int n) {
        for (int k = 0; k < n; k += VL) {
            var y = FloatVector.fromArray(S, h, ho + k);
            FloatVector.zero(S)
                    .blend(FloatVector.fromArray(S, dh, dho + k), y.compare(VectorOperators.GT, 0f))
                    .intoArray(out, oo + k);
        }
    }
}
