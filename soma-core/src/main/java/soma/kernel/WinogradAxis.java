package soma.kernel;

/**
 * One axis of a transform of Winograd's convolution F(4 x 4, 3 x 3), which computes 4 x 4 pixels from 36 products for each
 * pair of channels instead of 144: Lavin &amp; Gray 2015, arXiv 1509.09308. It interpolates at the points 0,
 * &plusmn;1/&radic;2, &plusmn;&radic;2 and infinity: symmetric, and each the inverse of another, which keeps rounding
 * errors lower than the usual 0, &plusmn;1, &plusmn;2 (Alam et al. 2022, arXiv 2201.10369).
 */
enum WinogradAxis {
    /** Six pixels to six points. */
    INPUT(6, 6),
    /** Six points to four pixels. */
    OUTPUT(6, 4),
    /** The adjoint of {@link #OUTPUT}: the gradient of four pixels to six points. */
    GRADIENT(4, 6),
    /** Three weights to six points. */
    WEIGHTS(3, 6),
    /** The adjoint of {@link #WEIGHTS}: six points to the gradient of three weights. */
    WEIGHT_GRADIENT(6, 3);

    final int from;
    final int to;

    WinogradAxis(int from, int to) {
        this.from = from;
        this.to = to;
    }
}
