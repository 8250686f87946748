package soma.kernel;

import java.util.Arrays;

/** What convolution and pooling share about windows sliding over one to three axes. */
final class ConvAxes {

    private ConvAxes() {}

    static void checkAxes(
            String what, int[] in, int[] kernel, int[] stride, int[] padLow, int[] padHigh, int[] dilation) {
        int axes = in.length;
        if (axes < 1 || axes > 3) {
            throw new IllegalArgumentException(what + ": " + axes + " spatial axes given, expected 1, 2 or 3");
        }
        checkAxis(what, "input size", in, axes, 1);
        checkAxis(what, "kernel", kernel, axes, 1);
        checkAxis(what, "stride", stride, axes, 1);
        checkAxis(what, "padding", padLow, axes, 0);
        checkAxis(what, "padding", padHigh, axes, 0);
        checkAxis(what, "dilation", dilation, axes, 1);
    }

    static void checkAxis(String what, String name, int[] values, int axes, int least) {
        if (values.length != axes) {
            throw new IllegalArgumentException(what + ": " + name + " " + Arrays.toString(values) + " has "
                    + values.length + " entries for " + axes + " spatial axes");
        }
        for (int v : values) {
            if (v < least) {
                throw new IllegalArgumentException(
                        what + ": " + name + " " + Arrays.toString(values) + ", expected entries of at least " + least);
            }
        }
    }

    static int product(int[] values) {
        int p = 1;
        for (int v : values) {
            p *= v;
        }
        return p;
    }

    /**
     * Three axes from one to three: (w) -> (1, 1, w), (h, w) -> (h, 1, w), so that the first axis is the one to cut
     * into tasks.
     */
    static int[] three(int[] v, int fill) {
        return switch (v.length) {
            case 1 -> new int[] {fill, fill, v[0]};
            case 2 -> new int[] {v[0], fill, v[1]};
            default -> v.clone();
        };
    }
}
