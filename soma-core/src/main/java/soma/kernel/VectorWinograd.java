package soma.kernel;

import static soma.kernel.ScalarWinograd.A;
import static soma.kernel.ScalarWinograd.A_CUBED;
import static soma.kernel.ScalarWinograd.B;
import static soma.kernel.ScalarWinograd.B_CUBED;
import static soma.kernel.ScalarWinograd.B_SIXTH;
import static soma.kernel.ScalarWinograd.B_THIRD;
import static soma.kernel.ScalarWinograd.SIXTH;
import static soma.kernel.ScalarWinograd.THIRD;
import static soma.kernel.ScalarWinograd.TWO_AND_A_HALF;
import static soma.kernel.ScalarWinograd.TWO_THIRDS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of {@link WinogradAxis} with vectors, whose lanes are tiles or channels. A line is three, four or six
 * vectors {@code stepA} floats apart; {@code count} lines are {@code nextA} floats apart.
 */
final class VectorWinograd {

    static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    static final int VL = S.length();

    private VectorWinograd() {}

    /** d[i, j, lane] = plane[at + i pitch + j + origin[lane]]. */
    static void gather(float[] plane, int at, int pitch, int[] origin, int lane, int rows, int columns, float[] d) {
        if (WarmWinograd.GATHER.isCold((long) rows * columns * VL)) {
            ScalarWinograd.gather(plane, at, pitch, origin, lane, rows, columns, d, VL);
        } else {
            hotGather(plane, at, pitch, origin, lane, rows, columns, d);
        }
    }

    static void hotGather(float[] plane, int at, int pitch, int[] origin, int lane, int rows, int columns, float[] d) {
        for (int i = 0, to = 0; i < rows; i++) {
            int from = at + i * pitch;
            for (int j = 0; j < columns; j++, to += VL) {
                FloatVector.fromArray(S, plane, from + j, origin, lane).intoArray(d, to);
            }
        }
    }

