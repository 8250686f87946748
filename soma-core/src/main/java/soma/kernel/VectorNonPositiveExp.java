package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The exponential where the argument is known to be at most 0 or a little above, as after the maximum was subtracted. */
final class VectorNonPositiveExp {

    private static final float LOG2_E = 1.44269504f, LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;
    /** Adding this leaves the rounded number in the low mantissa bits; 127 on top, so that they are the exponent field of 2^k. */
    private static final float ROUND = 12582912f + 127f;

    private VectorNonPositiveExp() {}

    /**
     * exp x = 2^k exp r with |r| &lt;= ln(2)/2 and Cephes' polynomial of degree 7: error below 2 ulp for x in [-87.3, 88].
     * Exactly 0 below that, also for -infinity; NaN stays NaN.
     */
    static FloatVector of(FloatVector x) {
        var z = x.mul(LOG2_E).add(ROUND);
        var k = z.sub(ROUND);
        var r = x.sub(k.mul(LN2_HIGH)).sub(k.mul(LN2_LOW));
        var p = r.mul(1.9875691500e-4f).add(1.3981999507e-3f);
        p = p.fma(r, r.broadcast(8.3334519073e-3f));
        p = p.fma(r, r.broadcast(4.1665795894e-2f));
        p = p.fma(r, r.broadcast(1.6666665459e-1f));
        p = p.fma(r, r.broadcast(5.0000001201e-1f));
        p = p.fma(r.mul(r), r).add(1f);
        FloatVector power =
                z.viewAsIntegralLanes().lanewise(VectorOperators.LSHL, 23).viewAsFloatingLanes();
        var zero = x.compare(VectorOperators.LT, -87.3f);
        return power.mul(p).blend(0f, zero);
    }
}
