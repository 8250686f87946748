package soma.kernel;

import java.util.Arrays;

/** As many windows as the output has positions: window i reaches from floor(i in / out) to ceil((i + 1) in / out). */
public final class AdaptiveShape implements Pooling {

    private final int planes;
    private final int[] in;
    private final int[] out;
    private final PoolWindows windows;

    /** Checks the sizes. */
    public AdaptiveShape(int planes, int[] in, int[] out) {
        if (planes < 0 || in.length < 1 || in.length > 3) {
            throw new IllegalArgumentException("adaptive pool: " + planes + " planes over " + in.length
                    + " spatial axes, expected 0 or more planes and 1 to 3 axes");
        }
        ConvAxes.checkAxis("adaptive pool", "input size", in, in.length, 1);
        ConvAxes.checkAxis("adaptive pool", "output size", out, in.length, 1);
        this.planes = planes;
        this.in = in.clone();
        this.out = out.clone();
        windows = PoolWindows.adaptive(planes, in, out);
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

    @Override
    public boolean equals(Object other) {
        return other instanceof AdaptiveShape s
                && planes == s.planes
                && Arrays.equals(in, s.in)
                && Arrays.equals(out, s.out);
    }

    @Override
    public int hashCode() {
        return (planes * 31 + Arrays.hashCode(in)) * 31 + Arrays.hashCode(out);
    }

    @Override
    public String toString() {
        return "adaptive pool " + planes + " planes in " + Arrays.toString(in) + " out " + Arrays.toString(out);
    }
}