    /** d[to + 4 lane + j] = a[at, j, lane]: four vectors to neighbouring pixels of VL tiles; {@code room} is for two pairs. */
    static void interleave(float[] a, int at, float[] room, float[] d, int to) {
        if (WarmWinograd.INTERLEAVE.isCold(4 * VL)) {
            for (int lane = 0; lane < VL; lane++) {
                for (int j = 0; j < 4; j++) {
                    d[to + 4 * lane + j] = a[at + j * VL + lane];
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

    /** Both axes of a square whose rows and columns are so many floats apart; {@code half} has room for one axis done. */
    static void square(
            WinogradAxis axis,
            float[] a,
            int at,
            int rowA,
            int columnA,
            float[] half,
            float[] c,
            int to,
            int rowC,
            int columnC) {
        int line = axis.from * VL;
        run(axis, a, at, rowA, columnA, half, 0, line, VL, axis.from);
        run(axis, half, 0, VL, line, c, to, columnC, rowC, axis.to);
    }

    static void run(
            WinogradAxis axis,
            float[] a,
            int at,
            int stepA,
            int nextA,
            float[] c,
            int to,
            int stepC,
            int nextC,
            int count) {
        if (WarmWinograd.of(axis).isCold(6L * VL * count)) {
            for (int i = 0; i < count; i++) {
                ScalarWinograd.run(axis, a, at + i * nextA, stepA, c, to + i * nextC, stepC, VL);
            }
        } else {
            hot(axis, a, at, stepA, nextA, c, to, stepC, nextC, count);
        }
    }

    static void hot(
            WinogradAxis axis,
            float[] a,
            int at,
            int stepA,
            int nextA,
            float[] c,
            int to,
            int stepC,
            int nextC,
            int count) {
        switch (axis) {
            case INPUT -> input(a, at, stepA, nextA, c, to, stepC, nextC, count);
            case OUTPUT -> output(a, at, stepA, nextA, c, to, stepC, nextC, count);
            case GRADIENT -> gradient(a, at, stepA, nextA, c, to, stepC, nextC, count);
            case WEIGHTS -> weights(a, at, stepA, nextA, c, to, stepC, nextC, count);
            case WEIGHT_GRADIENT -> weightGradient(a, at, stepA, nextA, c, to, stepC, nextC, count);
        }
    }

    private static void input(
            float[] a, int at, int stepA, int nextA, float[] c, int to, int stepC, int nextC, int count) {
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
            x3.fma(outer, x1.add(FloatVector.fromArray(S, a, p + 5 * stepA))).intoArray(c, q + 5 * stepC);
        }
    }

    private static void output(
            float[] a, int at, int stepA, int nextA, float[] c, int to, int stepC, int nextC, int count) {
        var b = FloatVector.broadcast(S, B);
        var two = FloatVector.broadcast(S, 2f);
        var a3 = FloatVector.broadcast(S, A_CUBED);
        var b3 = FloatVector.broadcast(S, B_CUBED);
        for (int i = 0, p = at, q = to; i < count; i++, p += nextA, q += nextC) {
            var x1 = FloatVector.fromArray(S, a, p + stepA);
            var x2 = FloatVector.fromArray(S, a, p + 2 * stepA);
            var x3 = FloatVector.fromArray(S, a, p + 3 * stepA);
            var x4 = FloatVector.fromArray(S, a, p + 4 * stepA);
            var sumA = x1.add(x2);
            var sumB = x3.add(x4);
            var lessA = x1.sub(x2);
            var lessB = x3.sub(x4);
            FloatVector.fromArray(S, a, p).add(sumA).add(sumB).intoArray(c, q);
            lessB.fma(b, lessA.mul(A)).intoArray(c, q + stepC);
            sumB.fma(two, sumA.mul(0.5f)).intoArray(c, q + 2 * stepC);
            lessB.fma(b3, lessA.fma(a3, FloatVector.fromArray(S, a, p + 5 * stepA)))
                    .intoArray(c, q + 3 * stepC);
        }
    }

    private static void gradient(
            float[] a, int at, int stepA, int nextA, float[] c, int to, int stepC, int nextC, int count) {
        var two = FloatVector.broadcast(S, 2f);
        var half = FloatVector.broadcast(S, 0.5f);
        var a3 = FloatVector.broadcast(S, A_CUBED);
        var b3 = FloatVector.broadcast(S, B_CUBED);
        for (int i = 0, p = at, q = to; i < count; i++, p += nextA, q += nextC) {
            var x0 = FloatVector.fromArray(S, a, p);
            var x1 = FloatVector.fromArray(S, a, p + stepA);
            var x2 = FloatVector.fromArray(S, a, p + 2 * stepA);
            var x3 = FloatVector.fromArray(S, a, p + 3 * stepA);
            x0.intoArray(c, q);
            var even = x2.fma(half, x0);
            var odd = x3.fma(a3, x1.mul(A));
            even.add(odd).intoArray(c, q + stepC);
            even.sub(odd).intoArray(c, q + 2 * stepC);
            even = x2.fma(two, x0);
            odd = x3.fma(b3, x1.mul(B));
            even.add(odd).intoArray(c, q + 3 * stepC);
            even.sub(odd).intoArray(c, q + 4 * stepC);
            x3.intoArray(c, q + 5 * stepC);
        }
    }

    private static void weights(
            float[] a, int at, int stepA, int nextA, float[] c, int to, int stepC, int nextC, int count) {
        var minusTwoThirds = FloatVector.broadcast(S, -TWO_THIRDS);
        var sixth = FloatVector.broadcast(S, SIXTH);
        for (int i = 0, p = at, q = to; i < count; i++, p += nextA, q += nextC) {
            var x0 = FloatVector.fromArray(S, a, p);
            var x1 = FloatVector.fromArray(S, a, p + stepA);
            var x2 = FloatVector.fromArray(S, a, p + 2 * stepA);
            x0.intoArray(c, q);
            var even = x0.fma(minusTwoThirds, x2.mul(-THIRD));
            var odd = x1.mul(-B_THIRD);
            even.add(odd).intoArray(c, q + stepC);
            even.sub(odd).intoArray(c, q + 2 * stepC);
            even = x0.fma(sixth, x2.mul(THIRD));
            odd = x1.mul(B_SIXTH);
            even.add(odd).intoArray(c, q + 3 * stepC);
            even.sub(odd).intoArray(c, q + 4 * stepC);
            x2.intoArray(c, q + 5 * stepC);
        }
    }

    private static void weightGradient(
            float[] a, int at, int stepA, int nextA, float[] c, int to, int stepC, int nextC, int count) {
        var minusTwoThirds = FloatVector.broadcast(S, -TWO_THIRDS);
        var third = FloatVector.broadcast(S, THIRD);
        var sixth = FloatVector.broadcast(S, SIXTH);
        for (int i = 0, p = at, q = to; i < count; i++, p += nextA, q += nextC) {
            var x1 = FloatVector.fromArray(S, a, p + stepA);
            var x2 = FloatVector.fromArray(S, a, p + 2 * stepA);
            var x3 = FloatVector.fromArray(S, a, p + 3 * stepA);
            var x4 = FloatVector.fromArray(S, a, p + 4 * stepA);
            var sumA = x1.add(x2);
            var sumB = x3.add(x4);
            sumB.fma(sixth, sumA.fma(minusTwoThirds, FloatVector.fromArray(S, a, p)))
                    .intoArray(c, q);
            x3.sub(x4).mul(B_SIXTH).sub(x1.sub(x2).mul(B_THIRD)).intoArray(c, q + stepC);
            sumB.sub(sumA)
                    .fma(third, FloatVector.fromArray(S, a, p + 5 * stepA))
                    .intoArray(c, q + 2 * stepC);
        }
    }
}
