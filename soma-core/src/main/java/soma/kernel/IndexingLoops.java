package soma.kernel;

/** The innermost loops of {@link Indexing}, once for each array type. */
final class IndexingLoops {

    private IndexingLoops() {}

    static void takeOnes(
            float[] x, int xo, long[] index, int io, int size, int k, float[] out, int oo, int lo, int hi) {
        for (int t = lo; t < hi; t++) {
            int o = t / k, j = t - o * k;
            out[oo + t] = x[xo + o * size + Indexing.checked(index, io, j, size)];
        }
    }

    static void gatherRow(
            float[] x,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            float[] out,
            int oo) {
        for (int i = 0; i < n; i++) {
            out[oo + from + i] = x[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride];
        }
    }

    static void scatterRow(
            float[] out,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            float[] src,
            int so,
            int srcStep) {
        for (int i = 0; i < n; i++) {
            out[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride] = src[so + i * srcStep];
        }
    }

    static void takeOnes(
            double[] x, int xo, long[] index, int io, int size, int k, double[] out, int oo, int lo, int hi) {
        for (int t = lo; t < hi; t++) {
            int o = t / k, j = t - o * k;
            out[oo + t] = x[xo + o * size + Indexing.checked(index, io, j, size)];
        }
    }

    static void gatherRow(
            double[] x,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            double[] out,
            int oo) {
        for (int i = 0; i < n; i++) {
            out[oo + from + i] = x[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride];
        }
    }

    static void scatterRow(
            double[] out,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            double[] src,
            int so,
            int srcStep) {
        for (int i = 0; i < n; i++) {
            out[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride] = src[so + i * srcStep];
        }
    }

    static void takeOnes(int[] x, int xo, long[] index, int io, int size, int k, int[] out, int oo, int lo, int hi) {
        for (int t = lo; t < hi; t++) {
            int o = t / k, j = t - o * k;
            out[oo + t] = x[xo + o * size + Indexing.checked(index, io, j, size)];
        }
    }

    static void gatherRow(
            int[] x,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            int[] out,
            int oo) {
        for (int i = 0; i < n; i++) {
            out[oo + from + i] = x[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride];
        }
    }

    static void scatterRow(
            int[] out,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            int[] src,
            int so,
            int srcStep) {
        for (int i = 0; i < n; i++) {
            out[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride] = src[so + i * srcStep];
        }
    }

    static void takeOnes(long[] x, int xo, long[] index, int io, int size, int k, long[] out, int oo, int lo, int hi) {
        for (int t = lo; t < hi; t++) {
            int o = t / k, j = t - o * k;
            out[oo + t] = x[xo + o * size + Indexing.checked(index, io, j, size)];
        }
    }

    static void gatherRow(
            long[] x,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            long[] out,
            int oo) {
        for (int i = 0; i < n; i++) {
            out[oo + from + i] = x[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride];
        }
    }

    static void scatterRow(
            long[] out,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            long[] src,
            int so,
            int srcStep) {
        for (int i = 0; i < n; i++) {
            out[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride] = src[so + i * srcStep];
        }
    }

    static void takeOnes(
            short[] x, int xo, long[] index, int io, int size, int k, short[] out, int oo, int lo, int hi) {
        for (int t = lo; t < hi; t++) {
            int o = t / k, j = t - o * k;
            out[oo + t] = x[xo + o * size + Indexing.checked(index, io, j, size)];
        }
    }

    static void gatherRow(
            short[] x,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            short[] out,
            int oo) {
        for (int i = 0; i < n; i++) {
            out[oo + from + i] = x[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride];
        }
    }

    static void scatterRow(
            short[] out,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            short[] src,
            int so,
            int srcStep) {
        for (int i = 0; i < n; i++) {
            out[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride] = src[so + i * srcStep];
        }
    }

    static void takeOnes(byte[] x, int xo, long[] index, int io, int size, int k, byte[] out, int oo, int lo, int hi) {
        for (int t = lo; t < hi; t++) {
            int o = t / k, j = t - o * k;
            out[oo + t] = x[xo + o * size + Indexing.checked(index, io, j, size)];
        }
    }

    static void gatherRow(
            byte[] x,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            byte[] out,
            int oo) {
        for (int i = 0; i < n; i++) {
            out[oo + from + i] = x[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride];
        }
    }

    static void scatterRow(
            byte[] out,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            byte[] src,
            int so,
            int srcStep) {
        for (int i = 0; i < n; i++) {
            out[at + i * step + Indexing.checked(index, io, from + i, size) * axisStride] = src[so + i * srcStep];
        }
    }

    static void foldRow(
            Fold fold,
            float[] out,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            float[] src,
            int so,
            int srcStep) {
        for (int i = 0; i < n; i++) {
            int p = at + i * step + Indexing.checked(index, io, from + i, size) * axisStride;
            out[p] = Reduce.combine(fold, out[p], src[so + i * srcStep]);
        }
    }

    static void takeAdd(
            float[] g, int go, int size, int inner, long[] index, int io, int k, float[] out, int oo, int lo, int hi) {
        for (int o = lo / size; o * size < hi; o++) {
            for (int j = 0; j < k; j++) {
                int row = o * size + Indexing.checked(index, io, j, size);
                if (row < lo || row >= hi) {
                    continue;
                }
                int from = go + (o * k + j) * inner, to = oo + row * inner;
                for (int i = 0; i < inner; i++) {
                    out[to + i] += g[from + i];
                }
            }
        }
    }

    static void foldRow(
            Fold fold,
            double[] out,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            double[] src,
            int so,
            int srcStep) {
        for (int i = 0; i < n; i++) {
            int p = at + i * step + Indexing.checked(index, io, from + i, size) * axisStride;
            out[p] = Reduce.combine(fold, out[p], src[so + i * srcStep]);
        }
    }

    static void takeAdd(
            double[] g,
            int go,
            int size,
            int inner,
            long[] index,
            int io,
            int k,
            double[] out,
            int oo,
            int lo,
            int hi) {
        for (int o = lo / size; o * size < hi; o++) {
            for (int j = 0; j < k; j++) {
                int row = o * size + Indexing.checked(index, io, j, size);
                if (row < lo || row >= hi) {
                    continue;
                }
                int from = go + (o * k + j) * inner, to = oo + row * inner;
                for (int i = 0; i < inner; i++) {
                    out[to + i] += g[from + i];
                }
            }
        }
    }

    static void foldRow(
            Fold fold,
            long[] out,
            int at,
            int step,
            int axisStride,
            int size,
            long[] index,
            int io,
            int from,
            int n,
            long[] src,
            int so,
            int srcStep) {
        for (int i = 0; i < n; i++) {
            int p = at + i * step + Indexing.checked(index, io, from + i, size) * axisStride;
            out[p] = Reduce.combine(fold, out[p], src[so + i * srcStep]);
        }
    }

    static void takeAdd(
            long[] g, int go, int size, int inner, long[] index, int io, int k, long[] out, int oo, int lo, int hi) {
        for (int o = lo / size; o * size < hi; o++) {
            for (int j = 0; j < k; j++) {
                int row = o * size + Indexing.checked(index, io, j, size);
                if (row < lo || row >= hi) {
                    continue;
                }
                int from = go + (o * k + j) * inner, to = oo + row * inner;
                for (int i = 0; i < inner; i++) {
                    out[to + i] += g[from + i];
                }
            }
        }
    }
}
