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
     * a += s t in each lane of twelve accumulators, {@code n} times: a sum of halves. Two units with a latency of 4
     * cycles need 8 independent sums; 12 and both operands still fit the 16 registers of 256 bits. The accumulator must
     * be what is added to: as a factor it is a quarter slower.
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
            a0 = s.fma(t, a0);
            a1 = s.fma(t, a1);
            a2 = s.fma(t, a2);
            a3 = s.fma(t, a3);
            a4 = s.fma(t, a4);
            a5 = s.fma(t, a5);
            a6 = s.fma(t, a6);
            a7 = s.fma(t, a7);
            a8 = s.fma(t, a8);
            a9 = s.fma(t, a9);
            a10 = s.fma(t, a10);
            a11 = s.fma(t, a11);
        }
        var low = a0.add(a1).add(a2).add(a3.add(a4).add(a5));
        var high = a6.add(a7).add(a8).add(a9.add(a10).add(a11));
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }
}
