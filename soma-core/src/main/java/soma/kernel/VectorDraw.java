package soma.kernel;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.SQRT;
import static jdk.incubator.vector.VectorOperators.XOR;
import static soma.kernel.VectorMath.COS_4;
import static soma.kernel.VectorMath.COS_6;
import static soma.kernel.VectorMath.COS_8;
import static soma.kernel.VectorMath.LN2;
import static soma.kernel.VectorMath.LOG_3;
import static soma.kernel.VectorMath.LOG_4;
import static soma.kernel.VectorMath.LOG_5;
import static soma.kernel.VectorMath.LOG_6;
import static soma.kernel.VectorMath.LOG_7;
import static soma.kernel.VectorMath.LOG_8;
import static soma.kernel.VectorMath.LOG_9;
import static soma.kernel.VectorMath.SIN_3;
import static soma.kernel.VectorMath.SIN_5;
import static soma.kernel.VectorMath.SIN_7;
import static soma.kernel.VectorMath.SQRT_HALF_BITS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Draws by vectors: every 64-bit lane runs one Philox block, since the rounds multiply 32-bit words into 64-bit
 * products. The upper halves of the state hold rubbish, which the masking before each product removes.
 *
 * <p>A group of 32 floats is made whole; where a call begins or ends within a group, in a buffer.
 */
final class VectorDraw {

    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> L = LongVector.SPECIES_PREFERRED;
    private static final int BLOCKS = L.length();
    private static final int VL = S.length();
    private static final int GROUP = Philox.GROUP;
    /** Floats drawn before the second pass, so that they are still in the cache. */
    private static final int MOST = 2048;

    private VectorDraw() {}

    static void uniform(long key, long offset, float[] out, int oo, int n) {
        draw(false, key, offset, out, oo, n);
    }

    static void normal(long key, long offset, float[] out, int oo, int n) {
        draw(true, key, offset, out, oo, n);
    }

    private static void draw(boolean normal, long key, long offset, float[] out, int oo, int n) {
        for (int i = 0; i < n; ) {
            long at = offset + i;
            int first = (int) at & GROUP - 1;
            int count = Math.min(n - i, MOST) & -GROUP;
            if (first == 0 && count > 0) {
                groups(normal, key, at >> 5, out, oo + i, count);
            } else {
                var buffer = new float[GROUP];
                count = Math.min(GROUP - first, n - i);
                groups(normal, key, at >> 5, buffer, 0, GROUP);
                System.arraycopy(buffer, first, out, oo + i, count);
            }
            i += count;
        }
    }

    /** First the words, as they are, into the floats of the output; then these in place into numbers. */
    private static void groups(boolean normal, long key, long group, float[] out, int oo, int n) {
        words(key, group, out, oo, n);
        if (normal) {
            toRadius(out, oo, n);
            toNormal(out, oo, n);
        } else {
            toUniform(out, oo, n);
        }
    }

    private static void words(long key, long group, float[] out, int oo, int n) {
        LongVector lane = LongVector.zero(L).addIndex(1);
        // Masked too, though they are small: only then does C2 see a product of unsigned words, one instruction instead
        // of three (0.75 against 0.49 numbers a nanosecond at 512 bits).
        LongVector m0 = LongVector.broadcast(L, Philox.M0).and(Philox.LOW);
        LongVector m1 = LongVector.broadcast(L, Philox.M1).and(Philox.LOW);
        for (int i = 0; i < n; i += GROUP) {
            for (int b = 0; b < 8; b += BLOCKS) {
                LongVector c0 = lane.add(group * 8 + i / 4 + b);
                LongVector c1 = c0.lanewise(LSHR, 32);
                LongVector c2 = LongVector.zero(L);
                LongVector c3 = LongVector.zero(L);
                int k0 = (int) key;
                int k1 = (int) (key >>> 32);
                for (int r = 0; r < Philox.ROUNDS; r++) {
                    LongVector p0 = c0.and(Philox.LOW).mul(m0);
                    LongVector p1 = c2.and(Philox.LOW).mul(m1);
                    c0 = p1.lanewise(LSHR, 32).lanewise(XOR, c1).lanewise(XOR, (long) k0);
                    c2 = p0.lanewise(LSHR, 32).lanewise(XOR, c3).lanewise(XOR, (long) k1);
                    c1 = p1;
                    c3 = p0;
                    k0 += Philox.W0;
                    k1 += Philox.W1;
                }
                LongVector first = c0.and(Philox.LOW).or(c1.lanewise(LSHL, 32));
                LongVector second = c2.and(Philox.LOW).or(c3.lanewise(LSHL, 32));
                first.reinterpretAsFloats().intoArray(out, oo + i + 2 * b);
                second.reinterpretAsFloats().intoArray(out, oo + i + 2 * b + GROUP / 2);
            }
        }
    }

