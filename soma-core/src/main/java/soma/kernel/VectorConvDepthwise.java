package soma.kernel;

import static soma.kernel.VectorConvTiles.S;
import static soma.kernel.VectorConvTiles.VL;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Convolution of each channel by itself with a kernel of nine taps, most often 3 x 3: no product of matrices, but nine
 * weights that stay in registers while a padded plane in level-1 cache passes. What is left is bound by memory.
 */
final class VectorConvDepthwise {

    private static final int TAPS = 9;

    /** Pixels worth a task. */
    private static final int GRAIN = 1 << 14;

    private final ConvPlan plan;
    private final ConvPlan.Phase phase;

    private VectorConvDepthwise(ConvPlan plan) {
        this.plan = plan;
        phase = plan.phases[0];
    }

    static boolean fits(ConvPlan plan) {
        return plan.channels == 1
                && plan.rows == 1
                && plan.onePhase
                && plan.kernelSize == TAPS
                && (plan.unitColumns == plan.out[2] ? plan.out[2] : plan.out[2] % plan.unitColumns) >= VL;
    }

    static void forward(
            Workers workers, ConvPlan plan, float[] x, int xo, float[] w, int wo, float[] y, int yo, Epilogue after) {
        new VectorConvDepthwise(plan).forward(workers, x, xo, w, wo, y, yo, after);
    }

    static void weight(Workers workers, ConvPlan plan, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo) {
        var depthwise = new VectorConvDepthwise(plan);
        workers.run(plan.groups, (group, scratch) -> depthwise.weight(group, x, xo, dy, dyo, dw, dwo, scratch));
    }

    private void forward(Workers workers, float[] x, int xo, float[] w, int wo, float[] y, int yo, Epilogue after) {
        int cuts = plan.rowUnits() * plan.columnUnits();
        int planes = plan.images * plan.groups;
        int each = Math.max(1, GRAIN / plan.outPlane);
        int tasks = (planes + each - 1) / each;
        workers.run(tasks * cuts, (task, scratch) -> {
            var piece = new Piece(task / tasks, scratch);
            for (int i = task % tasks * each; i < Math.min(planes, (task % tasks + 1) * each); i++) {
                int at = piece.pad(i, x, xo);
                int result = i * plan.outPlane;
                correlate(
                        piece.source(x),
                        at,
                        phase.off(),
                        w,
                        wo + i % plan.groups * TAPS,
                        phase.taps(),
                        piece.from,
                        piece.to,
                        piece.vectors,
                        y,
                        yo + result);
                if (cuts == 1) {
                    continue;
                }
                after.range(result + piece.begin, result + piece.end, scratch);
            }
            if (cuts == 1) {
                int begin = task * each;
                after.range(begin * plan.outPlane, Math.min(planes, begin + each) * plan.outPlane, scratch);
            }
        });
    }

    /** A group's nine sums over all images, in the order of the images. */
    private void weight(int group, float[] x, int xo, float[] dy, int dyo, float[] dw, int dwo, Scratch scratch) {
        var sums = scratch.floats(24, TAPS * VL);
        Arrays.fill(sums, 0, TAPS * VL, 0f);
        for (int cut = 0; cut < plan.rowUnits() * plan.columnUnits(); cut++) {
            var piece = new Piece(cut, scratch);
            for (int image = 0; image < plan.images; image++) {
                int i = image * plan.groups + group;
                int at = piece.pad(i, x, xo);
                int gradient = dyo + i * plan.outPlane;
                dots(piece.source(x), at, phase.off(), dy, gradient, piece.from, piece.to, 0, piece.whole, 0, sums);
                if (piece.whole < piece.vectors) {
                    dots(
                            piece.source(x),
                            at,
                            phase.off(),
                            dy,
                            gradient,
                            piece.from,
                            piece.to,
                            piece.whole,
                            piece.vectors,
                            piece.repeats,
                            sums);
                }
            }
        }
        for (int t = 0; t < TAPS; t++) {
            for (int n = VL / 2; n > 0; n /= 2) {
                for (int lane = 0; lane < n; lane++) {
                    sums[t * VL + lane] += sums[t * VL + lane + n];
                }
            }
            dw[dwo + group * TAPS + phase.taps()[t]] = sums[t * VL];
        }
    }

    /** The vectors of a piece of a plane: whole ones first, then those that repeat the end of the one before. */
    private final class Piece {
        private final ConvUnit unit;
        private final int[] from;
        private final int[] to;
        private final int whole;
        private final int vectors;
        private final int repeats;
        private final int begin;
        private final int end;
        private final float[] padded;

        Piece(int cut, Scratch scratch) {
            unit = ConvUnit.of(plan, cut);
            int middle = plan.out[1];
            int rows = unit.rows() * middle;
            int columns = unit.columns();
            int perRow = columns / VL;
            begin = unit.origin(phase);
            repeats = (VL - columns % VL) % VL;
            whole = rows * perRow;
            vectors = repeats == 0 ? whole : whole + rows;
            from = scratch.ints(16, vectors);
            to = scratch.ints(17, vectors);
            for (int row = 0; row < rows; row++) {
                int source = (row / middle * plan.extent[1] + row % middle) * plan.extent[2];
                int result = begin + row * plan.out[2];
                for (int k = 0; k < perRow; k++) {
                    from[row * perRow + k] = source + k * VL;
                    to[row * perRow + k] = result + k * VL;
                }
                if (repeats > 0) {
                    from[whole + row] = source + columns - VL;
                    to[whole + row] = result + columns - VL;
                }
            }
            end = begin + (rows - 1) * plan.out[2] + columns;
            padded = plan.inPlace ? new float[0] : scratch.floats(23, plan.channelPitch + VL);
        }

