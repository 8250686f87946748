package soma.nn;

import soma.Tensor;

/**
 * Means of windows laid so that a given number of them covers an image of any size; 1 is global average pooling.
 * <p>x: (..., H, W) -> (..., height, width). Lin, Chen, Yan 2013, arXiv 1312.4400.
 * {@snippet :
 * new AdaptiveAvgPool2d(1).forward(Tensor.zeros(8, 512, 7, 7)).shape();   // (8, 512, 1, 1)
 * }
 */
public record AdaptiveAvgPool2d(int height, int width) implements Layer {

    public AdaptiveAvgPool2d(int size) {
        this(size, size);
    }

    @Override
    public Tensor forward(Tensor x) {
        return x.adaptiveAvgPool(height, width);
    }
}
