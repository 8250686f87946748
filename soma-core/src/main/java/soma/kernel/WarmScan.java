package soma.kernel;

/** Running sums on their way to hot. The twins add in the order of the vectors' lanes; where columns run there is only one. */
final class WarmScan extends Warming {

    private enum Kind {
        ROW,
        TOTAL,
        ADD,
        MULTIPLY
    }

    static final WarmScan ROW = new WarmScan(Kind.ROW);
    static final WarmScan TOTAL = new WarmScan(Kind.TOTAL);
    static final WarmScan ADD = new WarmScan(Kind.ADD);
    static final WarmScan MULTIPLY = new WarmScan(Kind.MULTIPLY);

    private static final int L = VectorScan.L;
    /** Beyond the most turns that are asked for, by a few numbers for the loop that takes what is left. */
    private static final int MOST = 32 * 2 * L + 3;

    private final Kind kind;

    private WarmScan(Kind kind) {
        this.kind = kind;
    }

    @Override
    int instructions() {
        return kind == Kind.ROW ? 20 : 6;
    }

    @Override
    void sample(int turns) {
        int n = Math.min(MOST, turns * 2 * L + 3);
        switch (kind) {
            case ROW -> VectorScan.sums(new float[n], 0, new float[n], 0, 0, n);
            case TOTAL -> VectorScan.sum(new float[n], 0, n);
            case ADD -> VectorScan.nextSums(new double[n], new float[n], 0, new float[n], 0, n);
            case MULTIPLY -> VectorScan.nextProducts(new double[n], new float[n], 0, new float[n], 0, n);
        }
    }

    // ---- the twins

    /** Sums up the vector within itself. */
    private static void within(double[] lanes, int at) {
        for (int distance = 1; distance < L; distance *= 2) {
            for (int i = L - 1; i >= distance; i--) {
                lanes[at + i] += lanes[at + i - distance];
            }
        }
    }

    /** Two vectors of numbers made the sums of them and all before; returns the sum so far. */
    private static double two(double[] lanes, double sum) {
        within(lanes, 0);
        within(lanes, L);
        double first = lanes[L - 1];
        double all = lanes[2 * L - 1] + first;
        for (int i = 0; i < L; i++) {
            lanes[i] += sum;
            lanes[L + i] = lanes[L + i] + first + sum;
        }
        return sum + all;
    }

    static void row(float[] x, int xo, float[] y, int yo, double before, int n) {
        var lanes = new double[2 * L];
        double sum = before;
        int k = 0;
        for (; k <= n - 2 * L; k += 2 * L) {
            for (int i = 0; i < 2 * L; i++) {
                lanes[i] = x[xo + k + i];
            }
            sum = two(lanes, sum);
            for (int i = 0; i < 2 * L; i++) {
                y[yo + k + i] = (float) lanes[i];
            }
        }
        for (; k < n; k++) {
            sum += x[xo + k];
            y[yo + k] = (float) sum;
        }
    }

    static double total(float[] x, int at, int end) {
        var lanes = new double[2 * L];
        int k = at;
        for (; k <= end - 2 * L; k += 2 * L) {
            for (int i = 0; i < 2 * L; i++) {
                lanes[i] += x[k + i];
            }
        }
        double sum = 0;
        for (int i = 0; i < L; i++) {
            sum += lanes[i] + lanes[L + i];
        }
        for (; k < end; k++) {
            sum += x[k];
        }
        return sum;
    }
}
