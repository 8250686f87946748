package soma.kernel;

import static soma.kernel.VectorGemm.ceil;

/**
 * A small C with a long k: the steps of k are computed side by side and added in their order, which is what one thread
 * does with its running sum, bit for bit.
 */
final class VectorDeepProduct {

    /** Floats of partial sums at a time. */
    private static final int SUMS = 1 << 20;

    private VectorDeepProduct() {}

    static boolean fits(VectorGemm g, int threads) {
        return g.batch() == 1
                && threads > 1
                && g.k() >= 2 * VectorGemm.SHORT_DEPTH
                && g.tiled()
                && g.tiles() < 2 * threads;
    }

    static void run(VectorGemm g, Workers workers, Scratch scratch) {
        int step = g.step();
        int steps = ceil(g.k(), step);
        int size = g.m() * g.n();
        int wave = Math.min(steps, Math.max(1, SUMS / size));
        var sums = scratch.floats(VectorGemm.PARTIAL, wave * size + VectorGemm.VL); // unpacked by whole vectors
        for (int first = 0; first < steps; first += wave) {
            int start = first;
            int count = Math.min(wave, steps - first);
            workers.run(
                    count,
                    (q, own) -> slice(g, (start + q) * step, sums, q * size).run(0, own));
            for (int q = 0; q < count; q++) {
                boolean add = g.accumulate() || first + q > 0;
                VectorPack.unpack(sums, q * size, g.n(), g.m(), g.n(), g.c(), g.co(), g.ldc(), add);
            }
        }
        g.finish(0, 0, g.m(), 0, g.n(), scratch);
    }

    /** The step of k from p on. */
    private static VectorGemm slice(VectorGemm g, int p, float[] target, int to) {
        return new VectorGemm(
                1,
                g.transA(),
                g.transB(),
                g.m(),
                g.n(),
                Math.min(g.step(), g.k() - p),
                g.a(),
                g.ao() + (g.transA() ? p * g.lda() : p),
                g.lda(),
                0,
                g.b(),
                g.bo() + (g.transB() ? p : p * g.ldb()),
                g.ldb(),
                0,
                target,
                to,
                g.n(),
                0,
                false,
                Epilogue.NONE,
                1,
                1,
                1);
    }
}
