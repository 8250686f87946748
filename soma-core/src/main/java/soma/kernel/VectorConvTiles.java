package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of the implicit-GEMM convolution: rows of packed weights times vectors of pixels. Written by
 * ConvTilesGenerator in the test sources; change it there.
 * <p>The vectors of pixels start at {@code bo + vb[v] + off[k]}: with a table of tap offsets the padded image itself is
 * the patch matrix, and nothing is copied for each tap. The result goes to {@code c[co + vc[v] + row * ldc]}.
 * <p>The table ends with -1. To C2 that is no counted loop: it is compiled once, not as three loops, and fewer
 * addresses live across it; where C2 spills addresses to vector registers (Intel) that gave 10 to 30 %.
 */
final class VectorConvTiles {

    static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    static final int VL = S.length();

    /**
     * Tallest tile: 12 x 2 accumulators need 32 registers; with the 16 of AVX2, 5 x 2 is the best that does not spill.
     */
    static final int ROWS = VL == 16 || "aarch64".equals(System.getProperty("os.arch")) ? 12 : 5;

    private VectorConvTiles() {}

    /**
     * Vectors of pixels side by side in a tile: low tiles are widened to hide the latency of the fused multiply-add.
     */
    static int vectors(int rows) {
        return rows <= (ROWS == 12 ? 3 : 2) ? 4 : 2;
    }

