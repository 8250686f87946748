package soma.nn;

import soma.DType;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/**
 * Adds to each position of a sequence the sines and cosines of its number: feature 2i of position p gets
 * sin(p / 10000^(2i/D)), feature 2i + 1 the cosine. Vaswani et al. 2017, arXiv 1706.03762, section 3.5.
 * <p>x: (..., T, D) -> same shape, T at most the table's length; table: (length, D), float64. Learned positions are an
 * {@link Embedding} of {@code Tensor.arange(T)}.
 * {@snippet :
 * new SinusoidalPositions(512, 64).forward(tokens);      // tokens: (N, T, 64)
 * }
 */
public record SinusoidalPositions(Tensor table) implements Layer {

    public SinusoidalPositions {
        if (table.rank() != 2) {
            throw new ShapeException("SinusoidalPositions: table " + table.shape() + ", expected (length, D)");
        }
    }

    public SinusoidalPositions(int length, int width) {
        this(table(length, width));
    }

    private static Tensor table(int length, int width) {
        var values = new double[length * width];
        for (int j = 0; j < width; j++) {
            double frequency = Math.pow(10_000, -(j / 2 * 2) / (double) width);
            for (int p = 0; p < length; p++) {
                double angle = p * frequency;
                values[p * width + j] = j % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
            }
        }
        return Tensor.wrap(values, DType.FLOAT64, Shape.of(length, width));
    }

    @Override
    public Tensor forward(Tensor x) {
        return forward(x, 0);
    }

    /** For a sequence whose first position is number {@code start}, as in decoding with a {@link KvCache}. */
    public Tensor forward(Tensor x, int start) {
        if (x.rank() < 2 || x.size(-1) != table.size(1) || start < 0 || start + x.size(-2) > table.size(0)) {
            throw new ShapeException("SinusoidalPositions: input " + x.shape()
                    + (start == 0 ? "" : " from position " + start) + ", expected (..., T, " + table.size(1)
                    + ") with at most " + table.size(0) + " positions; make the table longer with new"
                    + " SinusoidalPositions(length, width)");
        }
        return x.add(table.narrow(0, start, x.size(-2)).to(x.dtype()));
    }

    @Override
    public String toString() {
        return "SinusoidalPositions" + table.shape();
    }
}