    private static void toUniform(float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            IntVector word = FloatVector.fromArray(S, out, oo + i).reinterpretAsInts();
            FloatVector u = (FloatVector) word.lanewise(LSHR, 8).convert(I2F, 0);
            u.mul(0x1p-24f).intoArray(out, oo + i);
        }
    }

    /**
     * Box and Muller, first half: of each pair of words the first becomes r = sqrt(-2 log u), the second stays. This
     * loop and the next call no helper, so that C2 never boxes a vector here, whatever it inlines them into; see
     * {@link VectorMath}.
     */
    private static void toRadius(float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            FloatVector pair = FloatVector.fromArray(S, out, oo + i);
            FloatVector u =
                    (FloatVector) pair.reinterpretAsInts().lanewise(LSHR, 1).convert(I2F, 0);
            u = u.mul(0x1p-31f).add(0x1p-32f);
            IntVector e = u.reinterpretAsInts().sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
            FloatVector f = u.reinterpretAsInts()
                    .sub(e.lanewise(LSHL, 23))
                    .reinterpretAsFloats()
                    .sub(1f);
            FloatVector log = f.fma(broadcast(S, LOG_9), broadcast(S, LOG_8));
            log = log.fma(f, broadcast(S, LOG_7)).fma(f, broadcast(S, LOG_6)).fma(f, broadcast(S, LOG_5));
            log = log.fma(f, broadcast(S, LOG_4)).fma(f, broadcast(S, LOG_3)).fma(f, broadcast(S, -0.5f));
            log = log.fma(f.mul(f), f);
            log = ((FloatVector) e.convert(I2F, 0)).fma(broadcast(S, LN2), log);
            LongVector radius = log.mul(-2f).lanewise(SQRT).reinterpretAsLongs();
            LongVector second = pair.reinterpretAsLongs().and(~Philox.LOW);
            radius.and(Philox.LOW).or(second).reinterpretAsFloats().intoArray(out, oo + i);
        }
    }

    /**
     * Second half: r and the angle become r cos(a) and r sin(a). Both floats of a 64-bit lane take the same r and a,
     * and the even one adds a quarter turn to its sine. The angle is a signed 32-bit fraction of a turn, so quadrant
     * and rest are bit fields.
     */
    private static void toNormal(float[] out, int oo, int n) {
        for (int i = 0; i < n; i += VL) {
            LongVector pair = FloatVector.fromArray(S, out, oo + i).reinterpretAsLongs();
            LongVector high = pair.lanewise(LSHR, 32);
            IntVector turn =
                    high.or(high.lanewise(LSHL, 32)).reinterpretAsInts().add(1 << 29);
            IntVector rest = turn.and((1 << 30) - 1).sub(1 << 29);
            FloatVector a = ((FloatVector) rest.convert(I2F, 0)).mul((float) (2 * Math.PI * 0x1p-32));
            FloatVector z = a.mul(a);
            FloatVector sin = z.fma(broadcast(S, SIN_7), broadcast(S, SIN_5));
            sin = sin.fma(z, broadcast(S, SIN_3)).fma(z.mul(a), a);
            FloatVector cos = z.fma(broadcast(S, COS_8), broadcast(S, COS_6));
            cos = cos.fma(z, broadcast(S, COS_4));
            cos = cos.fma(z, broadcast(S, -0.5f)).fma(z, broadcast(S, 1f));
            IntVector quadrant =
                    turn.lanewise(ASHR, 30).add(LongVector.broadcast(L, 1L).reinterpretAsInts());
            FloatVector y = sin.blend(cos, quadrant.and(1).compare(NE, 0).cast(S));
            IntVector sign = quadrant.and(2).lanewise(LSHL, 30);
            y = y.reinterpretAsInts().lanewise(XOR, sign).reinterpretAsFloats();
            LongVector low = pair.and(Philox.LOW);
            FloatVector radius = low.or(low.lanewise(LSHL, 32)).reinterpretAsFloats();
            radius.mul(y).intoArray(out, oo + i);
        }
    }
}
