package soma.kernel;

import java.util.Arrays;

/**
 * Sliding windows: window i of an axis meets the positions i * stride - padLow + r * dilation, r < kernel, inside the
 * input.
 */
public final class PoolShape implements Pooling {

    private final int planes;
    private final int[] in;
    private final int[] kernel;
    private final int[] stride;
    private final int[] padLow;
    private final int[] padHigh;
    private final int[] dilation;
    private final int[] out;
    private final PoolWindows windows;

    /**
     * Checks the sizes. {@code out} is given, since a window that overhangs the end may count (ceil mode) or not; each
     * window must meet the input.
     */
    public PoolShape(
            int planes, int[] in, int[] kernel, int[] stride, int[] padLow, int[] padHigh, int[] dilation, int[] out) {
        this.planes = planes;
        this.in = in.clone();
        this.kernel = kernel.clone();
        this.stride = stride.clone();
        this.padLow = padLow.clone();
        this.padHigh = padHigh.clone();
        this.dilation = dilation.clone();
        this.out = out.clone();
        ConvAxes.checkAxes("pool", in, kernel, stride, padLow, padHigh, dilation);
        ConvAxes.checkAxis("pool", "output size", out, in.length, 1);
        if (planes < 0) {
            throw new IllegalArgumentException("pool: " + planes + " planes, expected 0 or more");
        }
        windows = PoolWindows.sliding(planes, in, kernel, stride, padLow, padHigh, dilation, out);
        for (int a = 0; a < in.length; a++) {
            int axis = a == in.length - 1 ? 2 : in.length == 3 ? a : 0;
            for (int i = 0; i < out[a]; i++) {
                if (windows.count[axis][i] == 0) {
                    throw new IllegalArgumentException("pool: window " + i + " of axis " + a
                            + " meets only padding (input " + in[a]
                            + ", kernel " + kernel[a] + ", stride " + stride[a] + ", padding " + padLow[a] + " and "
                            + padHigh[a]
                            + "); pad by at most half the kernel, or ask for fewer than " + out[a] + " outputs");
                }
            }
        }
    }

    @Override
    public int planes() {
        return planes;
    }

    @Override
    public int[] in() {
        return in.clone();
    }

    @Override
    public int[] out() {
        return out.clone();
    }

    PoolWindows windows() {
        return windows;
    }

    public int[] kernel() {
        return kernel.clone();
    }

    public int[] stride() {
        return stride.clone();
    }

    public int[] padLow() {
        return padLow.clone();
    }

    public int[] padHigh() {
        return padHigh.clone();
    }

    public int[] dilation() {
        return dilation.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PoolShape s
                && planes == s.planes
                && Arrays.equals(in, s.in)
                && Arrays.equals(kernel, s.kernel)
                && Arrays.equals(stride, s.stride)
                && Arrays.equals(padLow, s.padLow)
                && Arrays.equals(padHigh, s.padHigh)
                && Arrays.equals(dilation, s.dilation)
                && Arrays.equals(out, s.out);
    }

    @Override
    public int hashCode() {
        int h = planes;
        for (var axes : new int[][] {in, kernel, stride, padLow, padHigh, dilation, out}) {
            h = h * 31 + Arrays.hashCode(axes);
        }
        return h;
    }

    @Override
    public String toString() {
        return "pool " + planes + " planes in " + Arrays.toString(in) + " kernel " + Arrays.toString(kernel)
                + " stride "
                + Arrays.toString(stride) + " pad " + Arrays.toString(padLow) + Arrays.toString(padHigh) + " dilation "
                + Arrays.toString(dilation) + " out " + Arrays.toString(out);
    }
}
