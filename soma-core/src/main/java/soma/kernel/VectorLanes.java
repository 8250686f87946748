package soma.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * The vector side of {@link Lanes}. Whole vectors run in place; the rest of an array is copied into one padded vector
 * and goes through the same loop, so that an element gets the same bits wherever it stands, no loop needs a tail of
 * its own, and machines without masked loads lose nothing.
 *
 * <p>A switch picks an object, and one call runs it: with several lanes in use C2 then compiles each loop by itself,
 * once. Direct calls in the switch would all be inlined into one giant method, compiled again whenever a new lane turns
 * up.
 */
final class VectorLanes {

    private static final int VL = FloatVector.SPECIES_PREFERRED.length();

    private interface Unary {
        void run(float[] a, int ao, float[] out, int oo, int n);
    }

    private interface Binary {
        void run(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n);
    }

    private interface RightScalar {
        void run(float[] a, int ao, float s, float[] out, int oo, int n);
    }

    private interface LeftScalar {
        void run(float s, float[] b, int bo, float[] out, int oo, int n);
    }

    private interface Ternary {
        void run(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n);
    }

    /** Room for the last, incomplete vector of up to three operands. */
    private static final ThreadLocal<float[]> PAD = ThreadLocal.withInitial(() -> new float[3 * VL]);

    private VectorLanes() {}

    static void apply(Lane f, float[] a, int ao, float[] out, int oo, int n) {
        int whole = n & -VL;
        int rest = n - whole;
        if (whole > 0) {
            loops(f, a, ao, out, oo, whole);
        }
        if (rest > 0) {
            float[] pad = PAD.get();
            System.arraycopy(a, ao + whole, pad, 0, rest);
            loops(f, pad, 0, pad, 0, rest);
            System.arraycopy(pad, 0, out, oo + whole, rest);
        }
    }

    private static void loops(Lane f, float[] a, int ao, float[] out, int oo, int n) {
        Unary loop = switch (f) {
            case COPY -> System::arraycopy;
            case NEG -> VectorUnary::neg;
            case ABS -> VectorUnary::abs;
            case SIGN -> VectorUnary::sign;
            case SQUARE -> VectorUnary::square;
            case RECIPROCAL -> VectorUnary::reciprocal;
            case SQRT -> VectorUnary::sqrt;
            case RSQRT -> VectorUnary::rsqrt;
            case EXP -> VectorExp::exp;
            case EXP2 -> VectorExp::exp2;
            case EXPM1 -> VectorExp::expm1;
            case LOG -> VectorLog::log;
            case LOG2 -> VectorLog::log2;
            case LOG10 -> VectorLog::log10;
            case LOG1P -> VectorLog::log1p;
            case SIN -> VectorCircle::sin;
            case COS -> VectorCircle::cos;
            case TAN -> VectorCircle::tan;
            case TANH -> VectorUnary::tanh;
            case SIGMOID -> VectorExp::sigmoid;
            case LOG_SIGMOID -> VectorExp::logSigmoid;
            case SOFTPLUS -> VectorExp::softplus;
            case ERF -> VectorUnary::erf;
            case RELU -> VectorUnary::relu;
            case STEP -> VectorUnary::step;
            case GELU -> VectorExp::gelu;
            case GELU_SLOPE -> VectorExp::geluSlope;
            case GELU_TANH -> VectorExp::geluTanh;
            case GELU_TANH_SLOPE -> VectorExp::geluTanhSlope;
            case SILU -> VectorExp::silu;
            case SILU_SLOPE -> VectorExp::siluSlope;
            case MISH -> VectorExp::mish;
            case FLOOR -> VectorUnary::floor;
            case CEIL -> VectorUnary::ceil;
            case ROUND -> VectorUnary::round;
            case TRUNC -> VectorUnary::trunc;
            case IS_NAN -> VectorUnary::isNan;
            case IS_INF -> VectorUnary::isInf;
            case NOT -> VectorUnary::not;
            default -> null;
        };
        if (loop == null) {
            ScalarLanes.apply(f, a, ao, out, oo, n);
        } else {
            loop.run(a, ao, out, oo, n);
        }
    }

