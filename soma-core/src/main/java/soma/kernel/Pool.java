package soma.kernel;

/**
 * Maximum and average over windows of one to three axes. The maximum is the first of equals, and a NaN wins, as in
 * PyTorch. Results are the same bits for any number of threads.
 */
public final class Pool {

    private Pool() {}

    private static PoolWindows windows(Pooling shape) {
        return switch (shape) {
            case PoolShape s -> s.windows();
            case AdaptiveShape s -> s.windows();
        };
    }

    private interface Planes {
        void run(int from, int to);
    }

    private static void run(Workers workers, PoolWindows w, Planes planes) {
        run(workers, w, Epilogue.NONE, planes);
    }

    private static void run(Workers workers, PoolWindows w, Epilogue after, Planes planes) {
        int each = w.planesEach();
        workers.run(w.tasks(), (task, scratch) -> {
            int from = task * each;
            int to = Math.min(w.planes, from + each);
            planes.run(from, to);
            after.range(from * w.outPlane, to * w.outPlane, scratch);
        });
    }

    private static boolean vectors(PoolWindows w) {
        return Cpu.VECTORS && w.pairs;
    }

    /** y = the maximum of each window of x. */
    public static void maxForward(Workers workers, Pooling shape, float[] x, int xo, float[] y, int yo) {
        var w = check(shape, x.length, xo, y.length, yo);
        run(workers, w, (from, to) -> {
            if (vectors(w)) {
                VectorPool.maxForward(w, from, to, x, xo, y, yo);
            } else {
                ScalarPool.maxForward(w, from, to, x, xo, y, yo);
            }
        });
    }

    /** dx = dy at the maximum of each window of x, zero elsewhere; where windows overlap, the sum. */
    public static void maxBackward(
            Workers workers, Pooling shape, float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo) {
        var w = check(shape, x.length, xo, dy.length, dyo);
        check(shape, dx.length, dxo, dy.length, dyo);
        run(workers, w, (from, to) -> {
            if (vectors(w)) {
                VectorPool.maxBackward(w, from, to, x, xo, dy, dyo, dx, dxo);
            } else {
                ScalarPool.maxBackward(w, from, to, x, xo, dy, dyo, dx, dxo);
            }
        });
    }

    /** y = g where the window of x has its maximum: the adjoint of {@link #maxBackward} in dy. */
    public static void maxPick(
            Workers workers, Pooling shape, float[] x, int xo, float[] g, int go, float[] y, int yo) {
        var w = check(shape, x.length, xo, y.length, yo);
        check(shape, g.length, go, y.length, yo);
        run(workers, w, (from, to) -> {
            if (vectors(w)) {
                VectorPool.maxPick(w, from, to, x, xo, g, go, y, yo);
            } else {
                ScalarPool.maxPick(w, from, to, x, xo, g, go, y, yo);
            }
        });
    }

    /** y = the position of each window's maximum in its plane of x, row-major over the spatial axes. */
    public static void maxIndices(Workers workers, Pooling shape, float[] x, int xo, long[] y, int yo) {
        var w = check(shape, x.length, xo, y.length, yo);
        run(workers, w, (from, to) -> ScalarPool.maxIndices(w, from, to, x, xo, y, yo));
    }

    /**
     * y = the mean of each window: over the input it meets or, with {@code countIncludePad}, over the padding too (but
     * never over what hangs out beyond the padding). {@code after} sees each finished range of y, counted from {@code
     * yo}.
     */
    public static void avgForward(
            Workers workers,
            Pooling shape,
            boolean countIncludePad,
            float[] x,
            int xo,
            float[] y,
            int yo,
            Epilogue after) {
        var w = check(shape, x.length, xo, y.length, yo);
        run(workers, w, after, (from, to) -> {
            if (vectors(w)) {
                VectorPool.avgForward(w, from, to, x, xo, y, yo);
            } else {
                ScalarPool.avgForward(w, from, to, countIncludePad, x, xo, y, yo);
            }
        });
    }

