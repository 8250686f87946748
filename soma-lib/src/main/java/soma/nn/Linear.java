package soma.nn;

import java.util.Optional;
import soma.Param;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/**
 * A fully connected layer: y = x W^T + b.
 * <p>x: (..., in) -> (..., out); weight: (out, in), bias: (out). Both start uniform in +-1/sqrt(in), as in PyTorch.
 * {@snippet :
 * new Linear(784, 10).forward(Tensor.zeros(32, 784)).shape();   // (32, 10)
 * new Linear(10);                                               // takes its input size from the first data it sees
 * }
 */
public record Linear(int out, Param weight, Optional<Param> bias) implements Layer {

    public Linear(int in, int out) {
        this(out, Param.lazy(Shape.of(out, in), Init.pytorchWeight()::draw));
    }

    /** Takes its input size from the first data it sees. */
    public Linear(int out) {
        this(out, Param.lazy(Init.pytorchWeight()::draw));
    }

    private Linear(int out, Param weight) {
        this(out, weight, Optional.of(ParamTree.bias(out, weight)));
    }

    /** y = x W^T. */
    public Linear withoutBias() {
        return new Linear(out, weight, Optional.empty());
    }

    /** With another law for the first weights, and zeros for the bias. */
    public Linear init(Init init) {
        return new Linear(out, ParamTree.redrawn(weight, init), bias.map(b -> ParamTree.redrawn(b, Init.zeros())));
    }

    @Override
    public Tensor forward(Tensor x) {
        if (x.rank() == 0 || weight.isSized() && x.size(-1) != weight.shape().dim(1)) {
            throw new ShapeException(ParamTree.name("Linear", weight) + ": input has "
                    + (x.rank() == 0 ? "no axes" : x.size(-1) + " features") + ", expected "
                    + (weight.isSized() ? weight.shape().dim(1) : "(..., features)") + "; input shape " + x.shape());
        }
        var y = x.matmul(ParamTree.value(weight, out, x.size(-1)).t());
        return bias.map(b -> y.add(ParamTree.value(b, out))).orElse(y);
    }

    @Override
    public String toString() {
        return "Linear(" + (weight.isSized() ? weight.shape().dim(1) : "?") + ", " + out
                + (bias.isEmpty() ? ", no bias" : "") + ")";
    }
}
