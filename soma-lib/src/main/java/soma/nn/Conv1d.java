package soma.nn;

import java.util.Optional;
import soma.Param;
import soma.Shape;
import soma.Tensor;

/**
 * Convolution along one axis: each output is a weighted sum of a window of the input, plus a bias.
 * <p>x: (N, in, L) -> (N, out, L') with L' = (L + 2 padding - dilation (kernel - 1) - 1) / stride + 1 along each axis;
 * weight: (out, in / groups, kernel), bias: (out). Both start uniform in +-1/sqrt(fan in), as in PyTorch.
 * {@snippet :
 * new Conv1d(4, 8, 3).pad(1).forward(Tensor.zeros(2, 4, 100)).shape();   // (2, 8, 100)
 * }
 */
public record Conv1d(int out, Window window, int groups, Param weight, Optional<Param> bias) implements Layer {

    public Conv1d {
        Convolution.check("Conv1d", out, groups);
    }

    public Conv1d(int in, int out, int kernel) {
        this(out, Shape.of(kernel), Param.lazy(Shape.of(out, in, kernel), Init.pytorchWeight()::draw));
    }

    /** Takes its input channels from the first data it sees. */
    public Conv1d(int out, int kernel) {
        this(out, Shape.of(kernel), Param.lazy(Init.pytorchWeight()::draw));
    }

    private Conv1d(int out, Shape kernel, Param weight) {
        this(out, Window.of(kernel), 1, weight, Optional.of(ParamTree.bias(out, weight)));
    }

    private Conv1d with(Window changed) {
        return new Conv1d(out, changed, groups, weight, bias);
    }

    /** Moves the kernel by this many elements at a time. */
    public Conv1d stride(int n) {
        return with(window.stride(n));
    }

    /** Adds this many zeros at both ends of each axis. */
    public Conv1d pad(int n) {
        return with(window.pad(n));
    }

    /** Spreads the kernel: neighbours are this far apart. */
    public Conv1d dilation(int n) {
        return with(window.dilation(n));
    }

    /**
     * Cuts the channels into this many groups that do not see one another; as many as channels is a depthwise
     * convolution.
     */
    public Conv1d groups(int n) {
        var w = Convolution.grouped("Conv1d", weight, groups, n);
        return new Conv1d(out, window, n, w, bias.map(b -> ParamTree.bias(out, w)));
    }

    /** No number is added at the end. */
    public Conv1d withoutBias() {
        return new Conv1d(out, window, groups, weight, Optional.empty());
    }

    /** With another law for the first weights, and zeros for the bias. */
    public Conv1d init(Init init) {
        var zeros = bias.map(b -> ParamTree.redrawn(b, Init.zeros()));
        return new Conv1d(out, window, groups, ParamTree.redrawn(weight, init), zeros);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Convolution.forward("Conv1d", x, window, out, groups, weight, bias);
    }

    @Override
    public String toString() {
        return Convolution.text("Conv1d", window, out, groups, weight, bias);
    }
}
