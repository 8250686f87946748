package soma.kernel;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.SQRT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * One loop a function of two or three operands, over whole vectors: n counts up to the next multiple of the vector
 * length. See {@link VectorUnary}.
 */
final class VectorBinary {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int VL = S.length();

    private VectorBinary() {}

    static void add(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            x.add(y).intoArray(out, oo + i);
        }
    }

    static void sub(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            x.sub(y).intoArray(out, oo + i);
        }
    }

    static void mul(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            x.mul(y).intoArray(out, oo + i);
        }
    }

    static void div(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            x.div(y).intoArray(out, oo + i);
        }
    }

    static void max(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            x.max(y).intoArray(out, oo + i);
        }
    }

    static void min(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            x.min(y).intoArray(out, oo + i);
        }
    }

    static void eq(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector.zero(S).blend(1f, x.compare(EQ, y)).intoArray(out, oo + i);
        }
    }

    static void ne(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector.zero(S).blend(1f, x.compare(NE, y)).intoArray(out, oo + i);
        }
    }

    static void lt(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector.zero(S).blend(1f, x.compare(LT, y)).intoArray(out, oo + i);
        }
    }

    static void le(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector.zero(S).blend(1f, x.compare(LE, y)).intoArray(out, oo + i);
        }
    }

    static void and(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector.zero(S)
                    .blend(1f, x.compare(NE, 0f).and(y.compare(NE, 0f)))
                    .intoArray(out, oo + i);
        }
    }

    static void or(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector.zero(S)
                    .blend(1f, x.compare(NE, 0f).or(y.compare(NE, 0f)))
                    .intoArray(out, oo + i);
        }
    }

    static void xor(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector.zero(S)
                    .blend(1f, x.compare(NE, 0f).xor(y.compare(NE, 0f)))
                    .intoArray(out, oo + i);
        }
    }

    static void add(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.add(s).intoArray(out, oo + i);
        }
    }

    static void mul(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.mul(s).intoArray(out, oo + i);
        }
    }

    static void div(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.div(s).intoArray(out, oo + i);
        }
    }

    static void max(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.max(s).intoArray(out, oo + i);
        }
    }

    static void min(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.min(s).intoArray(out, oo + i);
        }
    }

    static void eq(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(EQ, s)).intoArray(out, oo + i);
        }
    }

    static void ne(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(NE, s)).intoArray(out, oo + i);
        }
    }

    static void lt(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(LT, s)).intoArray(out, oo + i);
        }
    }

    static void le(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(LE, s)).intoArray(out, oo + i);
        }
    }

    static void gt(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(GT, s)).intoArray(out, oo + i);
        }
    }

    static void ge(float[] a, int ao, float s, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector.zero(S).blend(1f, x.compare(GE, s)).intoArray(out, oo + i);
        }
    }

    static void cube(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            x.mul(x).mul(x).intoArray(out, oo + i);
        }
    }

    /** x^0.5, which unlike sqrt is 0 at -0 and infinity at -infinity. */
    static void squareRoot(float[] a, int ao, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = x.add(0f).lanewise(SQRT);
            y.blend(Float.POSITIVE_INFINITY, x.compare(EQ, Float.NEGATIVE_INFINITY))
                    .intoArray(out, oo + i);
        }
    }

    static void subFrom(float s, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector.broadcast(S, s).sub(y).intoArray(out, oo + i);
        }
    }

    static void divInto(float s, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector.broadcast(S, s).div(y).intoArray(out, oo + i);
        }
    }

    static void where(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector z = FloatVector.fromArray(S, c, co + i);
            z.blend(y, x.compare(NE, 0f)).intoArray(out, oo + i);
        }
    }

    static void fma(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector z = FloatVector.fromArray(S, c, co + i);
            x.fma(y, z).intoArray(out, oo + i);
        }
    }

    static void clamp(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector z = FloatVector.fromArray(S, c, co + i);
            x.max(y).min(z).intoArray(out, oo + i);
        }
    }

    static void lerp(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            FloatVector z = FloatVector.fromArray(S, c, co + i);
            y.sub(x).fma(z, x).intoArray(out, oo + i);
        }
    }

    static void mulAdd(float[] a, int ao, float s, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            x.fma(FloatVector.broadcast(S, s), y).intoArray(out, oo + i);
        }
    }

    static void mulAddMul(float[] a, int ao, float s, float[] b, int bo, float t, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector x = FloatVector.fromArray(S, a, ao + i);
            FloatVector y = FloatVector.fromArray(S, b, bo + i);
            x.fma(FloatVector.broadcast(S, s), y.mul(t)).intoArray(out, oo + i);
        }
    }
}
