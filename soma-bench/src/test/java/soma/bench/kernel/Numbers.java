package soma.bench.kernel;

import java.util.Random;

/** Numbers to compute with. */
final class Numbers {

    private Numbers() {}

    /** Normal ones, always the same. */
    static float[] normal(int n) {
        var random = new Random(n);
        var a = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = (float) random.nextGaussian();
        }
        return a;
    }
}
