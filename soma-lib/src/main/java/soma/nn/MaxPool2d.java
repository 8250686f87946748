package soma.nn;

import soma.Shape;
import soma.Tensor;

/**
 * The largest element of each window of an image; windows lie side by side unless a stride is given.
 * <p>x: (..., H, W) -> (..., H', W') with H' = (H + 2 padding - dilation (kernel - 1) - 1) / stride + 1. Padding never
 * wins.
 * {@snippet :
 * new MaxPool2d(2).forward(Tensor.zeros(8, 6, 28, 28)).shape();   // (8, 6, 14, 14)
 * }
 */
public record MaxPool2d(Window window, boolean ceilMode) implements Layer {

    public MaxPool2d(int kernel) {
        this(kernel, kernel);
    }

    /** A kernel of this height and width. */
    public MaxPool2d(int height, int width) {
        this(Window.of(Shape.of(height, width)).stride(height, width), false);
    }

    /** Moves the window by this many elements at a time. */
    public MaxPool2d stride(int n) {
        return new MaxPool2d(window.stride(n), ceilMode);
    }

    /** Widens the image by this many elements at each side. */
    public MaxPool2d pad(int n) {
        return new MaxPool2d(window.pad(n), ceilMode);
    }

    /** Spreads the window: neighbours are this far apart. */
    public MaxPool2d dilation(int n) {
        return new MaxPool2d(window.dilation(n), ceilMode);
    }

    /** Lets a last window hang over the end. */
    public MaxPool2d ceil() {
        return new MaxPool2d(window, true);
    }

    @Override
    public Tensor forward(Tensor x) {
        return x.maxPool(
                window.kernel().toArray(),
                window.stride().toArray(),
                window.padding().toArray(),
                window.dilation().toArray(),
                ceilMode);
    }

    @Override
    public String toString() {
        return "MaxPool2d(" + window.text(window.kernel()) + (ceilMode ? ", ceil)" : ")");
    }
}
