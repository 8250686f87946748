package soma.bench.sizes;

import java.util.List;

/**
 * A matrix product (m, k) x (k, n), perhaps in a batch, perhaps with operands that lie transposed; n = 0 stands for a
 * vector.
 */
public record ProductSize(String id, int batch, int m, int k, int n, boolean transposedA, boolean transposedB) {

    /** Squares, the shapes of layers' forward and backward passes, small ones, a batch as in attention, vectors. */
    public static final List<ProductSize> ALL = List.of(
            square("gemm", 256, false, false),
            square("gemm", 512, false, false),
            square("gemm", 1024, false, false),
            square("gemm", 2048, false, false),
            square("gemm-nt", 512, false, true),
            square("gemm-nt", 1024, false, true),
            square("gemm-tn", 512, true, false),
            square("gemm-tn", 1024, true, false),
            skinny(64, 400, 120),
            skinny(128, 784, 256),
            skinny(32, 512, 2048),
            skinny(32, 8, 8),
            new ProductSize("bmm-32x128x32x128", 32, 128, 32, 128, false, false),
            new ProductSize("gemv-1024", 1, 1024, 1024, 0, false, false),
            new ProductSize("gemv-4096", 1, 4096, 4096, 0, false, false));

    private static ProductSize square(String name, int n, boolean transposedA, boolean transposedB) {
        return new ProductSize(name + "-" + n, 1, n, n, n, transposedA, transposedB);
    }

    private static ProductSize skinny(int m, int k, int n) {
        return new ProductSize("gemm-" + m + "x" + k + "x" + n, 1, m, k, n, false, false);
    }

    public boolean isVector() {
        return n == 0;
    }

    /** Multiplications and additions. */
    public double operations() {
        return 2.0 * batch * m * k * Math.max(1, n);
    }

    /** Of both operands and the result. */
    public double bytes() {
        return 4.0 * batch * ((double) m * k + (double) k * Math.max(1, n) + (double) m * Math.max(1, n));
    }
}
