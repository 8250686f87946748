package soma.kernel;

/** For each of three axes and each output position: the first input position of the window and how many it meets. */
final class PoolWindows {

    final int planes;
    final int[] in;
    final int[] out;
    final int inPlane;
    final int outPlane;
    final int[] dilation;
    final int[][] start;
    final int[][] count;
    /** Positions of the window that are input or padding: what an average with countIncludePad divides by. */
    final int[][] padded;

    /** Disjoint 2 x 2 windows without padding over two axes, the common case that has vector kernels. */
    final boolean pairs;

    private PoolWindows(
            int planes,
            int[] in,
            int[] out,
            int[] dilation,
            int[][] start,
            int[][] count,
            int[][] padded,
            boolean pairs) {
        this.planes = planes;
        this.in = ConvAxes.three(in, 1);
        this.out = ConvAxes.three(out, 1);
        this.dilation = ConvAxes.three(dilation, 1);
        this.start = spread(start, 0);
        this.count = spread(count, 1);
        this.padded = spread(padded, 1);
        this.pairs = pairs;
        inPlane = ConvAxes.product(in);
        outPlane = ConvAxes.product(out);
    }

    private static int[][] spread(int[][] v, int fill) {
        int[] one = {fill};
        return switch (v.length) {
            case 1 -> new int[][] {one, one, v[0]};
            case 2 -> new int[][] {v[0], one, v[1]};
            default -> v;
        };
    }

    /** Windows i * stride - padLow + r * dilation, r < kernel, cut to the input. */
    static PoolWindows sliding(
            int planes, int[] in, int[] kernel, int[] stride, int[] padLow, int[] padHigh, int[] dilation, int[] out) {
        int axes = in.length;
        int[][] start = new int[axes][];
        int[][] count = new int[axes][];
        int[][] padded = new int[axes][];
        boolean pairs = axes == 2;
        for (int a = 0; a < axes; a++) {
            start[a] = new int[out[a]];
            count[a] = new int[out[a]];
            padded[a] = new int[out[a]];
            pairs &= kernel[a] == 2 && stride[a] == 2 && padLow[a] == 0 && dilation[a] == 1 && 2 * out[a] <= in[a];
            for (int i = 0; i < out[a]; i++) {
                int from = i * stride[a] - padLow[a];
                int skip = from < 0 ? (-from + dilation[a] - 1) / dilation[a] : 0;
                int end = Math.min(kernel[a], steps(in[a] - from, dilation[a]));
                start[a][i] = from + skip * dilation[a];
                count[a][i] = Math.max(0, end - skip);
                padded[a][i] = Math.min(kernel[a], steps(in[a] + padHigh[a] - from, dilation[a]));
            }
        }
        return new PoolWindows(planes, in, out, dilation, start, count, padded, pairs);
    }

    private static int steps(int length, int dilation) {
        return Math.max(0, (length + dilation - 1) / dilation);
    }

    /** Windows from floor(i in / out) to ceil((i + 1) in / out). */
    static PoolWindows adaptive(int planes, int[] in, int[] out) {
        int axes = in.length;
        int[][] start = new int[axes][];
        int[][] count = new int[axes][];
        int[] dilation = new int[axes];
        boolean pairs = axes == 2;
        for (int a = 0; a < axes; a++) {
            start[a] = new int[out[a]];
            count[a] = new int[out[a]];
            dilation[a] = 1;
            pairs &= in[a] == 2 * out[a];
            for (int i = 0; i < out[a]; i++) {
                start[a][i] = (int) ((long) i * in[a] / out[a]);
                count[a][i] = (int) (((i + 1L) * in[a] + out[a] - 1) / out[a]) - start[a][i];
            }
        }
        return new PoolWindows(planes, in, out, dilation, start, count, count, pairs);
    }

    /** Planes a task takes: enough for some microseconds of work. */
    int planesEach() {
        return Math.clamp(32768 / Math.max(1, inPlane), 1, Math.max(1, planes));
    }

    int tasks() {
        return (planes + planesEach() - 1) / planesEach();
    }
}