    static void apply(Lane f, float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        int whole = n & -VL;
        int rest = n - whole;
        if (whole > 0) {
            loops(f, a, ao, b, bo, out, oo, whole);
        }
        if (rest > 0) {
            float[] pad = PAD.get();
            System.arraycopy(a, ao + whole, pad, 0, rest);
            System.arraycopy(b, bo + whole, pad, VL, rest);
            loops(f, pad, 0, pad, VL, pad, 0, rest);
            System.arraycopy(pad, 0, out, oo + whole, rest);
        }
    }

    private static void loops(Lane f, float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        Binary loop = switch (f) {
            case ADD -> VectorBinary::add;
            case SUB -> VectorBinary::sub;
            case MUL -> VectorBinary::mul;
            case DIV -> VectorBinary::div;
            case MAX -> VectorBinary::max;
            case MIN -> VectorBinary::min;
            case LOGADDEXP -> VectorExp::logAddExp;
            case XLOGY -> VectorLog::xlogy;
            case EQ -> VectorBinary::eq;
            case NE -> VectorBinary::ne;
            case LT -> VectorBinary::lt;
            case LE -> VectorBinary::le;
            case GT -> (x, xo, y, yo, z, zo, m) -> VectorBinary.lt(y, yo, x, xo, z, zo, m);
            case GE -> (x, xo, y, yo, z, zo, m) -> VectorBinary.le(y, yo, x, xo, z, zo, m);
            case AND -> VectorBinary::and;
            case OR -> VectorBinary::or;
            case XOR -> VectorBinary::xor;
            default -> null;
        };
        if (loop == null) {
            ScalarLanes.apply(f, a, ao, b, bo, out, oo, n);
        } else {
            loop.run(a, ao, b, bo, out, oo, n);
        }
    }

    static void apply(Lane f, float[] a, int ao, float s, float[] out, int oo, int n) {
        int whole = n & -VL;
        int rest = n - whole;
        if (whole > 0) {
            loops(f, a, ao, s, out, oo, whole);
        }
        if (rest > 0) {
            float[] pad = PAD.get();
            System.arraycopy(a, ao + whole, pad, 0, rest);
            loops(f, pad, 0, s, pad, 0, rest);
            System.arraycopy(pad, 0, out, oo + whole, rest);
        }
    }

    private static void loops(Lane f, float[] a, int ao, float s, float[] out, int oo, int n) {
        RightScalar loop = switch (f) {
            case ADD -> VectorBinary::add;
            case SUB -> (x, xo, t, z, zo, m) -> VectorBinary.add(x, xo, -t, z, zo, m);
            case MUL -> VectorBinary::mul;
            case DIV -> VectorBinary::div;
            case MAX -> VectorBinary::max;
            case MIN -> VectorBinary::min;
            case POW -> VectorLanes::power;
            case EQ -> VectorBinary::eq;
            case NE -> VectorBinary::ne;
            case LT -> VectorBinary::lt;
            case LE -> VectorBinary::le;
            case GT -> VectorBinary::gt;
            case GE -> VectorBinary::ge;
            default -> null;
        };
        if (loop == null) {
            ScalarLanes.apply(f, a, ao, s, out, oo, n);
        } else {
            loop.run(a, ao, s, out, oo, n);
        }
    }

    /** The exponents people write; any other goes through Math.pow. */
    private static void power(float[] a, int ao, float s, float[] out, int oo, int n) {
        if (s == 2) {
            VectorUnary.square(a, ao, out, oo, n);
        } else if (s == 3) {
            VectorBinary.cube(a, ao, out, oo, n);
        } else if (s == 0.5f) {
            VectorBinary.squareRoot(a, ao, out, oo, n);
        } else if (s == -1) {
            VectorUnary.reciprocal(a, ao, out, oo, n);
        } else {
            ScalarLanes.apply(Lane.POW, a, ao, s, out, oo, n);
        }
    }

    static void apply(Lane f, float s, float[] b, int bo, float[] out, int oo, int n) {
        int whole = n & -VL;
        int rest = n - whole;
        if (whole > 0) {
            loops(f, s, b, bo, out, oo, whole);
        }
        if (rest > 0) {
            float[] pad = PAD.get();
            System.arraycopy(b, bo + whole, pad, 0, rest);
            loops(f, s, pad, 0, pad, 0, rest);
            System.arraycopy(pad, 0, out, oo + whole, rest);
        }
    }