        /** Where the padded plane begins. */
        int pad(int number, float[] x, int xo) {
            int base = xo + number * plan.sourcePlane;
            if (plan.inPlace) {
                return base + unit.h0() * plan.source[1] * plan.source[2] + unit.w0();
            }
            VectorConvPad.pad(plan, x, base, 1, unit.h0(), unit.w0(), padded, 0);
            return 0;
        }

        float[] source(float[] x) {
            return plan.inPlace ? x : padded;
        }
    }

    private static void correlate(
            float[] b,
            int bo,
            int[] off,
            float[] w,
            int wo,
            int[] taps,
            int[] from,
            int[] to,
            int vectors,
            float[] y,
            int yo) {
        var w0 = FloatVector.broadcast(S, w[wo + taps[0]]);
        var w1 = FloatVector.broadcast(S, w[wo + taps[1]]);
        var w2 = FloatVector.broadcast(S, w[wo + taps[2]]);
        var w3 = FloatVector.broadcast(S, w[wo + taps[3]]);
        var w4 = FloatVector.broadcast(S, w[wo + taps[4]]);
        var w5 = FloatVector.broadcast(S, w[wo + taps[5]]);
        var w6 = FloatVector.broadcast(S, w[wo + taps[6]]);
        var w7 = FloatVector.broadcast(S, w[wo + taps[7]]);
        var w8 = FloatVector.broadcast(S, w[wo + taps[8]]);
        int b0 = bo + off[0];
        int b1 = bo + off[1];
        int b2 = bo + off[2];
        int b3 = bo + off[3];
        int b4 = bo + off[4];
        int b5 = bo + off[5];
        int b6 = bo + off[6];
        int b7 = bo + off[7];
        int b8 = bo + off[8];
        for (int v = 0; v < vectors; v++) {
            int q = from[v];
            var sum = FloatVector.fromArray(S, b, b0 + q).mul(w0);
            var other = FloatVector.fromArray(S, b, b1 + q).mul(w1);
            sum = FloatVector.fromArray(S, b, b2 + q).fma(w2, sum);
            other = FloatVector.fromArray(S, b, b3 + q).fma(w3, other);
            sum = FloatVector.fromArray(S, b, b4 + q).fma(w4, sum);
            other = FloatVector.fromArray(S, b, b5 + q).fma(w5, other);
            sum = FloatVector.fromArray(S, b, b6 + q).fma(w6, sum);
            other = FloatVector.fromArray(S, b, b7 + q).fma(w7, other);
            sum = FloatVector.fromArray(S, b, b8 + q).fma(w8, sum);
            sum.add(other).intoArray(y, yo + to[v]);
        }
    }

    /** Adds the nine products of vectors v0 .. v1-1 to the sums, without the first {@code repeats} lanes. */
    private static void dots(
            float[] b,
            int bo,
            int[] off,
            float[] dy,
            int dyo,
            int[] from,
            int[] to,
            int v0,
            int v1,
            int repeats,
            float[] sums) {
        var repeated = S.indexInRange(0, repeats);
        var zero = FloatVector.zero(S);
        var s0 = FloatVector.fromArray(S, sums, 0);
        var s1 = FloatVector.fromArray(S, sums, VL);
        var s2 = FloatVector.fromArray(S, sums, 2 * VL);
        var s3 = FloatVector.fromArray(S, sums, 3 * VL);
        var s4 = FloatVector.fromArray(S, sums, 4 * VL);
        var s5 = FloatVector.fromArray(S, sums, 5 * VL);
        var s6 = FloatVector.fromArray(S, sums, 6 * VL);
        var s7 = FloatVector.fromArray(S, sums, 7 * VL);
        var s8 = FloatVector.fromArray(S, sums, 8 * VL);
        int b0 = bo + off[0];
        int b1 = bo + off[1];
        int b2 = bo + off[2];
        int b3 = bo + off[3];
        int b4 = bo + off[4];
        int b5 = bo + off[5];
        int b6 = bo + off[6];
        int b7 = bo + off[7];
        int b8 = bo + off[8];
        for (int v = v0; v < v1; v++) {
            int q = from[v];
            var g = FloatVector.fromArray(S, dy, dyo + to[v]).blend(zero, repeated);
            s0 = FloatVector.fromArray(S, b, b0 + q).fma(g, s0);
            s1 = FloatVector.fromArray(S, b, b1 + q).fma(g, s1);
            s2 = FloatVector.fromArray(S, b, b2 + q).fma(g, s2);
            s3 = FloatVector.fromArray(S, b, b3 + q).fma(g, s3);
            s4 = FloatVector.fromArray(S, b, b4 + q).fma(g, s4);
            s5 = FloatVector.fromArray(S, b, b5 + q).fma(g, s5);
            s6 = FloatVector.fromArray(S, b, b6 + q).fma(g, s6);
            s7 = FloatVector.fromArray(S, b, b7 + q).fma(g, s7);
            s8 = FloatVector.fromArray(S, b, b8 + q).fma(g, s8);
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, VL);
        s2.intoArray(sums, 2 * VL);
        s3.intoArray(sums, 3 * VL);
        s4.intoArray(sums, 4 * VL);
        s5.intoArray(sums, 5 * VL);
        s6.intoArray(sums, 6 * VL);
        s7.intoArray(sums, 7 * VL);
        s8.intoArray(sums, 8 * VL);
    }
}
