package soma.kernel;

/** Multiply-adds as the scalar kernels do them: plain loops over arrays in the first cache. */
final class ScalarPeak {

    /** Multiply-adds in one iteration of {@link #multiplyAdds}. */
    static final int PER_ITERATION = 1024;

    private ScalarPeak() {}

    /** a = a s + t in each of so many numbers, {@code n} times. */
    static float multiplyAdds(int n) {
        var a = new float[PER_ITERATION];
        for (int i = 0; i < n; i++) {
            once(a);
        }
        float sum = 0;
        for (float x : a) {
            sum += x;
        }
        return sum;
    }

    private static void once(float[] a) {
        for (int j = 0; j < a.length; j++) {
            a[j] = a[j] * 0.5f + 1;
        }
    }
}
