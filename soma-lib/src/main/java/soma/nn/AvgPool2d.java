package soma.nn;

import soma.Shape;
import soma.Tensor;

/**
 * The mean of each window of an image; windows lie side by side unless a stride is given.
 * <p>x: (..., H, W) -> (..., H', W') with H' = (H + 2 padding - kernel) / stride + 1. Padding counts as zeros, as in
 * PyTorch, unless {@link #withoutPadding}.
 * {@snippet :
 * new AvgPool2d(2).forward(Tensor.zeros(8, 6, 28, 28)).shape();   // (8, 6, 14, 14)
 * }
 */
public record AvgPool2d(Window window, boolean ceilMode, boolean countIncludePad) implements Layer {

    public AvgPool2d(int kernel) {
        this(kernel, kernel);
    }

    /** A kernel of this height and width. */
    public AvgPool2d(int height, int width) {
        this(Window.of(Shape.of(height, width)).stride(height, width), false, true);
    }

    /** Moves the window by this many elements at a time. */
    public AvgPool2d stride(int n) {
        return new AvgPool2d(window.stride(n), ceilMode, countIncludePad);
    }

    /** Adds this many zeros at each side. */
    public AvgPool2d pad(int n) {
        return new AvgPool2d(window.pad(n), ceilMode, countIncludePad);
    }

    /** Lets a last window hang over the end. */
    public AvgPool2d ceil() {
        return new AvgPool2d(window, true, countIncludePad);
    }

    /** The mean of a window's elements inside the image only. */
    public AvgPool2d withoutPadding() {
        return new AvgPool2d(window, ceilMode, false);
    }

    @Override
    public Tensor forward(Tensor x) {
        return x.avgPool(
                window.kernel().toArray(),
                window.stride().toArray(),
                window.padding().toArray(),
                ceilMode,
                countIncludePad);
    }

    @Override
    public String toString() {
        return "AvgPool2d(" + window.text(window.kernel()) + (ceilMode ? ", ceil" : "")
                + (countIncludePad ? ")" : ", without padding)");
    }
}
