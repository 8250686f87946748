package soma.kernel;

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

import org.jspecify.annotations.Nullable;

/** Random numbers on their way to hot. */
final class WarmDraw extends Warming {

    static final WarmDraw UNIFORM = new WarmDraw(false);
    static final WarmDraw NORMAL = new WarmDraw(true);

    private static final int LENGTH = 1024;

    private final boolean normal;
    private float @Nullable [] numbers;

    private WarmDraw(boolean normal) {
        this.normal = normal;
    }

    /** {@link VectorDraw#normal} an element, step for step. */
    static void normal(long key, long offset, float[] out, int oo, int n) {
        int odd = (int) offset & 1;
        var words = new int[odd + n + 1];
        ScalarDraw.bits(key, offset - odd, words, 0, words.length);
        for (int i = 0; i < n; i++) {
            int at = odd + i;
            out[oo + i] = radius(words[at & -2]) * side(words[at | 1], at & 1);
        }
    }

    private static float radius(int word) {
        float u = (word >>> 1) * 0x1p-31f + 0x1p-32f;
        int bits = Float.floatToRawIntBits(u);
        int e = bits - SQRT_HALF_BITS >> 23;
        float f = Float.intBitsToFloat(bits - (e << 23)) - 1f;
        float log = Math.fma(f, LOG_9, LOG_8);
        log = Math.fma(Math.fma(Math.fma(log, f, LOG_7), f, LOG_6), f, LOG_5);
        log = Math.fma(Math.fma(Math.fma(log, f, LOG_4), f, LOG_3), f, -0.5f);
        log = Math.fma(log, f * f, f);
        return (float) Math.sqrt(Math.fma((float) e, LN2, log) * -2f);
    }

    private static float side(int word, int odd) {
        int turn = word + (1 << 29);
        float a = ((turn & (1 << 30) - 1) - (1 << 29)) * (float) (2 * Math.PI * 0x1p-32);
        float z = a * a;
        float sin = Math.fma(Math.fma(z, SIN_7, SIN_5), z, SIN_3);
        sin = Math.fma(sin, z * a, a);
        float cos = Math.fma(Math.fma(z, COS_8, COS_6), z, COS_4);
        cos = Math.fma(Math.fma(cos, z, -0.5f), z, 1f);
        int quadrant = (turn >> 30) + 1 - odd;
        float y = (quadrant & 1) == 0 ? sin : cos;
        return (quadrant & 2) == 0 ? y : -y;
    }

    /** Numbers are drawn before anything is trained; what follows has more need of the compiler. */
    @Override
    long enough() {
        return 10 * ENOUGH;
    }

    @Override
    int instructions() {
        return normal ? 25 : 16;
    }

    @Override
    int turns() {
        return LENGTH / Philox.GROUP;
    }

    @Override
    int rank() {
        return 3;
    }

    @Override
    void sample(int turns) {
        if (numbers == null) {
            numbers = new float[LENGTH];
        }
        if (normal) {
            VectorDraw.normal(1, 0, numbers, 0, turns * Philox.GROUP);
        } else {
            VectorDraw.uniform(1, 0, numbers, 0, turns * Philox.GROUP);
        }
    }
}
