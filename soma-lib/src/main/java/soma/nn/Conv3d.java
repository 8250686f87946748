package soma.nn;

import java.util.Optional;
import soma.Param;
import soma.Shape;
import soma.Tensor;

/**
 * Convolution of volumes: each output is a weighted sum of a window of the input, plus a bias.
 * <p>x: (N, in, D, H, W) -> (N, out, D', H', W') with L' = (L + 2 padding - dilation (kernel - 1) - 1) / stride + 1
 * along each axis; weight: (out, in / groups, kd, kh, kw), bias: (out). Both start uniform in +-1/sqrt(fan in), as in
 * PyTorch.
 * {@snippet :
 * new Conv3d(1, 8, 3).pad(1).forward(Tensor.zeros(2, 1, 8, 8, 8)).shape();   // (2, 8, 8, 8, 8)
 * }
 */
public record Conv3d(int out, Window window, int groups, Param weight, Optional<Param> bias) implements Layer {

    public Conv3d {
        Convolution.check("Conv3d", out, groups);
    }

    public Conv3d(int in, int out, int kernel) {
        this(
                out,
                Shape.of(kernel, kernel, kernel),
                Param.lazy(Shape.of(out, in, kernel, kernel, kernel), Init.pytorchWeight()::draw));
    }

    /** With a kernel that may differ between the axes. */
    public Conv3d(int in, int out, Shape kernel) {
        this(
                out,
                kernel,
                Param.lazy(Shape.of(out, in, kernel.dim(0), kernel.dim(1), kernel.dim(2)), Init.pytorchWeight()::draw));
    }

    /** Takes its input channels from the first data it sees. */
    public Conv3d(int out, int kernel) {
        this(out, Shape.of(kernel, kernel, kernel), Param.lazy(Init.pytorchWeight()::draw));
    }

    private Conv3d(int out, Shape kernel, Param weight) {
        this(out, Window.of(kernel), 1, weight, Optional.of(ParamTree.bias(out, weight)));
    }

    private Conv3d with(Window changed) {
        return new Conv3d(out, changed, groups, weight, bias);
    }

    /** Moves the kernel by this many elements at a time. */
    public Conv3d stride(int n) {
        return with(window.stride(n));
    }

    /** Moves the kernel by this many elements at a time, an axis each. */
    public Conv3d stride(int depth, int height, int width) {
        return with(window.stride(depth, height, width));
    }

    /** Adds this many zeros at both ends of each axis. */
    public Conv3d pad(int n) {
        return with(window.pad(n));
    }

    /** Adds this many zeros at both ends of each axis, an axis each. */
    public Conv3d pad(int depth, int height, int width) {
        return with(window.pad(depth, height, width));
    }

    /** Spreads the kernel: neighbours are this far apart. */
    public Conv3d dilation(int n) {
        return with(window.dilation(n));
    }

    /** Spreads the kernel: neighbours are this far apart, an axis each. */
    public Conv3d dilation(int depth, int height, int width) {
        return with(window.dilation(depth, height, width));
    }

    /**
     * Cuts the channels into this many groups that do not see one another; as many as channels is a depthwise
     * convolution.
     */
    public Conv3d groups(int n) {
        var w = Convolution.grouped("Conv3d", weight, groups, n);
        return new Conv3d(out, window, n, w, bias.map(b -> ParamTree.bias(out, w)));
    }

    /** No number is added at the end. */
    public Conv3d withoutBias() {
        return new Conv3d(out, window, groups, weight, Optional.empty());
    }

    /** With another law for the first weights, and zeros for the bias. */
    public Conv3d init(Init init) {
        var zeros = bias.map(b -> ParamTree.redrawn(b, Init.zeros()));
        return new Conv3d(out, window, groups, ParamTree.redrawn(weight, init), zeros);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Convolution.forward("Conv3d", x, window, out, groups, weight, bias);
    }

    @Override
    public String toString() {
        return Convolution.text("Conv3d", window, out, groups, weight, bias);
    }
}