    /** {@link #avgForward} with nothing after it. */
    public static void avgForward(
            Workers workers, Pooling shape, boolean countIncludePad, float[] x, int xo, float[] y, int yo) {
        avgForward(workers, shape, countIncludePad, x, xo, y, yo, Epilogue.NONE);
    }

    /** dx, the adjoint of {@link #avgForward}. */
    public static void avgBackward(
            Workers workers, Pooling shape, boolean countIncludePad, float[] dy, int dyo, float[] dx, int dxo) {
        var w = check(shape, dx.length, dxo, dy.length, dyo);
        run(workers, w, (from, to) -> {
            if (vectors(w)) {
                VectorPool.avgBackward(w, from, to, dy, dyo, dx, dxo);
            } else {
                ScalarPool.avgBackward(w, from, to, countIncludePad, dy, dyo, dx, dxo);
            }
        });
    }

    /** {@link #maxForward} in double precision. */
    public static void maxForward(Workers workers, Pooling shape, double[] x, int xo, double[] y, int yo) {
        var w = check(shape, x.length, xo, y.length, yo);
        run(workers, w, (from, to) -> ScalarPoolDouble.maxForward(w, from, to, x, xo, y, yo));
    }

    /** {@link #maxBackward} in double precision. */
    public static void maxBackward(
            Workers workers, Pooling shape, double[] x, int xo, double[] dy, int dyo, double[] dx, int dxo) {
        var w = check(shape, x.length, xo, dy.length, dyo);
        check(shape, dx.length, dxo, dy.length, dyo);
        run(workers, w, (from, to) -> ScalarPoolDouble.maxBackward(w, from, to, x, xo, dy, dyo, dx, dxo));
    }

    /** {@link #maxPick} in double precision. */
    public static void maxPick(
            Workers workers, Pooling shape, double[] x, int xo, double[] g, int go, double[] y, int yo) {
        var w = check(shape, x.length, xo, y.length, yo);
        check(shape, g.length, go, y.length, yo);
        run(workers, w, (from, to) -> ScalarPoolDouble.maxPick(w, from, to, x, xo, g, go, y, yo));
    }

    /** {@link #maxIndices} in double precision. */
    public static void maxIndices(Workers workers, Pooling shape, double[] x, int xo, long[] y, int yo) {
        var w = check(shape, x.length, xo, y.length, yo);
        run(workers, w, (from, to) -> ScalarPoolDouble.maxIndices(w, from, to, x, xo, y, yo));
    }

    /** {@link #avgForward} in double precision. */
    public static void avgForward(
            Workers workers,
            Pooling shape,
            boolean countIncludePad,
            double[] x,
            int xo,
            double[] y,
            int yo,
            Epilogue after) {
        var w = check(shape, x.length, xo, y.length, yo);
        run(workers, w, after, (from, to) -> ScalarPoolDouble.avgForward(w, from, to, countIncludePad, x, xo, y, yo));
    }

    /** {@link #avgForward} in double precision with nothing after it. */
    public static void avgForward(
            Workers workers, Pooling shape, boolean countIncludePad, double[] x, int xo, double[] y, int yo) {
        avgForward(workers, shape, countIncludePad, x, xo, y, yo, Epilogue.NONE);
    }

    /** {@link #avgBackward} in double precision. */
    public static void avgBackward(
            Workers workers, Pooling shape, boolean countIncludePad, double[] dy, int dyo, double[] dx, int dxo) {
        var w = check(shape, dx.length, dxo, dy.length, dyo);
        run(workers, w, (from, to) -> ScalarPoolDouble.avgBackward(w, from, to, countIncludePad, dy, dyo, dx, dxo));
    }

    private static PoolWindows check(Pooling shape, int x, int xo, int y, int yo) {
        var w = windows(shape);
        if (xo < 0 || x - xo < w.planes * w.inPlane || yo < 0 || y - yo < w.planes * w.outPlane) {
            throw new IllegalArgumentException("pool: arrays with " + (x - xo) + " and " + (y - yo)
                    + " elements from their offsets on, but needs " + w.planes * w.inPlane + " and "
                    + w.planes * w.outPlane + ": "
                    + shape);
        }
        return w;
    }
}
