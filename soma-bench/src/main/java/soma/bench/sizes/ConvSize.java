package soma.bench.sizes;

import java.util.List;

/**
 * A convolution of a batch of {@code images} with {@code in} channels over {@code axes} axes of {@code size} elements
 * each.
 */
public record ConvSize(
        String id,
        int images,
        int in,
        int out,
        int axes,
        int size,
        int kernel,
        int stride,
        int padding,
        int groups,
        boolean transposed) {

    /** The layers of a ResNet by depth, its odd ones, LeNet's, and the other kinds of convolution. */
    public static final List<ConvSize> ALL = List.of(
            square("conv-64x32x32", 32, 64, 64, 32, 3, 1, 1),
            square("conv-128x16x16", 32, 128, 128, 16, 3, 1, 1),
            square("conv-256x8x8", 32, 256, 256, 8, 3, 1, 1),
            square("conv-512x4x4", 32, 512, 512, 4, 3, 1, 1),
            square("conv-stride2", 32, 64, 128, 32, 3, 2, 1),
            square("conv-3to64", 32, 3, 64, 32, 3, 1, 1),
            square("conv-lenet1", 64, 1, 6, 28, 5, 1, 2),
            square("conv-lenet2", 64, 6, 16, 14, 5, 1, 0),
            square("conv-1x1", 8, 256, 64, 56, 1, 1, 0),
            new ConvSize("conv-depthwise", 32, 64, 64, 2, 32, 3, 1, 1, 64, false),
            square("conv-stem7x7", 8, 3, 64, 224, 7, 2, 3),
            new ConvSize("conv-transposed", 32, 128, 64, 2, 16, 4, 2, 1, 1, true),
            new ConvSize("conv-1d", 16, 128, 128, 1, 512, 5, 1, 2, 1, false),
            new ConvSize("conv-3d", 4, 16, 32, 3, 24, 3, 1, 1, 1, false));

    private static ConvSize square(
            String id, int images, int in, int out, int size, int kernel, int stride, int padding) {
        return new ConvSize(id, images, in, out, 2, size, kernel, stride, padding, 1, false);
    }

    /** Elements of the result along one axis. */
    public int outSize() {
        return transposed ? (size - 1) * stride - 2 * padding + kernel : (size + 2 * padding - kernel) / stride + 1;
    }

    /** The input's shape. */
    public long[] input() {
        return shape(images, in, size);
    }

    /** The result's shape. */
    public long[] output() {
        return shape(images, out, outSize());
    }

    /** The weight's shape. */
    public long[] weight() {
        return transposed ? shape(in, out / groups, kernel) : shape(out, in / groups, kernel);
    }

    private long[] shape(long first, long second, long each) {
        var shape = new long[axes + 2];
        shape[0] = first;
        shape[1] = second;
        for (int i = 2; i < shape.length; i++) {
            shape[i] = each;
        }
        return shape;
    }

    /** Multiplications and additions of the forward pass; the gradients of the input and of the weight take as many. */
    public double operations() {
        double pixels = Math.pow(transposed ? size : outSize(), axes);
        return 2.0 * images * pixels * in * out / groups * Math.pow(kernel, axes);
    }

    /** Of input, weight and result. */
    public double bytes() {
        return 4 * (product(input()) + product(weight()) + product(output()));
    }

    /** Of input, weight, the result's gradient, and the gradients of input and weight. */
    public double bytesBackward() {
        return 4 * (2 * product(input()) + 2 * product(weight()) + product(output()));
    }

    private static double product(long[] shape) {
        double product = 1;
        for (long n : shape) {
            product *= n;
        }
        return product;
    }
}
