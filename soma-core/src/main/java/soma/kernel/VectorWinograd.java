package soma.kernel;

import static soma.kernel.WinogradTransform.A;
import static soma.kernel.WinogradTransform.A_2;
import static soma.kernel.WinogradTransform.A_3;
import static soma.kernel.WinogradTransform.A_4;
import static soma.kernel.WinogradTransform.B;
import static soma.kernel.WinogradTransform.B_2;
import static soma.kernel.WinogradTransform.B_3;
import static soma.kernel.WinogradTransform.B_4;
import static soma.kernel.WinogradTransform.TWO_AND_A_HALF;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of {@link WinogradTransform} with vectors, whose lanes are tiles or channels. A line is up to six vectors
 * {@code stepA} floats apart; {@code count} lines are {@code nextA} floats apart.
 */
final class VectorWinograd {

    static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    static final int VL = S.length();

    private VectorWinograd() {}

    /** d[i, j, lane] = plane[at + i pitch + j step + origin[lane]]. */
    static void gather(
            float[] plane, int at, int pitch, int step, int[] origin, int lane, int rows, int columns, float[] d) {
        if (WarmWinograd.GATHER.isCold((long) rows * columns * VL)) {
            ScalarWinograd.gather(plane, at, pitch, step, origin, lane, rows, columns, d, VL);
        } else {
            hotGather(plane, at, pitch, step, origin, lane, rows, columns, d);
        }
    }

    static void hotGather(
            float[] plane, int at, int pitch, int step, int[] origin, int lane, int rows, int columns, float[] d) {
        for (int i = 0, to = 0; i < rows; i++) {
            int from = at + i * pitch;
            for (int j = 0; j < columns; j++, to += VL) {
                FloatVector.fromArray(S, plane, from + j * step, origin, lane).intoArray(d, to);
            }
        }
    }

    /**
     * d[to + n lane + j] = a[at, j, lane]: n vectors to neighbouring pixels of VL tiles; {@code room} is for four vectors.
     * Four are zipped, the others go one by one.
     */
    static void interleave(int n, float[] a, int at, float[] room, float[] d, int to) {
        if (n != 4 || WarmWinograd.INTERLEAVE.isCold(4 * VL)) {
            for (int lane = 0; lane < VL; lane++) {
                for (int j = 0; j < n; j++) {
                    d[to + n * lane + j] = a[at + j * VL + lane];
                }
            }
        } else {
            hotInterleave(a, at, room, d, to);
        }
    }

    static void hotInterleave(float[] a, int at, float[] room, float[] d, int to) {
        VectorConvPad.zip(a, at, a, at + 2 * VL, room, 0, 2 * VL);
        VectorConvPad.zip(a, at + VL, a, at + 3 * VL, room, 2 * VL, 2 * VL);
        VectorConvPad.zip(room, 0, room, 2 * VL, d, to, 4 * VL);
    }

    /** Both axes of a tile whose rows and columns are so many floats apart; {@code half} has room for one axis done. */
    static void both(
            WinogradTransform down,
            WinogradTransform across,
            float[] a,
            int at,
            int rowA,
            int columnA,
            float[] half,
            float[] c,
            int to,
            int rowC,
            int columnC) {
        if (down.kind() == WinogradTransform.Kind.SAME) {
            run(across, a, at, columnA, rowA, c, to, columnC, rowC, 1);
        } else if (across.kind() == WinogradTransform.Kind.SAME) {
            run(down, a, at, rowA, columnA, c, to, rowC, columnC, 1);
        } else {
            int line = across.from() * VL;
            run(down, a, at, rowA, columnA, half, 0, line, VL, across.from());
            run(across, half, 0, VL, line, c, to, columnC, rowC, down.to());
        }
    }

    static void run(
            WinogradTransform axis,
            float[] a,
            int at,
            int stepA,
            int nextA,
            float[] c,
            int to,
            int stepC,
            int nextC,
            int count) {
        if (axis.kind() == WinogradTransform.Kind.SAME) {
            for (int i = 0; i < count; i++) {
                System.arraycopy(a, at + i * nextA, c, to + i * nextC, VL);
            }
        } else if (WarmWinograd.of(axis.kind()).isCold(6L * VL * count)) {
            for (int i = 0; i < count; i++) {
                ScalarWinograd.run(axis, a, at + i * nextA, stepA, c, to + i * nextC, stepC, VL);
            }
        } else {
            hot(axis, a, at, stepA, nextA, c, to, stepC, nextC, count);
        }
    }

    static void hot(
            WinogradTransform axis,
            float[] a,
            int at,
            int stepA,
            int nextA,
            float[] c,
            int to,
            int stepC,
            int nextC,
            int count) {
        boolean infinity = axis.infinity();
        switch (axis.kind()) {
            case SAME -> throw new IllegalArgumentException("one tap needs no transform");
            case INPUT -> input(infinity, a, at, stepA, nextA, c, to, stepC, nextC, count);
            case EVALUATE -> evaluate(axis, axis.from(), infinity, a, at, stepA, nextA, c, to, stepC, nextC, count);
            case COMBINE -> combine(axis, axis.to(), infinity, a, at, stepA, nextA, c, to, stepC, nextC, count);
        }
    }

