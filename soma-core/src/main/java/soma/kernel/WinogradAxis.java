package soma.kernel;

import static soma.kernel.VectorGemm.ceil;

import java.util.ArrayList;
import java.util.List;

/**
 * The taps along an axis that meet results {@code start + resultStep t}: tap i, of the kernel's position {@code first +
 * step i}, meets pixel {@code low + sourceStep t + sourceStep i}. With a stride forward there are {@code sourceStep}
 * groups of taps, each a position and a pixel behind the one before.
 *
 * @param results how many results there are
 * @param tile how many of them come from the same points
 */
record WinogradAxis(
        int taps, int first, int step, int low, int sourceStep, int start, int resultStep, int results, int tile) {

    private static final int MOST_TAPS = 5;

    /** Forward; empty where Winograd's way has no such taps. */
    static List<WinogradAxis> forward(int kernel, int stride, int pad, int results) {
        int taps = kernel / stride;
        return kernel % stride != 0 || taps > MOST_TAPS
                ? List.of()
                : List.of(new WinogradAxis(taps, 0, stride, -pad, stride, 0, 1, results, tile(taps, results)));
    }

    /** Backward data: an axis for each residue of the result's position; empty where Winograd's way has no such taps. */
    static List<WinogradAxis> backward(int kernel, int stride, int pad, int size) {
        if (kernel < stride || ceil(kernel, stride) > MOST_TAPS) {
            return List.of();
        }
        var phases = new ArrayList<WinogradAxis>();
        for (int start = 0; start < Math.min(stride, size); start++) {
            int least = (start + pad) % stride;
            int taps = ceil(kernel - least, stride);
            int last = least + (taps - 1) * stride; // meets the first pixel
            int results = ceil(size - start, stride);
            int low = (start + pad - last) / stride;
            phases.add(new WinogradAxis(taps, last, -stride, low, 1, start, stride, results, tile(taps, results)));
        }
        return phases;
    }

    /** With five points or six, whichever are fewer in all. */
    private static int tile(int taps, int results) {
        int most = WinogradTransform.MOST - taps + 1;
        int least = WinogradTransform.LEAST - taps + 1;
        boolean fewer = least > 1
                && ceil(results, least) * WinogradTransform.LEAST < ceil(results, most) * WinogradTransform.MOST;
        return taps == 1 ? 1 : fewer ? least : most;
    }

    int points() {
        return tile + taps - 1;
    }

    int groups() {
        return sourceStep;
    }

    int tiles() {
        return ceil(results, tile);
    }

    WinogradTransform input() {
        return WinogradTransform.input(points());
    }

    WinogradTransform output() {
        return WinogradTransform.output(points(), tile);
    }

    WinogradTransform gradient() {
        return WinogradTransform.gradient(points(), tile);
    }

    WinogradTransform weights() {
        return WinogradTransform.weights(points(), taps);
    }

    WinogradTransform weightGradient() {
        return WinogradTransform.weightGradient(points(), taps);
    }
}
