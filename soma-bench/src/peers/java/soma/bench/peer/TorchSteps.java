package soma.bench.peer;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The kinds of steps that cases are made of, and their data. */
final class TorchSteps {

    /** How far a prediction is from its target. */
    interface Loss {
        Tensor of(Tensor prediction, Tensor target);
    }

    private TorchSteps() {}

    /** Integers 0 to {@code classes} - 1. */
    static Tensor classes(long classes, long... shape) {
        return torch.randint(classes, shape).to(torch.ScalarType.Long);
    }

    static Runnable train(UnaryOperator<Tensor> net, Loss loss, Tensor x, Tensor target, Optimizer optimizer) {
        return () -> {
            optimizer.zero_grad();
            loss.of(net.apply(x), target).backward();
            switch (optimizer) {
                case Adam adam -> adam.step();
                case AdamW adamW -> adamW.step();
                case SGD sgd -> sgd.step();
                default -> throw new IllegalStateException();
            }
        };
    }

    static Runnable infer(UnaryOperator<Tensor> net, Tensor x) {
        return withoutGradients(() -> net.apply(x));
    }

    /** relu into x itself, which the binding hands back as a bare reference. */
    static Tensor reluInPlace(Tensor x) {
        torch.relu_(x);
        return x;
    }

    /** Lets go of all that {@code f} makes but its result, as the end of a Python function does. */
    static Tensor scoped(Supplier<Tensor> f) {
        var outer = PointerScope.getInnerScope();
        try (var inner = new PointerScope()) {
            var y = f.get();
            outer.attach(y);
            inner.detach(y);
            return y;
        }
    }

    static Runnable withoutGradients(Runnable step) {
        return () -> {
            try (var guard = new NoGradGuard()) {
                step.run();
            }
        };
    }

    /** y = f(), and what a given gradient of it makes of the inputs. */
    static void backward(Tensor y, TensorVector inputs, TensorVector dy) {
        torch.grad(new TensorVector(y), inputs, dy, new BoolOptional(), false, false);
    }
}