    private static void input(
            boolean infinity,
            float[] a,
            int at,
            int stepA,
            int nextA,
            float[] c,
            int to,
            int stepC,
            int nextC,
            int count) {
        var outer = FloatVector.broadcast(S, -TWO_AND_A_HALF);
        var minusTwo = FloatVector.broadcast(S, -2f);
        var minusHalf = FloatVector.broadcast(S, -0.5f);
        var minusA = FloatVector.broadcast(S, -A);
        var minusB = FloatVector.broadcast(S, -B);
        for (int i = 0, p = at, q = to; i < count; i++, p += nextA, q += nextC) {
            var x1 = FloatVector.fromArray(S, a, p + stepA);
            var x2 = FloatVector.fromArray(S, a, p + 2 * stepA);
            var x3 = FloatVector.fromArray(S, a, p + 3 * stepA);
            var x4 = FloatVector.fromArray(S, a, p + 4 * stepA);
            x2.fma(outer, FloatVector.fromArray(S, a, p).add(x4)).intoArray(c, q);
            var even = x2.fma(minusTwo, x4);
            var odd = x1.fma(minusB, x3.mul(A));
            even.add(odd).intoArray(c, q + stepC);
            even.sub(odd).intoArray(c, q + 2 * stepC);
            even = x2.fma(minusHalf, x4);
            odd = x1.fma(minusA, x3.mul(B));
            even.add(odd).intoArray(c, q + 3 * stepC);
            even.sub(odd).intoArray(c, q + 4 * stepC);
            if (infinity) {
                x3.fma(outer, x1.add(FloatVector.fromArray(S, a, p + 5 * stepA)))
                        .intoArray(c, q + 5 * stepC);
            }
        }
    }

    private static void evaluate(
            WinogradTransform axis,
            int n,
            boolean infinity,
            float[] a,
            int at,
            int stepA,
            int nextA,
            float[] c,
            int to,
            int stepC,
            int nextC,
            int count) {
        int last = (n - 1) * stepA;
        var scaleA = FloatVector.broadcast(S, axis.scaleA());
        var scaleB = FloatVector.broadcast(S, axis.scaleB());
        for (int i = 0, p = at, q = to; i < count; i++, p += nextA, q += nextC) {
            var even = FloatVector.fromArray(S, a, p);
            var x = FloatVector.fromArray(S, a, p + stepA);
            even.intoArray(c, q);
            var evenA = even;
            var evenB = even;
            var oddA = x.mul(A);
            var oddB = x.mul(B);
            if (n > 2) {
                x = FloatVector.fromArray(S, a, p + 2 * stepA);
                evenA = x.fma(FloatVector.broadcast(S, A_2), evenA);
                evenB = x.fma(FloatVector.broadcast(S, B_2), evenB);
            }
            if (n > 3) {
                x = FloatVector.fromArray(S, a, p + 3 * stepA);
                oddA = x.fma(FloatVector.broadcast(S, A_3), oddA);
                oddB = x.fma(FloatVector.broadcast(S, B_3), oddB);
            }
            if (n > 4) {
                x = FloatVector.fromArray(S, a, p + 4 * stepA);
                evenA = x.fma(FloatVector.broadcast(S, A_4), evenA);
                evenB = x.fma(FloatVector.broadcast(S, B_4), evenB);
            }
            evenA.add(oddA).mul(scaleA).intoArray(c, q + stepC);
            evenA.sub(oddA).mul(scaleA).intoArray(c, q + 2 * stepC);
            evenB.add(oddB).mul(scaleB).intoArray(c, q + 3 * stepC);
            evenB.sub(oddB).mul(scaleB).intoArray(c, q + 4 * stepC);
            if (infinity) {
                FloatVector.fromArray(S, a, p + last).intoArray(c, q + 5 * stepC);
            }
        }
    }

    private static void combine(
            WinogradTransform axis,
            int n,
            boolean infinity,
            float[] a,
            int at,
            int stepA,
            int nextA,
            float[] c,
            int to,
            int stepC,
            int nextC,
            int count) {
        int last = infinity ? n - 1 : n;
        var scaleA = FloatVector.broadcast(S, axis.scaleA());
        var scaleB = FloatVector.broadcast(S, axis.scaleB());
        for (int i = 0, p = at, q = to; i < count; i++, p += nextA, q += nextC) {
            var x1 = FloatVector.fromArray(S, a, p + stepA);
            var x2 = FloatVector.fromArray(S, a, p + 2 * stepA);
            var x3 = FloatVector.fromArray(S, a, p + 3 * stepA);
            var x4 = FloatVector.fromArray(S, a, p + 4 * stepA);
            var sumA = x1.add(x2).mul(scaleA);
            var sumB = x3.add(x4).mul(scaleB);
            var lessA = x1.sub(x2).mul(scaleA);
            var lessB = x3.sub(x4).mul(scaleB);
            FloatVector.fromArray(S, a, p).add(sumA).add(sumB).intoArray(c, q);
            int rest = p + 5 * stepA;
            term(lessA, A, lessB, B, last == 1, a, rest, c, q + stepC);
            if (n > 2) {
                term(sumA, A_2, sumB, B_2, last == 2, a, rest, c, q + 2 * stepC);
            }
            if (n > 3) {
                term(lessA, A_3, lessB, B_3, last == 3, a, rest, c, q + 3 * stepC);
            }
            if (n > 4) {
                term(sumA, A_4, sumB, B_4, last == 4, a, rest, c, q + 4 * stepC);
            }
        }
    }

    /** c[q] = x v + y w, and the point at infinity, if that goes in too. */
    private static void term(
            FloatVector x, float v, FloatVector y, float w, boolean more, float[] a, int rest, float[] c, int q) {
        if (more) {
            y.fma(FloatVector.broadcast(S, w), x.fma(FloatVector.broadcast(S, v), FloatVector.fromArray(S, a, rest)))
                    .intoArray(c, q);
        } else {
            y.fma(FloatVector.broadcast(S, w), x.mul(v)).intoArray(c, q);
        }
    }
}