    /** C[rows x pixels] (+)= A B over off[k0] .. -1, for the vectors v0 .. v1-1, a multiple of {@link #vectors}. */
    static void sweep(
            int rows,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v0,
            int v1,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int width = vectors(rows);
        for (int v = v0; v < v1; v += width) {
            switch (rows) {
                case 1 -> tile1x4(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 2 -> tile2x4(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 3 -> {
                    if (width == 4) {
                        tile3x4(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                    } else {
                        tile3x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                    }
                }
                case 4 -> tile4x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 5 -> tile5x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 6 -> tile6x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 7 -> tile7x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 8 -> tile8x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 9 -> tile9x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 10 -> tile10x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 11 -> tile11x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                case 12 -> tile12x2(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);
                default -> throw new AssertionError(rows);
            }
        }
    }

    private static void tile1x4(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int b2 = bo + vb[v + 2];
        int b3 = bo + vb[v + 3];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        int d2 = co + vc[v + 2];
        int d3 = co + vc[v + 3];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var x2 = FloatVector.fromArray(S, b, b2 + o);
            var x3 = FloatVector.fromArray(S, b, b3 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            c0x2 = w.fma(x2, c0x2);
            c0x3 = w.fma(x3, c0x3);
            p += 1;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c0x2 = c0x2.add(FloatVector.fromArray(S, c, d2));
            c0x3 = c0x3.add(FloatVector.fromArray(S, c, d3));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c0x2.intoArray(c, d2);
        c0x3.intoArray(c, d3);
    }

    private static void tile2x4(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int b2 = bo + vb[v + 2];
        int b3 = bo + vb[v + 3];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        int d2 = co + vc[v + 2];
        int d3 = co + vc[v + 3];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c1x2 = FloatVector.zero(S);
        var c1x3 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var x2 = FloatVector.fromArray(S, b, b2 + o);
            var x3 = FloatVector.fromArray(S, b, b3 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            c0x2 = w.fma(x2, c0x2);
            c0x3 = w.fma(x3, c0x3);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            c1x2 = w.fma(x2, c1x2);
            c1x3 = w.fma(x3, c1x3);
            p += 2;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c0x2 = c0x2.add(FloatVector.fromArray(S, c, d2));
            c0x3 = c0x3.add(FloatVector.fromArray(S, c, d3));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c1x2 = c1x2.add(FloatVector.fromArray(S, c, d2 + ldc));
            c1x3 = c1x3.add(FloatVector.fromArray(S, c, d3 + ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c0x2.intoArray(c, d2);
        c0x3.intoArray(c, d3);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c1x2.intoArray(c, d2 + ldc);
        c1x3.intoArray(c, d3 + ldc);
    }

    private static void tile3x4(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int b2 = bo + vb[v + 2];
        int b3 = bo + vb[v + 3];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        int d2 = co + vc[v + 2];
        int d3 = co + vc[v + 3];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c0x2 = FloatVector.zero(S);
        var c0x3 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c1x2 = FloatVector.zero(S);
        var c1x3 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c2x2 = FloatVector.zero(S);
        var c2x3 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var x2 = FloatVector.fromArray(S, b, b2 + o);
            var x3 = FloatVector.fromArray(S, b, b3 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            c0x2 = w.fma(x2, c0x2);
            c0x3 = w.fma(x3, c0x3);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            c1x2 = w.fma(x2, c1x2);
            c1x3 = w.fma(x3, c1x3);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            c2x2 = w.fma(x2, c2x2);
            c2x3 = w.fma(x3, c2x3);
            p += 3;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c0x2 = c0x2.add(FloatVector.fromArray(S, c, d2));
            c0x3 = c0x3.add(FloatVector.fromArray(S, c, d3));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c1x2 = c1x2.add(FloatVector.fromArray(S, c, d2 + ldc));
            c1x3 = c1x3.add(FloatVector.fromArray(S, c, d3 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c2x2 = c2x2.add(FloatVector.fromArray(S, c, d2 + 2 * ldc));
            c2x3 = c2x3.add(FloatVector.fromArray(S, c, d3 + 2 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c0x2.intoArray(c, d2);
        c0x3.intoArray(c, d3);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c1x2.intoArray(c, d2 + ldc);
        c1x3.intoArray(c, d3 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c2x2.intoArray(c, d2 + 2 * ldc);
        c2x3.intoArray(c, d3 + 2 * ldc);
    }

    private static void tile3x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            p += 3;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
    }

    private static void tile4x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            w = FloatVector.broadcast(S, a[p + 3]);
            c3x0 = w.fma(x0, c3x0);
            c3x1 = w.fma(x1, c3x1);
            p += 4;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c3x0 = c3x0.add(FloatVector.fromArray(S, c, d0 + 3 * ldc));
            c3x1 = c3x1.add(FloatVector.fromArray(S, c, d1 + 3 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c3x0.intoArray(c, d0 + 3 * ldc);
        c3x1.intoArray(c, d1 + 3 * ldc);
    }

    private static void tile5x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            w = FloatVector.broadcast(S, a[p + 3]);
            c3x0 = w.fma(x0, c3x0);
            c3x1 = w.fma(x1, c3x1);
            w = FloatVector.broadcast(S, a[p + 4]);
            c4x0 = w.fma(x0, c4x0);
            c4x1 = w.fma(x1, c4x1);
            p += 5;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c3x0 = c3x0.add(FloatVector.fromArray(S, c, d0 + 3 * ldc));
            c3x1 = c3x1.add(FloatVector.fromArray(S, c, d1 + 3 * ldc));
            c4x0 = c4x0.add(FloatVector.fromArray(S, c, d0 + 4 * ldc));
            c4x1 = c4x1.add(FloatVector.fromArray(S, c, d1 + 4 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c3x0.intoArray(c, d0 + 3 * ldc);
        c3x1.intoArray(c, d1 + 3 * ldc);
        c4x0.intoArray(c, d0 + 4 * ldc);
        c4x1.intoArray(c, d1 + 4 * ldc);
    }

    private static void tile6x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        var c5x0 = FloatVector.zero(S);
        var c5x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            w = FloatVector.broadcast(S, a[p + 3]);
            c3x0 = w.fma(x0, c3x0);
            c3x1 = w.fma(x1, c3x1);
            w = FloatVector.broadcast(S, a[p + 4]);
            c4x0 = w.fma(x0, c4x0);
            c4x1 = w.fma(x1, c4x1);
            w = FloatVector.broadcast(S, a[p + 5]);
            c5x0 = w.fma(x0, c5x0);
            c5x1 = w.fma(x1, c5x1);
            p += 6;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c3x0 = c3x0.add(FloatVector.fromArray(S, c, d0 + 3 * ldc));
            c3x1 = c3x1.add(FloatVector.fromArray(S, c, d1 + 3 * ldc));
            c4x0 = c4x0.add(FloatVector.fromArray(S, c, d0 + 4 * ldc));
            c4x1 = c4x1.add(FloatVector.fromArray(S, c, d1 + 4 * ldc));
            c5x0 = c5x0.add(FloatVector.fromArray(S, c, d0 + 5 * ldc));
            c5x1 = c5x1.add(FloatVector.fromArray(S, c, d1 + 5 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c3x0.intoArray(c, d0 + 3 * ldc);
        c3x1.intoArray(c, d1 + 3 * ldc);
        c4x0.intoArray(c, d0 + 4 * ldc);
        c4x1.intoArray(c, d1 + 4 * ldc);
        c5x0.intoArray(c, d0 + 5 * ldc);
        c5x1.intoArray(c, d1 + 5 * ldc);
    }

    private static void tile7x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        var c5x0 = FloatVector.zero(S);
        var c5x1 = FloatVector.zero(S);
        var c6x0 = FloatVector.zero(S);
        var c6x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            w = FloatVector.broadcast(S, a[p + 3]);
            c3x0 = w.fma(x0, c3x0);
            c3x1 = w.fma(x1, c3x1);
            w = FloatVector.broadcast(S, a[p + 4]);
            c4x0 = w.fma(x0, c4x0);
            c4x1 = w.fma(x1, c4x1);
            w = FloatVector.broadcast(S, a[p + 5]);
            c5x0 = w.fma(x0, c5x0);
            c5x1 = w.fma(x1, c5x1);
            w = FloatVector.broadcast(S, a[p + 6]);
            c6x0 = w.fma(x0, c6x0);
            c6x1 = w.fma(x1, c6x1);
            p += 7;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c3x0 = c3x0.add(FloatVector.fromArray(S, c, d0 + 3 * ldc));
            c3x1 = c3x1.add(FloatVector.fromArray(S, c, d1 + 3 * ldc));
            c4x0 = c4x0.add(FloatVector.fromArray(S, c, d0 + 4 * ldc));
            c4x1 = c4x1.add(FloatVector.fromArray(S, c, d1 + 4 * ldc));
            c5x0 = c5x0.add(FloatVector.fromArray(S, c, d0 + 5 * ldc));
            c5x1 = c5x1.add(FloatVector.fromArray(S, c, d1 + 5 * ldc));
            c6x0 = c6x0.add(FloatVector.fromArray(S, c, d0 + 6 * ldc));
            c6x1 = c6x1.add(FloatVector.fromArray(S, c, d1 + 6 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c3x0.intoArray(c, d0 + 3 * ldc);
        c3x1.intoArray(c, d1 + 3 * ldc);
        c4x0.intoArray(c, d0 + 4 * ldc);
        c4x1.intoArray(c, d1 + 4 * ldc);
        c5x0.intoArray(c, d0 + 5 * ldc);
        c5x1.intoArray(c, d1 + 5 * ldc);
        c6x0.intoArray(c, d0 + 6 * ldc);
        c6x1.intoArray(c, d1 + 6 * ldc);
    }

    private static void tile8x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        var c5x0 = FloatVector.zero(S);
        var c5x1 = FloatVector.zero(S);
        var c6x0 = FloatVector.zero(S);
        var c6x1 = FloatVector.zero(S);
        var c7x0 = FloatVector.zero(S);
        var c7x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            w = FloatVector.broadcast(S, a[p + 3]);
            c3x0 = w.fma(x0, c3x0);
            c3x1 = w.fma(x1, c3x1);
            w = FloatVector.broadcast(S, a[p + 4]);
            c4x0 = w.fma(x0, c4x0);
            c4x1 = w.fma(x1, c4x1);
            w = FloatVector.broadcast(S, a[p + 5]);
            c5x0 = w.fma(x0, c5x0);
            c5x1 = w.fma(x1, c5x1);
            w = FloatVector.broadcast(S, a[p + 6]);
            c6x0 = w.fma(x0, c6x0);
            c6x1 = w.fma(x1, c6x1);
            w = FloatVector.broadcast(S, a[p + 7]);
            c7x0 = w.fma(x0, c7x0);
            c7x1 = w.fma(x1, c7x1);
            p += 8;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c3x0 = c3x0.add(FloatVector.fromArray(S, c, d0 + 3 * ldc));
            c3x1 = c3x1.add(FloatVector.fromArray(S, c, d1 + 3 * ldc));
            c4x0 = c4x0.add(FloatVector.fromArray(S, c, d0 + 4 * ldc));
            c4x1 = c4x1.add(FloatVector.fromArray(S, c, d1 + 4 * ldc));
            c5x0 = c5x0.add(FloatVector.fromArray(S, c, d0 + 5 * ldc));
            c5x1 = c5x1.add(FloatVector.fromArray(S, c, d1 + 5 * ldc));
            c6x0 = c6x0.add(FloatVector.fromArray(S, c, d0 + 6 * ldc));
            c6x1 = c6x1.add(FloatVector.fromArray(S, c, d1 + 6 * ldc));
            c7x0 = c7x0.add(FloatVector.fromArray(S, c, d0 + 7 * ldc));
            c7x1 = c7x1.add(FloatVector.fromArray(S, c, d1 + 7 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c3x0.intoArray(c, d0 + 3 * ldc);
        c3x1.intoArray(c, d1 + 3 * ldc);
        c4x0.intoArray(c, d0 + 4 * ldc);
        c4x1.intoArray(c, d1 + 4 * ldc);
        c5x0.intoArray(c, d0 + 5 * ldc);
        c5x1.intoArray(c, d1 + 5 * ldc);
        c6x0.intoArray(c, d0 + 6 * ldc);
        c6x1.intoArray(c, d1 + 6 * ldc);
        c7x0.intoArray(c, d0 + 7 * ldc);
        c7x1.intoArray(c, d1 + 7 * ldc);
    }

    private static void tile9x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        var c5x0 = FloatVector.zero(S);
        var c5x1 = FloatVector.zero(S);
        var c6x0 = FloatVector.zero(S);
        var c6x1 = FloatVector.zero(S);
        var c7x0 = FloatVector.zero(S);
        var c7x1 = FloatVector.zero(S);
        var c8x0 = FloatVector.zero(S);
        var c8x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            w = FloatVector.broadcast(S, a[p + 3]);
            c3x0 = w.fma(x0, c3x0);
            c3x1 = w.fma(x1, c3x1);
            w = FloatVector.broadcast(S, a[p + 4]);
            c4x0 = w.fma(x0, c4x0);
            c4x1 = w.fma(x1, c4x1);
            w = FloatVector.broadcast(S, a[p + 5]);
            c5x0 = w.fma(x0, c5x0);
            c5x1 = w.fma(x1, c5x1);
            w = FloatVector.broadcast(S, a[p + 6]);
            c6x0 = w.fma(x0, c6x0);
            c6x1 = w.fma(x1, c6x1);
            w = FloatVector.broadcast(S, a[p + 7]);
            c7x0 = w.fma(x0, c7x0);
            c7x1 = w.fma(x1, c7x1);
            w = FloatVector.broadcast(S, a[p + 8]);
            c8x0 = w.fma(x0, c8x0);
            c8x1 = w.fma(x1, c8x1);
            p += 9;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c3x0 = c3x0.add(FloatVector.fromArray(S, c, d0 + 3 * ldc));
            c3x1 = c3x1.add(FloatVector.fromArray(S, c, d1 + 3 * ldc));
            c4x0 = c4x0.add(FloatVector.fromArray(S, c, d0 + 4 * ldc));
            c4x1 = c4x1.add(FloatVector.fromArray(S, c, d1 + 4 * ldc));
            c5x0 = c5x0.add(FloatVector.fromArray(S, c, d0 + 5 * ldc));
            c5x1 = c5x1.add(FloatVector.fromArray(S, c, d1 + 5 * ldc));
            c6x0 = c6x0.add(FloatVector.fromArray(S, c, d0 + 6 * ldc));
            c6x1 = c6x1.add(FloatVector.fromArray(S, c, d1 + 6 * ldc));
            c7x0 = c7x0.add(FloatVector.fromArray(S, c, d0 + 7 * ldc));
            c7x1 = c7x1.add(FloatVector.fromArray(S, c, d1 + 7 * ldc));
            c8x0 = c8x0.add(FloatVector.fromArray(S, c, d0 + 8 * ldc));
            c8x1 = c8x1.add(FloatVector.fromArray(S, c, d1 + 8 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c3x0.intoArray(c, d0 + 3 * ldc);
        c3x1.intoArray(c, d1 + 3 * ldc);
        c4x0.intoArray(c, d0 + 4 * ldc);
        c4x1.intoArray(c, d1 + 4 * ldc);
        c5x0.intoArray(c, d0 + 5 * ldc);
        c5x1.intoArray(c, d1 + 5 * ldc);
        c6x0.intoArray(c, d0 + 6 * ldc);
        c6x1.intoArray(c, d1 + 6 * ldc);
        c7x0.intoArray(c, d0 + 7 * ldc);
        c7x1.intoArray(c, d1 + 7 * ldc);
        c8x0.intoArray(c, d0 + 8 * ldc);
        c8x1.intoArray(c, d1 + 8 * ldc);
    }

    private static void tile10x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        var c5x0 = FloatVector.zero(S);
        var c5x1 = FloatVector.zero(S);
        var c6x0 = FloatVector.zero(S);
        var c6x1 = FloatVector.zero(S);
        var c7x0 = FloatVector.zero(S);
        var c7x1 = FloatVector.zero(S);
        var c8x0 = FloatVector.zero(S);
        var c8x1 = FloatVector.zero(S);
        var c9x0 = FloatVector.zero(S);
        var c9x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            w = FloatVector.broadcast(S, a[p + 3]);
            c3x0 = w.fma(x0, c3x0);
            c3x1 = w.fma(x1, c3x1);
            w = FloatVector.broadcast(S, a[p + 4]);
            c4x0 = w.fma(x0, c4x0);
            c4x1 = w.fma(x1, c4x1);
            w = FloatVector.broadcast(S, a[p + 5]);
            c5x0 = w.fma(x0, c5x0);
            c5x1 = w.fma(x1, c5x1);
            w = FloatVector.broadcast(S, a[p + 6]);
            c6x0 = w.fma(x0, c6x0);
            c6x1 = w.fma(x1, c6x1);
            w = FloatVector.broadcast(S, a[p + 7]);
            c7x0 = w.fma(x0, c7x0);
            c7x1 = w.fma(x1, c7x1);
            w = FloatVector.broadcast(S, a[p + 8]);
            c8x0 = w.fma(x0, c8x0);
            c8x1 = w.fma(x1, c8x1);
            w = FloatVector.broadcast(S, a[p + 9]);
            c9x0 = w.fma(x0, c9x0);
            c9x1 = w.fma(x1, c9x1);
            p += 10;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c3x0 = c3x0.add(FloatVector.fromArray(S, c, d0 + 3 * ldc));
            c3x1 = c3x1.add(FloatVector.fromArray(S, c, d1 + 3 * ldc));
            c4x0 = c4x0.add(FloatVector.fromArray(S, c, d0 + 4 * ldc));
            c4x1 = c4x1.add(FloatVector.fromArray(S, c, d1 + 4 * ldc));
            c5x0 = c5x0.add(FloatVector.fromArray(S, c, d0 + 5 * ldc));
            c5x1 = c5x1.add(FloatVector.fromArray(S, c, d1 + 5 * ldc));
            c6x0 = c6x0.add(FloatVector.fromArray(S, c, d0 + 6 * ldc));
            c6x1 = c6x1.add(FloatVector.fromArray(S, c, d1 + 6 * ldc));
            c7x0 = c7x0.add(FloatVector.fromArray(S, c, d0 + 7 * ldc));
            c7x1 = c7x1.add(FloatVector.fromArray(S, c, d1 + 7 * ldc));
            c8x0 = c8x0.add(FloatVector.fromArray(S, c, d0 + 8 * ldc));
            c8x1 = c8x1.add(FloatVector.fromArray(S, c, d1 + 8 * ldc));
            c9x0 = c9x0.add(FloatVector.fromArray(S, c, d0 + 9 * ldc));
            c9x1 = c9x1.add(FloatVector.fromArray(S, c, d1 + 9 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c3x0.intoArray(c, d0 + 3 * ldc);
        c3x1.intoArray(c, d1 + 3 * ldc);
        c4x0.intoArray(c, d0 + 4 * ldc);
        c4x1.intoArray(c, d1 + 4 * ldc);
        c5x0.intoArray(c, d0 + 5 * ldc);
        c5x1.intoArray(c, d1 + 5 * ldc);
        c6x0.intoArray(c, d0 + 6 * ldc);
        c6x1.intoArray(c, d1 + 6 * ldc);
        c7x0.intoArray(c, d0 + 7 * ldc);
        c7x1.intoArray(c, d1 + 7 * ldc);
        c8x0.intoArray(c, d0 + 8 * ldc);
        c8x1.intoArray(c, d1 + 8 * ldc);
        c9x0.intoArray(c, d0 + 9 * ldc);
        c9x1.intoArray(c, d1 + 9 * ldc);
    }

    private static void tile11x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        var c5x0 = FloatVector.zero(S);
        var c5x1 = FloatVector.zero(S);
        var c6x0 = FloatVector.zero(S);
        var c6x1 = FloatVector.zero(S);
        var c7x0 = FloatVector.zero(S);
        var c7x1 = FloatVector.zero(S);
        var c8x0 = FloatVector.zero(S);
        var c8x1 = FloatVector.zero(S);
        var c9x0 = FloatVector.zero(S);
        var c9x1 = FloatVector.zero(S);
        var c10x0 = FloatVector.zero(S);
        var c10x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            w = FloatVector.broadcast(S, a[p + 3]);
            c3x0 = w.fma(x0, c3x0);
            c3x1 = w.fma(x1, c3x1);
            w = FloatVector.broadcast(S, a[p + 4]);
            c4x0 = w.fma(x0, c4x0);
            c4x1 = w.fma(x1, c4x1);
            w = FloatVector.broadcast(S, a[p + 5]);
            c5x0 = w.fma(x0, c5x0);
            c5x1 = w.fma(x1, c5x1);
            w = FloatVector.broadcast(S, a[p + 6]);
            c6x0 = w.fma(x0, c6x0);
            c6x1 = w.fma(x1, c6x1);
            w = FloatVector.broadcast(S, a[p + 7]);
            c7x0 = w.fma(x0, c7x0);
            c7x1 = w.fma(x1, c7x1);
            w = FloatVector.broadcast(S, a[p + 8]);
            c8x0 = w.fma(x0, c8x0);
            c8x1 = w.fma(x1, c8x1);
            w = FloatVector.broadcast(S, a[p + 9]);
            c9x0 = w.fma(x0, c9x0);
            c9x1 = w.fma(x1, c9x1);
            w = FloatVector.broadcast(S, a[p + 10]);
            c10x0 = w.fma(x0, c10x0);
            c10x1 = w.fma(x1, c10x1);
            p += 11;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c3x0 = c3x0.add(FloatVector.fromArray(S, c, d0 + 3 * ldc));
            c3x1 = c3x1.add(FloatVector.fromArray(S, c, d1 + 3 * ldc));
            c4x0 = c4x0.add(FloatVector.fromArray(S, c, d0 + 4 * ldc));
            c4x1 = c4x1.add(FloatVector.fromArray(S, c, d1 + 4 * ldc));
            c5x0 = c5x0.add(FloatVector.fromArray(S, c, d0 + 5 * ldc));
            c5x1 = c5x1.add(FloatVector.fromArray(S, c, d1 + 5 * ldc));
            c6x0 = c6x0.add(FloatVector.fromArray(S, c, d0 + 6 * ldc));
            c6x1 = c6x1.add(FloatVector.fromArray(S, c, d1 + 6 * ldc));
            c7x0 = c7x0.add(FloatVector.fromArray(S, c, d0 + 7 * ldc));
            c7x1 = c7x1.add(FloatVector.fromArray(S, c, d1 + 7 * ldc));
            c8x0 = c8x0.add(FloatVector.fromArray(S, c, d0 + 8 * ldc));
            c8x1 = c8x1.add(FloatVector.fromArray(S, c, d1 + 8 * ldc));
            c9x0 = c9x0.add(FloatVector.fromArray(S, c, d0 + 9 * ldc));
            c9x1 = c9x1.add(FloatVector.fromArray(S, c, d1 + 9 * ldc));
            c10x0 = c10x0.add(FloatVector.fromArray(S, c, d0 + 10 * ldc));
            c10x1 = c10x1.add(FloatVector.fromArray(S, c, d1 + 10 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c3x0.intoArray(c, d0 + 3 * ldc);
        c3x1.intoArray(c, d1 + 3 * ldc);
        c4x0.intoArray(c, d0 + 4 * ldc);
        c4x1.intoArray(c, d1 + 4 * ldc);
        c5x0.intoArray(c, d0 + 5 * ldc);
        c5x1.intoArray(c, d1 + 5 * ldc);
        c6x0.intoArray(c, d0 + 6 * ldc);
        c6x1.intoArray(c, d1 + 6 * ldc);
        c7x0.intoArray(c, d0 + 7 * ldc);
        c7x1.intoArray(c, d1 + 7 * ldc);
        c8x0.intoArray(c, d0 + 8 * ldc);
        c8x1.intoArray(c, d1 + 8 * ldc);
        c9x0.intoArray(c, d0 + 9 * ldc);
        c9x1.intoArray(c, d1 + 9 * ldc);
        c10x0.intoArray(c, d0 + 10 * ldc);
        c10x1.intoArray(c, d1 + 10 * ldc);
    }

    private static void tile12x2(
            float[] a,
            int ao,
            float[] b,
            int bo,
            int[] off,
            int k0,
            int[] vb,
            int[] vc,
            int v,
            float[] c,
            int co,
            int ldc,
            boolean add) {
        int b0 = bo + vb[v];
        int b1 = bo + vb[v + 1];
        int d0 = co + vc[v];
        int d1 = co + vc[v + 1];
        var c0x0 = FloatVector.zero(S);
        var c0x1 = FloatVector.zero(S);
        var c1x0 = FloatVector.zero(S);
        var c1x1 = FloatVector.zero(S);
        var c2x0 = FloatVector.zero(S);
        var c2x1 = FloatVector.zero(S);
        var c3x0 = FloatVector.zero(S);
        var c3x1 = FloatVector.zero(S);
        var c4x0 = FloatVector.zero(S);
        var c4x1 = FloatVector.zero(S);
        var c5x0 = FloatVector.zero(S);
        var c5x1 = FloatVector.zero(S);
        var c6x0 = FloatVector.zero(S);
        var c6x1 = FloatVector.zero(S);
        var c7x0 = FloatVector.zero(S);
        var c7x1 = FloatVector.zero(S);
        var c8x0 = FloatVector.zero(S);
        var c8x1 = FloatVector.zero(S);
        var c9x0 = FloatVector.zero(S);
        var c9x1 = FloatVector.zero(S);
        var c10x0 = FloatVector.zero(S);
        var c10x1 = FloatVector.zero(S);
        var c11x0 = FloatVector.zero(S);
        var c11x1 = FloatVector.zero(S);
        int p = ao;
        int k = k0;
        int o = off[k];
        do {
            var x0 = FloatVector.fromArray(S, b, b0 + o);
            var x1 = FloatVector.fromArray(S, b, b1 + o);
            var w = FloatVector.broadcast(S, a[p]);
            c0x0 = w.fma(x0, c0x0);
            c0x1 = w.fma(x1, c0x1);
            w = FloatVector.broadcast(S, a[p + 1]);
            c1x0 = w.fma(x0, c1x0);
            c1x1 = w.fma(x1, c1x1);
            w = FloatVector.broadcast(S, a[p + 2]);
            c2x0 = w.fma(x0, c2x0);
            c2x1 = w.fma(x1, c2x1);
            w = FloatVector.broadcast(S, a[p + 3]);
            c3x0 = w.fma(x0, c3x0);
            c3x1 = w.fma(x1, c3x1);
            w = FloatVector.broadcast(S, a[p + 4]);
            c4x0 = w.fma(x0, c4x0);
            c4x1 = w.fma(x1, c4x1);
            w = FloatVector.broadcast(S, a[p + 5]);
            c5x0 = w.fma(x0, c5x0);
            c5x1 = w.fma(x1, c5x1);
            w = FloatVector.broadcast(S, a[p + 6]);
            c6x0 = w.fma(x0, c6x0);
            c6x1 = w.fma(x1, c6x1);
            w = FloatVector.broadcast(S, a[p + 7]);
            c7x0 = w.fma(x0, c7x0);
            c7x1 = w.fma(x1, c7x1);
            w = FloatVector.broadcast(S, a[p + 8]);
            c8x0 = w.fma(x0, c8x0);
            c8x1 = w.fma(x1, c8x1);
            w = FloatVector.broadcast(S, a[p + 9]);
            c9x0 = w.fma(x0, c9x0);
            c9x1 = w.fma(x1, c9x1);
            w = FloatVector.broadcast(S, a[p + 10]);
            c10x0 = w.fma(x0, c10x0);
            c10x1 = w.fma(x1, c10x1);
            w = FloatVector.broadcast(S, a[p + 11]);
            c11x0 = w.fma(x0, c11x0);
            c11x1 = w.fma(x1, c11x1);
            p += 12;
            o = off[++k];
        } while (o >= 0);
        if (add) {
            c0x0 = c0x0.add(FloatVector.fromArray(S, c, d0));
            c0x1 = c0x1.add(FloatVector.fromArray(S, c, d1));
            c1x0 = c1x0.add(FloatVector.fromArray(S, c, d0 + ldc));
            c1x1 = c1x1.add(FloatVector.fromArray(S, c, d1 + ldc));
            c2x0 = c2x0.add(FloatVector.fromArray(S, c, d0 + 2 * ldc));
            c2x1 = c2x1.add(FloatVector.fromArray(S, c, d1 + 2 * ldc));
            c3x0 = c3x0.add(FloatVector.fromArray(S, c, d0 + 3 * ldc));
            c3x1 = c3x1.add(FloatVector.fromArray(S, c, d1 + 3 * ldc));
            c4x0 = c4x0.add(FloatVector.fromArray(S, c, d0 + 4 * ldc));
            c4x1 = c4x1.add(FloatVector.fromArray(S, c, d1 + 4 * ldc));
            c5x0 = c5x0.add(FloatVector.fromArray(S, c, d0 + 5 * ldc));
            c5x1 = c5x1.add(FloatVector.fromArray(S, c, d1 + 5 * ldc));
            c6x0 = c6x0.add(FloatVector.fromArray(S, c, d0 + 6 * ldc));
            c6x1 = c6x1.add(FloatVector.fromArray(S, c, d1 + 6 * ldc));
            c7x0 = c7x0.add(FloatVector.fromArray(S, c, d0 + 7 * ldc));
            c7x1 = c7x1.add(FloatVector.fromArray(S, c, d1 + 7 * ldc));
            c8x0 = c8x0.add(FloatVector.fromArray(S, c, d0 + 8 * ldc));
            c8x1 = c8x1.add(FloatVector.fromArray(S, c, d1 + 8 * ldc));
            c9x0 = c9x0.add(FloatVector.fromArray(S, c, d0 + 9 * ldc));
            c9x1 = c9x1.add(FloatVector.fromArray(S, c, d1 + 9 * ldc));
            c10x0 = c10x0.add(FloatVector.fromArray(S, c, d0 + 10 * ldc));
            c10x1 = c10x1.add(FloatVector.fromArray(S, c, d1 + 10 * ldc));
            c11x0 = c11x0.add(FloatVector.fromArray(S, c, d0 + 11 * ldc));
            c11x1 = c11x1.add(FloatVector.fromArray(S, c, d1 + 11 * ldc));
        }
        c0x0.intoArray(c, d0);
        c0x1.intoArray(c, d1);
        c1x0.intoArray(c, d0 + ldc);
        c1x1.intoArray(c, d1 + ldc);
        c2x0.intoArray(c, d0 + 2 * ldc);
        c2x1.intoArray(c, d1 + 2 * ldc);
        c3x0.intoArray(c, d0 + 3 * ldc);
        c3x1.intoArray(c, d1 + 3 * ldc);
        c4x0.intoArray(c, d0 + 4 * ldc);
        c4x1.intoArray(c, d1 + 4 * ldc);
        c5x0.intoArray(c, d0 + 5 * ldc);
        c5x1.intoArray(c, d1 + 5 * ldc);
        c6x0.intoArray(c, d0 + 6 * ldc);
        c6x1.intoArray(c, d1 + 6 * ldc);
        c7x0.intoArray(c, d0 + 7 * ldc);
        c7x1.intoArray(c, d1 + 7 * ldc);
        c8x0.intoArray(c, d0 + 8 * ldc);
        c8x1.intoArray(c, d1 + 8 * ldc);
        c9x0.intoArray(c, d0 + 9 * ldc);
        c9x1.intoArray(c, d1 + 9 * ldc);
        c10x0.intoArray(c, d0 + 10 * ldc);
        c10x1.intoArray(c, d1 + 10 * ldc);
        c11x0.intoArray(c, d0 + 11 * ldc);
        c11x1.intoArray(c, d1 + 11 * ldc);
    }
}
