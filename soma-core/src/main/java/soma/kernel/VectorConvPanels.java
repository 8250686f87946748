package soma.kernel;

import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;
import static soma.kernel.VectorGemm.PANEL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Patches of the padded source in panels two vectors wide, as the tiles of the matrix product read them. A vector of
 * pixels is put together in a register from the runs of pixels it consists of, and stored once: with a store a run,
 * packing planes of 4 x 4 took a tenth of the whole pass.
 */
final class VectorConvPanels {

    /** Panels of one image, whose result is contiguous; then those put together from what is left of the images. */
    int regular;

    int panels;

    /** Where a regular panel begins in the result. */
    int[] result;

    /** Pieces of the irregular panels: position among their pixels, position in the result, length. */
    int pieces;

    int[] piece;

    /** The runs of vector v start at first[v]; a run is read as if it began at lane 0 and used from {@code lane} on. */
    private int[] first;

    private int[] from;
    private int[] lane;
    private int runs;

    private final ConvPlan plan;
    private final Scratch scratch;

    VectorConvPanels(ConvPlan plan, Scratch scratch) {
        this.plan = plan;
        this.scratch = scratch;
        result = scratch.ints(17, 0);
        from = scratch.ints(18, 0);
        lane = scratch.ints(19, 0);
        first = scratch.ints(20, 0);
        piece = scratch.ints(21, 0);
    }

    /** The pixels of a unit, in source images {@code sourcePitch} apart and result images {@code resultPitch} apart. */
    void lay(ConvPlan.Phase p, ConvUnit unit, int sourcePitch, int resultPitch) {
        int images = unit.images();
        int columns = unit.columns();
        int all = unit.pixels(p);
        int origin = unit.origin(p);
        int full = all / PANEL;
        int rest = all % PANEL;
        regular = images * full;
        panels = regular + (images * rest + PANEL - 1) / PANEL;
        result = scratch.ints(17, regular);
        first = scratch.ints(20, 2 * panels + 1);
        int most = images * (all / VL + all / columns + 4) + 4 * panels;
        from = scratch.ints(18, most);
        lane = scratch.ints(19, most);
        piece = scratch.ints(21, 3 * (images + 2 * panels));
        runs = 0;
        pieces = 0;
        int v = 0;
        for (int image = 0; image < images; image++) {
            for (int i = 0; i < full; i++) {
                result[v / 2] = origin + image * resultPitch + i * PANEL;
                for (int half = 0; half < 2; half++) {
                    first[v++] = runs;
                    run(p, image * sourcePitch, i * PANEL + half * VL, VL, columns, 0);
                }
            }
        }
        int at = 0;
        for (int image = 0; image < images && rest > 0; image++) {
            for (int done = 0; done < rest; ) {
                if (at % VL == 0) {
                    first[v++] = runs;
                }
                int length = Math.min(rest - done, VL - at % VL);
                run(p, image * sourcePitch, full * PANEL + done, length, columns, at % VL);
                piece[3 * pieces] = at;
                piece[3 * pieces + 1] = origin + image * resultPitch + full * PANEL + done;
                piece[3 * pieces + 2] = length;
                pieces++;
                at += length;
                done += length;
            }
        }
        if (v < 2 * panels) { // half a panel: any pixels will do for the other half
            first[v++] = runs;
            from[runs] = from[runs - 1];
            lane[runs++] = 0;
        }
        first[v] = runs;
    }

    /** Notes the runs of pixels q .. q+length-1, which go to the lanes from {@code to} on. */
    private void run(ConvPlan.Phase p, int base, int q, int length, int columns, int to) {
        for (int done = 0; done < length; ) {
            int row = (q + done) / columns;
            int column = (q + done) % columns;
            int i = row / p.count()[1];
            int j = row % p.count()[1];
            from[runs] = base + (i * plan.extent[1] + j) * plan.extent[2] + column - to - done;
            lane[runs] = to + done;
            runs++;
            done += Math.min(length - done, columns - column);
        }
    }

    private void pack(int panel, float[] b, int bo, int[] off, int k0, int k1, float[] d, int to) {
        int e = first[2 * panel];
        int half = first[2 * panel + 1];
        int end = first[2 * panel + 2];
        if (half - e == 1 && end - half == 1) {
            both(b, bo + from[e], bo + from[half], off, k0, k1, d, to);
        } else {
            vector(e, half, b, bo, off, k0, k1, d, to, PANEL);
            vector(half, end, b, bo, off, k0, k1, d, to + VL, PANEL);
        }
    }

    /** How many panels from {@code panel} on, at most {@code most}, lie side by side in the source. */
    int adjacent(int panel, int most) {
        int n = 0;
        while (n < most && isRun(panel + n) && from[first[2 * (panel + n)]] == from[first[2 * panel]] + n * PANEL) {
            n++;
        }
        return Math.max(1, n);
    }

