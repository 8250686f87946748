package soma.kernel;

/**
 * One axis of a transform of Winograd's convolution, which computes m results of r taps from m + r - 1 products for each
 * pair of channels instead of m r: Lavin &amp; Gray 2015, arXiv 1509.09308. It interpolates at the points 0,
 * &plusmn;1/&radic;2, &plusmn;&radic;2 and, where there are six, infinity: symmetric, and each the inverse of another,
 * which keeps rounding errors lower than the usual 0, &plusmn;1, &plusmn;2 (Alam et al. 2022, arXiv 2201.10369).
 *
 * @param kind what it computes
 * @param from numbers that go in
 * @param to numbers that come out
 * @param scaleA what the values at &plusmn;1/&radic;2 are multiplied with: of weights by what interpolation asks, else 1
 * @param scaleB the same for &plusmn;&radic;2
 */
record WinogradTransform(Kind kind, int from, int to, float scaleA, float scaleB) {

    enum Kind {
        /** An axis with one tap: a number is its own point. */
        SAME,
        /** Pixels to as many points. */
        INPUT,
        /** A polynomial's coefficients, weights or gradients of results, to its values at the points. */
        EVALUATE,
        /** The adjoint of {@link #EVALUATE}: points to results, or to the gradients of weights. */
        COMBINE
    }

    /** Points of an axis, the last of them infinity, and how many there are without it. */
    static final int MOST = 6;

    static final int LEAST = 5;

    // The points other than 0 and infinity, whose product is 1, and their powers.
    static final float A = (float) Math.sqrt(0.5);
    static final float A_2 = 0.5f;
    static final float A_3 = (float) (Math.sqrt(0.5) / 2);
    static final float A_4 = 0.25f;
    static final float B = (float) Math.sqrt(2);
    static final float B_2 = 2;
    static final float B_3 = (float) (Math.sqrt(2) * 2);
    static final float B_4 = 4;

    /** The sum of their squares. */
    static final float TWO_AND_A_HALF = 2.5f;

    private static final float WEIGHT_A = (float) (-2 / 3.0);
    private static final float WEIGHT_B = (float) (1 / 6.0);
    private static final WinogradTransform SAME = new WinogradTransform(Kind.SAME, 1, 1, 1, 1);

    /** Pixels to {@code points}. */
    static WinogradTransform input(int points) {
        return points == 1 ? SAME : new WinogradTransform(Kind.INPUT, points, points, 1, 1);
    }

    /** Points to {@code results} pixels. */
    static WinogradTransform output(int points, int results) {
        return points == 1 ? SAME : new WinogradTransform(Kind.COMBINE, points, results, 1, 1);
    }

    /** The adjoint of {@link #output}. */
    static WinogradTransform gradient(int points, int results) {
        return points == 1 ? SAME : new WinogradTransform(Kind.EVALUATE, results, points, 1, 1);
    }

    /** The weights of {@code taps} to points. */
    static WinogradTransform weights(int points, int taps) {
        return points == 1 ? SAME : new WinogradTransform(Kind.EVALUATE, taps, points, WEIGHT_A, WEIGHT_B);
    }

    /** The adjoint of {@link #weights}. */
    static WinogradTransform weightGradient(int points, int taps) {
        return points == 1 ? SAME : new WinogradTransform(Kind.COMBINE, points, taps, WEIGHT_A, WEIGHT_B);
    }

    /** Whether the last point is infinity, where a polynomial's value is its highest coefficient. */
    boolean infinity() {
        return Math.max(from, to) == MOST;
    }
}
