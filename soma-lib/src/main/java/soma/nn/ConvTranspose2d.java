package soma.nn;

import java.util.Optional;
import soma.Param;
import soma.Shape;
import soma.Tensor;

/**
 * Transposed convolution of images: the adjoint of {@link Conv2d}, which makes images larger. Dumoulin, Visin 2016,
 * arXiv
 * 1603.07285.
 * <p>x: (N, in, H, W) -> (N, out, H', W') with H' = (H - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding
 * + 1; weight: (in, out / groups, kh, kw), bias: (out). Both start uniform in +-1/sqrt(weight.size(1) kh kw), as in
 * PyTorch.
 * {@snippet :
 * new ConvTranspose2d(64, 32, 4).stride(2).pad(1).forward(Tensor.zeros(8, 64, 7, 7)).shape();   // (8, 32, 14, 14)
 * }
 */
public record ConvTranspose2d(int out, Window window, int outputPadding, int groups, Param weight, Optional<Param> bias)
        implements Layer {

    public ConvTranspose2d {
        Convolution.check("ConvTranspose2d", out, groups);
    }

    public ConvTranspose2d(int in, int out, int kernel) {
        this(out, kernel, Param.lazy(Shape.of(in, out, kernel, kernel), Init.pytorchWeight()::draw));
    }

    /** Takes its input channels from the first data it sees. */
    public ConvTranspose2d(int out, int kernel) {
        this(out, kernel, Param.lazy(Init.pytorchWeight()::draw));
    }

    private ConvTranspose2d(int out, int kernel, Param weight) {
        this(out, Window.of(Shape.of(kernel, kernel)), 0, 1, weight, Optional.of(ParamTree.bias(out, weight)));
    }

    private ConvTranspose2d with(Window changed) {
        return new ConvTranspose2d(out, changed, outputPadding, groups, weight, bias);
    }

    /** Moves the kernel by this many elements of the output at a time. */
    public ConvTranspose2d stride(int n) {
        return with(window.stride(n));
    }

    /** Takes away this many elements of the output at each side. */
    public ConvTranspose2d pad(int n) {
        return with(window.pad(n));
    }

    /** Spreads the kernel: neighbours are this far apart. */
    public ConvTranspose2d dilation(int n) {
        return with(window.dilation(n));
    }

    /** Makes the output longer at the end of each axis. */
    public ConvTranspose2d outputPad(int n) {
        return new ConvTranspose2d(out, window, n, groups, weight, bias);
    }

    /** No number is added at the end. */
    public ConvTranspose2d withoutBias() {
        return new ConvTranspose2d(out, window, outputPadding, groups, weight, Optional.empty());
    }

    /** With another law for the first weights, and zeros for the bias. */
    public ConvTranspose2d init(Init init) {
        var zeros = bias.map(b -> ParamTree.redrawn(b, Init.zeros()));
        return new ConvTranspose2d(out, window, outputPadding, groups, ParamTree.redrawn(weight, init), zeros);
    }

    @Override
    public Tensor forward(Tensor x) {
        var name = "ConvTranspose2d";
        Convolution.checkInput(
                name, x, window, weight, weight.isSized() ? weight.shape().dim(0) : -1);
        var kernel = window.kernel();
        var y = x.convTranspose(
                ParamTree.value(weight, x.size(1), out / groups, kernel.dim(0), kernel.dim(1)),
                window.stride().toArray(),
                window.padding().toArray(),
                new int[] {outputPadding, outputPadding},
                window.dilation().toArray(),
                groups);
        return Convolution.addBias(y, bias);
    }

    @Override
    public String toString() {
        return "ConvTranspose2d(" + (weight.isSized() ? weight.shape().dim(0) : "?") + ", " + out + ", "
                + window.text(Shape.of(1, 1)) + (outputPadding == 0 ? "" : ", output pad " + outputPadding)
                + (groups == 1 ? "" : ", groups " + groups) + (bias.isEmpty() ? ", no bias)" : ")");
    }
}
