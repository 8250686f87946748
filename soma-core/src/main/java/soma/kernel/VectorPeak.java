package soma.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Multiply-adds as fast as they go. */
final class VectorPeak {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    private static final int ACCUMULATORS = 12;

    private VectorPeak() {}

    /** Multiply-adds in one iteration of {@link #multiplyAdds}. */
    static int perIteration() {
        return ACCUMULATORS * S.length();
    }

    /**
     * a = a s + t in each lane of twelve accumulators, {@code n} times. Two units with a latency of 4 cycles need 8 independent
     * sums; 12 and both operands still fit the 16 registers of 256 bits.
     */
    static float multiplyAdds(int n) {
        var s = FloatVector.broadcast(S, 0.5f);
        var t = FloatVector.broadcast(S, 1f);
        var a0 = FloatVector.zero(S);
        var a1 = FloatVector.zero(S);
        var a2 = FloatVector.zero(S);
        var a3 = FloatVector.zero(S);
        var a4 = FloatVector.zero(S);
        var a5 = FloatVector.zero(S);
        var a6 = FloatVector.zero(S);
        var a7 = FloatVector.zero(S);
        var a8 = FloatVector.zero(S);
        var a9 = FloatVector.zero(S);
        var a10 = FloatVector.zero(S);
        var a11 = FloatVector.zero(S);
        for (int i = 0; i < n; i++) {
            a0 = a0.fma(s, t);
            a1 = a1.fma(s, t);
            a2 = a2.fma(s, t);
            a3 = a3.fma(s, t);
            a4 = a4.fma(s, t);
            a5 = a5.fma(s, t);
            a6 = a6.fma(s, t);
            a7 = a7.fma(s, t);
            a8 = a8.fma(s, t);
            a9 = a9.fma(s, t);
            a10 = a10.fma(s, t);
            a11 = a11.fma(s, t);
        }
        var low = a0.add(a1).add(a2).add(a3.add(a4).add(a5));
        var high = a6.add(a7).add(a8).add(a9.add(a10).add(a11));
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }
}
