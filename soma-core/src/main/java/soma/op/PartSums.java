package soma.op;

import java.util.Arrays;

/** Adds up the partial sums of an op's parts in their order, so that the result does not depend on the threads. */
final class PartSums {

    private PartSums() {}

    /** out[to][j] = sum over parts p of out[from][p * stride + offset + j], j below n. */
    static void add(Call call, int from, int parts, int stride, int offset, int to, int n) {
        if (call.out(from) instanceof double[] partial) {
            var sum = call.outDoubles(to);
            Arrays.fill(sum, 0, n, 0);
            for (int p = 0; p < parts; p++) {
                int at = p * stride + offset;
                for (int j = 0; j < n; j++) {
                    sum[j] += partial[at + j];
                }
            }
        } else {
            var partial = call.outFloats(from);
            var sum = call.outFloats(to);
            Arrays.fill(sum, 0, n, 0);
            for (int p = 0; p < parts; p++) {
                int at = p * stride + offset;
                for (int j = 0; j < n; j++) {
                    sum[j] += partial[at + j];
                }
            }
        }
    }
}