    private static void loops(Lane f, float s, float[] b, int bo, float[] out, int oo, int n) {
        LeftScalar loop = switch (f) {
            case ADD -> (t, y, yo, z, zo, m) -> VectorBinary.add(y, yo, t, z, zo, m);
            case SUB -> VectorBinary::subFrom;
            case MUL -> (t, y, yo, z, zo, m) -> VectorBinary.mul(y, yo, t, z, zo, m);
            case DIV -> VectorBinary::divInto;
            case MAX -> (t, y, yo, z, zo, m) -> VectorBinary.max(y, yo, t, z, zo, m);
            case MIN -> (t, y, yo, z, zo, m) -> VectorBinary.min(y, yo, t, z, zo, m);
            case EQ -> (t, y, yo, z, zo, m) -> VectorBinary.eq(y, yo, t, z, zo, m);
            case NE -> (t, y, yo, z, zo, m) -> VectorBinary.ne(y, yo, t, z, zo, m);
            case LT -> (t, y, yo, z, zo, m) -> VectorBinary.gt(y, yo, t, z, zo, m);
            case LE -> (t, y, yo, z, zo, m) -> VectorBinary.ge(y, yo, t, z, zo, m);
            case GT -> (t, y, yo, z, zo, m) -> VectorBinary.lt(y, yo, t, z, zo, m);
            case GE -> (t, y, yo, z, zo, m) -> VectorBinary.le(y, yo, t, z, zo, m);
            default -> null;
        };
        if (loop == null) {
            ScalarLanes.apply(f, s, b, bo, out, oo, n);
        } else {
            loop.run(s, b, bo, out, oo, n);
        }
    }

    static void apply(Lane f, float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        int whole = n & -VL;
        int rest = n - whole;
        if (whole > 0) {
            loops(f, a, ao, b, bo, c, co, out, oo, whole);
        }
        if (rest > 0) {
            float[] pad = PAD.get();
            System.arraycopy(a, ao + whole, pad, 0, rest);
            System.arraycopy(b, bo + whole, pad, VL, rest);
            System.arraycopy(c, co + whole, pad, 2 * VL, rest);
            loops(f, pad, 0, pad, VL, pad, 2 * VL, pad, 0, rest);
            System.arraycopy(pad, 0, out, oo + whole, rest);
        }
    }

    private static void loops(
            Lane f, float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        Ternary loop = switch (f) {
            case WHERE -> VectorBinary::where;
            case FMA -> VectorBinary::fma;
            case CLAMP -> VectorBinary::clamp;
            case LERP -> VectorBinary::lerp;
            default -> null;
        };
        if (loop == null) {
            ScalarLanes.apply(f, a, ao, b, bo, c, co, out, oo, n);
        } else {
            loop.run(a, ao, b, bo, c, co, out, oo, n);
        }
    }

    static void mulAdd(float[] a, int ao, float s, float[] b, int bo, float[] out, int oo, int n) {
        int whole = n & -VL;
        int rest = n - whole;
        if (whole > 0) {
            VectorBinary.mulAdd(a, ao, s, b, bo, out, oo, whole);
        }
        if (rest > 0) {
            float[] pad = PAD.get();
            System.arraycopy(a, ao + whole, pad, 0, rest);
            System.arraycopy(b, bo + whole, pad, VL, rest);
            VectorBinary.mulAdd(pad, 0, s, pad, VL, pad, 0, rest);
            System.arraycopy(pad, 0, out, oo + whole, rest);
        }
    }

    static void mulAddMul(float[] a, int ao, float s, float[] b, int bo, float t, float[] out, int oo, int n) {
        int whole = n & -VL;
        int rest = n - whole;
        if (whole > 0) {
            VectorBinary.mulAddMul(a, ao, s, b, bo, t, out, oo, whole);
        }
        if (rest > 0) {
            float[] pad = PAD.get();
            System.arraycopy(a, ao + whole, pad, 0, rest);
            System.arraycopy(b, bo + whole, pad, VL, rest);
            VectorBinary.mulAddMul(pad, 0, s, pad, VL, t, pad, 0, rest);
            System.arraycopy(pad, 0, out, oo + whole, rest);
        }
    }
}