    private boolean isRun(int panel) {
        int e = first[2 * panel];
        return panel < regular && first[2 * panel + 2] == e + 2 && from[e + 1] == from[e] + VL;
    }

    /**
     * Taps k0 .. k1-1 of {@code n} {@link #adjacent} panels, to panels {@code pitch} apart. From planes of a page or more
     * that are not in the cache, tap by tap of eight panels at once is twice as fast as panel by panel.
     */
    void pack(int panel, int n, float[] b, int bo, int[] off, int k0, int k1, float[] d, int to, int pitch) {
        if (n == 1) {
            pack(panel, b, bo, off, k0, k1, d, to);
        } else {
            adjacent(n, b, bo + from[first[2 * panel]], off, k0, k1, d, to, pitch);
        }
    }

    private static void adjacent(int n, float[] b, int b0, int[] off, int k0, int k1, float[] d, int to, int pitch) {
        for (int k = k0; k < k1; k++) {
            int source = b0 + off[k];
            int at = to + (k - k0) * PANEL;
            for (int i = 0; i < n; i++, source += PANEL, at += pitch) {
                FloatVector.fromArray(S, b, source).intoArray(d, at);
                FloatVector.fromArray(S, b, source + VL).intoArray(d, at + VL);
            }
        }
    }

    /** Taps k0 .. k1-1 of vector v to rows of {@code d} that are {@code step} apart. */
    void vector(int v, float[] b, int bo, int[] off, int k0, int k1, float[] d, int to, int step) {
        vector(first[v], first[v + 1], b, bo, off, k0, k1, d, to, step);
    }

    private void vector(int begin, int end, float[] b, int bo, int[] off, int k0, int k1, float[] d, int to, int step) {
        int n = end - begin;
        if (n == 1) {
            one(b, bo + from[begin], off, k0, k1, d, to, step);
        } else if (n == 2) {
            two(b, bo + from[begin], bo + from[begin + 1], lane[begin + 1], off, k0, k1, d, to, step);
        } else {
            int last = Math.min(begin + 3, end - 1);
            four(
                    b,
                    bo + from[begin],
                    bo + from[begin + 1],
                    lane[begin + 1],
                    bo + from[begin + 2],
                    lane[begin + 2],
                    bo + from[last],
                    lane[last],
                    off,
                    k0,
                    k1,
                    d,
                    to,
                    step);
            for (int e = begin + 4; e < end; e++) {
                more(b, bo + from[e], lane[e], off, k0, k1, d, to, step);
            }
        }
    }

    private static void both(float[] b, int b0, int b1, int[] off, int k0, int k1, float[] d, int to) {
        for (int k = k0, at = to; k < k1; k++, at += PANEL) {
            int o = off[k];
            FloatVector.fromArray(S, b, b0 + o).intoArray(d, at);
            FloatVector.fromArray(S, b, b1 + o).intoArray(d, at + VL);
        }
    }

    private static void one(float[] b, int b0, int[] off, int k0, int k1, float[] d, int to, int step) {
        for (int k = k0, at = to; k < k1; k++, at += step) {
            FloatVector.fromArray(S, b, b0 + off[k]).intoArray(d, at);
        }
    }

    private static void two(
            float[] b, int b0, int b1, int lane1, int[] off, int k0, int k1, float[] d, int to, int step) {
        var m1 = lanesFrom(lane1);
        for (int k = k0, at = to; k < k1; k++, at += step) {
            int o = off[k];
            FloatVector.fromArray(S, b, b0 + o)
                    .blend(FloatVector.fromArray(S, b, b1 + o), m1)
                    .intoArray(d, at);
        }
    }

    private static void four(
            float[] b,
            int b0,
            int b1,
            int lane1,
            int b2,
            int lane2,
            int b3,
            int lane3,
            int[] off,
            int k0,
            int k1,
            float[] d,
            int to,
            int step) {
        var m1 = lanesFrom(lane1);
        var m2 = lanesFrom(lane2);
        var m3 = lanesFrom(lane3);
        for (int k = k0, at = to; k < k1; k++, at += step) {
            int o = off[k];
            FloatVector.fromArray(S, b, b0 + o)
                    .blend(FloatVector.fromArray(S, b, b1 + o), m1)
                    .blend(FloatVector.fromArray(S, b, b2 + o), m2)
                    .blend(FloatVector.fromArray(S, b, b3 + o), m3)
                    .intoArray(d, at);
        }
    }

    private static void more(float[] b, int b0, int lane, int[] off, int k0, int k1, float[] d, int to, int step) {
        var m = lanesFrom(lane);
        for (int k = k0, at = to; k < k1; k++, at += step) {
            FloatVector.fromArray(S, d, at)
                    .blend(FloatVector.fromArray(S, b, b0 + off[k]), m)
                    .intoArray(d, at);
        }
    }

    private static VectorMask<Float> lanesFrom(int lane) {
        return S.indexInRange(0, lane).not();
    }
}
