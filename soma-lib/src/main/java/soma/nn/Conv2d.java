package soma.nn;

import java.util.Optional;
import soma.Param;
import soma.Shape;
import soma.Tensor;

/**
 * Convolution of images: each output is a weighted sum of a window of the input, plus a bias. LeCun et al. 1998.
 * <p>x: (N, in, H, W) -> (N, out, H', W') with L' = (L + 2 padding - dilation (kernel - 1) - 1) / stride + 1 along each
 * axis; weight: (out, in / groups, kh, kw), bias: (out). Both start uniform in +-1/sqrt(fan in), as in PyTorch.
 * {@snippet :
 * new Conv2d(3, 16, 3).pad(1).stride(2).forward(Tensor.zeros(8, 3, 32, 32)).shape();   // (8, 16, 16, 16)
 * new Conv2d(16, 3);                          // takes its channels from the first data it sees
 * }
 */
public record Conv2d(int out, Window window, int groups, Param weight, Optional<Param> bias) implements Layer {

    public Conv2d {
        Convolution.check("Conv2d", out, groups);
    }

    public Conv2d(int in, int out, int kernel) {
        this(out, Shape.of(kernel, kernel), Param.lazy(Shape.of(out, in, kernel, kernel), Init.pytorchWeight()::draw));
    }

    /** With a kernel that may differ between the axes. */
    public Conv2d(int in, int out, Shape kernel) {
        this(out, kernel, Param.lazy(Shape.of(out, in, kernel.dim(0), kernel.dim(1)), Init.pytorchWeight()::draw));
    }

    /** Takes its input channels from the first data it sees. */
    public Conv2d(int out, int kernel) {
        this(out, Shape.of(kernel, kernel), Param.lazy(Init.pytorchWeight()::draw));
    }

    private Conv2d(int out, Shape kernel, Param weight) {
        this(out, Window.of(kernel), 1, weight, Optional.of(ParamTree.bias(out, weight)));
    }

    private Conv2d with(Window changed) {
        return new Conv2d(out, changed, groups, weight, bias);
    }

    /** Moves the kernel by this many elements at a time. */
    public Conv2d stride(int n) {
        return with(window.stride(n));
    }

    /** Moves the kernel by this many elements at a time, an axis each. */
    public Conv2d stride(int height, int width) {
        return with(window.stride(height, width));
    }

    /** Adds this many zeros at both ends of each axis. */
    public Conv2d pad(int n) {
        return with(window.pad(n));
    }

    /** Adds this many zeros at both ends of each axis, an axis each. */
    public Conv2d pad(int height, int width) {
        return with(window.pad(height, width));
    }

    /** Spreads the kernel: neighbours are this far apart. */
    public Conv2d dilation(int n) {
        return with(window.dilation(n));
    }

    /** Spreads the kernel: neighbours are this far apart, an axis each. */
    public Conv2d dilation(int height, int width) {
        return with(window.dilation(height, width));
    }

    /**
     * Cuts the channels into this many groups that do not see one another; as many as channels is a depthwise
     * convolution.
     */
    public Conv2d groups(int n) {
        var w = Convolution.grouped("Conv2d", weight, groups, n);
        return new Conv2d(out, window, n, w, bias.map(b -> ParamTree.bias(out, w)));
    }

    /** No number is added at the end. */
    public Conv2d withoutBias() {
        return new Conv2d(out, window, groups, weight, Optional.empty());
    }

    /** With another law for the first weights, and zeros for the bias. */
    public Conv2d init(Init init) {
        var zeros = bias.map(b -> ParamTree.redrawn(b, Init.zeros()));
        return new Conv2d(out, window, groups, ParamTree.redrawn(weight, init), zeros);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Convolution.forward("Conv2d", x, window, out, groups, weight, bias);
    }

    @Override
    public String toString() {
        return Convolution.text("Conv2d", window, out, groups, weight, bias);
    }
}
