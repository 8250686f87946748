package soma.nn;

import java.util.OptionalInt;
import soma.Param;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/**
 * A table with a learned vector for each of {@code num} symbols. x: integers (...) -> (..., dim); weight: (num, dim),
 * standard normal at first, as in PyTorch.
 * <p>The vector of {@code paddingIndex}, if given, starts at zero and never gets a gradient.
 * {@snippet :
 * new Embedding(10_000, 64).forward(Tensor.of(new long[] {3, 1, 4})).shape();   // (3, 64)
 * }
 */
public record Embedding(Param weight, OptionalInt paddingIndex) implements Layer {

    public Embedding {
        int num = weight.shape().dim(0);
        if (paddingIndex.isPresent() && (paddingIndex.getAsInt() < 0 || paddingIndex.getAsInt() >= num)) {
            throw new ShapeException(
                    "Embedding: padding index " + paddingIndex.getAsInt() + " is outside 0.." + (num - 1));
        }
    }

    public Embedding(int num, int dim) {
        this(Param.lazy(Shape.of(num, dim), Init.normal(0, 1)::draw), OptionalInt.empty());
    }

    public Embedding(int num, int dim, int paddingIndex) {
        this(
                Param.lazy(Shape.of(num, dim), zeroAt(paddingIndex, Init.normal(0, 1))::draw),
                OptionalInt.of(paddingIndex));
    }

    /** With another law for the first vectors. */
    public Embedding init(Init init) {
        var law = paddingIndex.isPresent() ? zeroAt(paddingIndex.getAsInt(), init) : init;
        return new Embedding(ParamTree.redrawn(weight, law), paddingIndex);
    }

    private static Init zeroAt(int row, Init init) {
        return (rng, shape) ->
                Tensor.where(Tensor.arange(shape.dim(0)).unsqueeze(1).ne(row), init.draw(rng, shape), 0);
    }

    @Override
    public Tensor forward(Tensor x) {
        var w = weight.value();
        if (paddingIndex.isPresent()) {
            var padding = Tensor.arange(w.size(0)).unsqueeze(1).eq(paddingIndex.getAsInt());
            w = Tensor.where(padding, w.stopGradient(), w);
        }
        return w.take(0, x);
    }

    @Override
    public String toString() {
        return "Embedding" + weight.shape()
                + (paddingIndex.isPresent() ? " with padding " + paddingIndex.getAsInt() : "");
    }
}
